// Flags of a message: the five permanent system flags and keywords (RFC 3501 section 2.3.2).
// \Recent is no flag of the message but of a session, and lives there.
//
// A mailbox names its keywords once, in a KeywordTable; a message holds one bit per keyword. So a
// mailbox can know kMaxKeywords keywords, and a view entry stays flat. Keywords compare without
// case, as flag names do, and keep the spelling of their first use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roost::mail {

// Values are stored on disk: never renumber.
enum class SystemFlag : std::uint8_t {
  kSeen = 1,
  kAnswered = 2,
  kFlagged = 4,
  kDeleted = 8,
  kDraft = 16,
};

inline constexpr std::size_t kMaxKeywords = 64;

// The flags of one message, as bits. Bit i of keywords is keyword i of the mailbox's KeywordTable.
struct Flags {
  std::uint8_t system = 0;  // SystemFlag bits
  std::uint64_t keywords = 0;

  [[nodiscard]] bool has(SystemFlag flag) const {
    return (system & static_cast<std::uint8_t>(flag)) != 0;
  }
  bool operator==(const Flags&) const = default;
};

// Flags by name, as a client sends them, before a mailbox gives the keywords their bits.
struct FlagNames {
  std::uint8_t system = 0;
  std::vector<std::string> keywords;

  void add(SystemFlag flag) { system |= static_cast<std::uint8_t>(flag); }
  bool operator==(const FlagNames&) const = default;
};

// "\Seen" in any case; nothing for \Recent and for extensions unknown here.
[[nodiscard]] std::optional<SystemFlag> system_flag(std::string_view name);
[[nodiscard]] std::string_view name_of(SystemFlag flag);

class KeywordTable {
 public:
  KeywordTable() = default;
  explicit KeywordTable(std::vector<std::string> names) : names_(std::move(names)) {}

  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  // The index of name, new or old; nothing when the table is full.
  [[nodiscard]] std::optional<std::size_t> intern(std::string_view name);
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  // The bits of those names that the table knows.
  [[nodiscard]] Flags known(const FlagNames& flags) const;
  [[nodiscard]] FlagNames names_of(Flags flags) const;
  // Appends "\Seen \Flagged work" (no parentheses, no \Recent) to out.
  void append_names(Flags flags, std::string& out) const;

 private:
  std::vector<std::string> names_;
};

}  // namespace roost::mail
