#include "mail/flags.h"

#include <array>
#include <bit>

#include "base/ascii.h"

namespace roost::mail {
namespace {

constexpr std::array kSystemFlags = {SystemFlag::kSeen, SystemFlag::kAnswered, SystemFlag::kFlagged,
                                     SystemFlag::kDeleted, SystemFlag::kDraft};

// Calls visit(name) for each keyword whose bit is set, in the order of the table.
template <typename Visit>
void for_each_keyword(const std::vector<std::string>& names, std::uint64_t bits, Visit&& visit) {
  for (; bits != 0; bits &= bits - 1) {
    const auto index = static_cast<std::size_t>(std::countr_zero(bits));
    if (index < names.size()) visit(names[index]);
  }
}

}  // namespace

std::optional<SystemFlag> system_flag(std::string_view name) {
  for (const SystemFlag flag : kSystemFlags) {
    if (equal_ignoring_case(name, name_of(flag))) return flag;
  }
  return std::nullopt;
}

std::string_view name_of(SystemFlag flag) {
  switch (flag) {
    case SystemFlag::kSeen:
      return "\\Seen";
    case SystemFlag::kAnswered:
      return "\\Answered";
    case SystemFlag::kFlagged:
      return "\\Flagged";
    case SystemFlag::kDeleted:
      return "\\Deleted";
    case SystemFlag::kDraft:
      return "\\Draft";
  }
  return {};
}

std::optional<std::size_t> KeywordTable::find(std::string_view name) const {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (equal_ignoring_case(names_[i], name)) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> KeywordTable::intern(std::string_view name) {
  if (const auto known = find(name)) return known;
  if (names_.size() >= kMaxKeywords) return std::nullopt;
  names_.emplace_back(name);
  return names_.size() - 1;
}

Flags KeywordTable::known(const FlagNames& flags) const {
  Flags bits{.system = flags.system};
  for (const std::string& keyword : flags.keywords) {
    if (const auto index = find(keyword)) bits.keywords |= std::uint64_t{1} << *index;
  }
  return bits;
}

FlagNames KeywordTable::names_of(Flags flags) const {
  FlagNames result{.system = flags.system, .keywords = {}};
  for_each_keyword(names_, flags.keywords,
                   [&](const std::string& name) { result.keywords.push_back(name); });
  return result;
}

void KeywordTable::append_names(Flags flags, std::string& out) const {
  bool first = true;
  const auto append = [&](std::string_view name) {
    if (!first) out += ' ';
    first = false;
    out += name;
  };
  for (const SystemFlag flag : kSystemFlags) {
    if (flags.has(flag)) append(name_of(flag));
  }
  for_each_keyword(names_, flags.keywords, append);
}

}  // namespace roost::mail
