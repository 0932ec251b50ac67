#include "base/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <utility>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace roost {
namespace {

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

Config read_root(toml::table& root, Mistakes& mistakes) {
  Config config;
  TableReader reader(root, "", mistakes);
  reader.read("data", config.data);
  reader.table("listen", [&](TableReader& listen) {
    listen.read("imap", config.listen.imap);
    listen.read("imaps", config.listen.imaps);
    listen.read("lmtp", config.listen.lmtp);
    listen.read("http", config.listen.http);
  });
  reader.table("tls", [&](TableReader& tls) {
    tls.read("cert", config.tls.cert);
    tls.read("key", config.tls.key);
  });
  reader.table("limits", [&](TableReader& limits) {
    limits.read("connections_per_user", config.limits.connections_per_user);
    limits.read("connections_per_user_and_address", config.limits.connections_per_user_and_address);
    limits.read("unauthenticated_per_address", config.limits.unauthenticated_per_address);
    limits.read("mailboxes_per_account", config.limits.mailboxes_per_account);
    limits.read("append_size", config.limits.append_size);
    limits.read("account_size", config.limits.account_size);
    limits.read("command_line", config.limits.command_line);
    limits.read("preauth_timeout", config.limits.preauth_timeout);
  });
  reader.table("idle", [&](TableReader& idle) {
    idle.read("keepalive", config.idle.keepalive);
    idle.read("autologout", config.idle.autologout);
  });
  reader.table("imap",
               [&](TableReader& imap) { imap.read("unauthenticate", config.imap.unauthenticate); });
  reader.table("threads", [&](TableReader& threads) {
    threads.read("loops", config.threads.loops);
    threads.read("workers", config.threads.workers);
    threads.read("own_files", config.threads.own_files);
  });
  reader.table("shutdown", [&](TableReader& shutdown) {
    shutdown.read("spread", config.shutdown.spread);
    shutdown.read("grace", config.shutdown.grace);
  });
  return config;
}

std::unexpected<Error> fail_at(std::string_view file_name, toml::source_index line,
                               std::string_view what) {
  return fail(ErrorCode::kInvalid, fmt::format("{}:{}: {}", file_name, line, what));
}

}  // namespace

Result<Config> parse_config(std::string_view toml, std::string_view file_name) {
  toml::parse_result parsed = toml::parse(toml);
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return fail_at(file_name, error.source().begin.line, error.description());
  }
  Mistakes mistakes;
  Config config = read_root(parsed.table(), mistakes);
  if (const auto& first = mistakes.first()) return fail_at(file_name, first->first, first->second);
  if (config.tls.cert.empty() != config.tls.key.empty()) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{}: tls.cert and tls.key go together", file_name));
  }
  return config;
}

Result<Config> load_config(const std::filesystem::path& file) {
  std::error_code trouble;
  if (!std::filesystem::exists(file, trouble)) {
    return fail(ErrorCode::kNotFound, fmt::format("{}: no such file", file.string()));
  }
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  if (stream.peek() != std::ifstream::traits_type::eof()) content << stream.rdbuf();
  if (!stream.is_open() || stream.bad() || content.bad()) {
    return fail(ErrorCode::kUnavailable, fmt::format("{}: cannot be read", file.string()));
  }
  return parse_config(content.view(), file.string());
}

}  // namespace roost
