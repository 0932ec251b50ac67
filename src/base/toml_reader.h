// Reading TOML files of ours: each key into its place; an unknown key, a wrong type and a number
// out of range are mistakes, and the first of them by line is what the user hears of.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace roost {

// The first mistake in a file, by line.
class Mistakes {
 public:
  void add(const toml::source_region& where, std::string what) {
    if (first_ && first_->first <= where.begin.line) return;
    first_ = {where.begin.line, std::move(what)};
  }
  [[nodiscard]] const std::optional<std::pair<toml::source_index, std::string>>& first() const {
    return first_;
  }

 private:
  std::optional<std::pair<toml::source_index, std::string>> first_;
};

// Reads the keys of one table, each into its place; what is asked for is what is known.
class TableReader {
 public:
  TableReader(toml::table& table, std::string path, Mistakes& mistakes)
      : table_(table), path_(std::move(path)), mistakes_(mistakes) {}
  // Whatever nobody has asked for is unknown.
  ~TableReader() {
    for (const auto& [key, value] : table_) {
      mistakes_.add(key.source(), "unknown key " + name(key.str()));
    }
  }
  TableReader(const TableReader&) = delete;
  TableReader& operator=(const TableReader&) = delete;

  void read(std::string_view key, std::string& into) {
    visit(key, "a string", [&](const toml::node& node) {
      const auto text = node.value_exact<std::string>();
      if (text) into = *text;
      return text.has_value();
    });
  }

  // A string, or an array of them.
  void read(std::string_view key, std::vector<std::string>& into) {
    visit(key, "a string or an array of strings", [&](const toml::node& node) {
      if (const auto text = node.value_exact<std::string>()) {
        into = {*text};
        return true;
      }
      return strings(node, into);
    });
  }

  // A string, or an array of at least one, told apart.
  void read(std::string_view key, std::optional<std::string>& text,
            std::vector<std::string>& texts) {
    visit(key, "a string or an array of at least one", [&](const toml::node& node) {
      text = node.value_exact<std::string>();
      return text.has_value() || (strings(node, texts) && !texts.empty());
    });
  }

  void read(std::string_view key, bool& into) {
    visit(key, "true or false", [&](const toml::node& node) {
      const auto value = node.value_exact<bool>();
      if (value) into = *value;
      return value.has_value();
    });
  }

  template <std::unsigned_integral Number>
  void read(std::string_view key, Number& into) {
    constexpr auto kMost = static_cast<std::int64_t>(std::min<std::uint64_t>(
        std::numeric_limits<Number>::max(), std::numeric_limits<std::int64_t>::max()));
    number(key, kMost, [&](std::int64_t value) { into = static_cast<Number>(value); });
  }

  void read(std::string_view key, std::chrono::seconds& into) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    number(key, kMost, [&](std::int64_t value) { into = std::chrono::seconds(value); });
  }

  // An array of tables; it may be missing.
  template <typename Read>
  void tables(std::string_view key, Read&& read) {
    visit(key, "an array of tables", [&](toml::node& node) {
      toml::array* const array = node.as_array();
      if (array == nullptr || !array->is_array_of_tables()) return false;
      for (toml::node& element : *array) {
        TableReader reader(*element.as_table(), name(key), mistakes_);
        read(reader);
      }
      return true;
    });
  }

  template <typename Read>
  void table(std::string_view key, Read&& read) {
    visit(key, "a table", [&](toml::node& node) {
      toml::table* const table = node.as_table();
      if (table == nullptr) return false;
      TableReader reader(*table, name(key), mistakes_);
      read(reader);
      return true;
    });
  }

 private:
  static bool strings(const toml::node& node, std::vector<std::string>& into) {
    const toml::array* const array = node.as_array();
    if (array == nullptr) return false;
    std::vector<std::string> texts;
    for (const toml::node& element : *array) {
      const auto text = element.value_exact<std::string>();
      if (!text) return false;
      texts.push_back(*text);
    }
    into = std::move(texts);
    return true;
  }

  template <typename Take>
  void number(std::string_view key, std::int64_t most, Take&& take) {
    visit(key, fmt::format("a whole number from 0 to {}", most), [&](const toml::node& node) {
      const auto value = node.value_exact<std::int64_t>();
      if (!value || *value < 0 || *value > most) return false;
      take(*value);
      return true;
    });
  }

  // Gives the value of key to take, if there is one, and strikes the key off the table.
  template <typename Take>
  void visit(std::string_view key, std::string_view expected, Take&& take) {
    toml::node* const node = table_.get(key);
    if (node == nullptr) return;
    if (!take(*node))
      mistakes_.add(node->source(), fmt::format("{} must be {}", name(key), expected));
    table_.erase(key);
  }

  [[nodiscard]] std::string name(std::string_view key) const {
    return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
  }

  toml::table& table_;
  std::string path_;
  Mistakes& mistakes_;
};

// Gives all of a file to read, a function of a TableReader. kInvalid: no TOML, or a mistake; the
// detail names the file and the line.
template <typename Read>
[[nodiscard]] Result<void> read_toml(std::string_view toml, std::string_view file_name,
                                     Read&& read) {
  const auto fail_at = [&](toml::source_index line, std::string_view what) {
    return fail(ErrorCode::kInvalid, fmt::format("{}:{}: {}", file_name, line, what));
  };
  toml::parse_result parsed = toml::parse(toml);
  if (!parsed) {
    return fail_at(parsed.error().source().begin.line, parsed.error().description());
  }
  Mistakes mistakes;
  {
    TableReader reader(parsed.table(), "", mistakes);
    read(reader);
  }
  if (const auto& first = mistakes.first()) return fail_at(first->first, first->second);
  return {};
}

}  // namespace roost
