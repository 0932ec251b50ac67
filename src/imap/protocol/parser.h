// Parser: reads one Frame by the grammar of RFC 3501 section 9 (and the extensions of the command
// table). Functions are named after the ABNF productions they read. Errors are sticky: after the
// first every function returns an empty value, and a command asks ok() once at its end.
//
// Owner of what it returns as string_view: the frame.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imap/protocol/fetch_att.h"
#include "imap/protocol/frame.h"
#include "imap/protocol/partial_range.h"
#include "imap/protocol/sequence_set.h"
#include "mail/digest.h"
#include "mail/flags.h"
#include "mail/search.h"
#include "mail/sort.h"

namespace roost::imap {

// The QRESYNC parameter of SELECT and EXAMINE (RFC 7162 section 3.2.5).
struct QResync {
  mail::UidValidity uid_validity;
  mail::ModSeq modseq;
  std::optional<mail::UidSet> known_uids;
  // Message sequence match data (section 3.2.5.2): the n-th number of one belongs to the n-th UID
  // of the other. Both ascend, and have equally many.
  mail::UidSet known_sequence_set;
  mail::UidSet known_uid_set;
  bool operator==(const QResync&) const = default;
};

class Parser {
 public:
  static constexpr std::size_t kMaxNesting = 50;  // parentheses, NOT and OR of a search
  static constexpr std::size_t kMaxSearchKeys = 10'000;
  static constexpr std::size_t kMaxMessageSets = 32;  // sequence-sets by number of one search
  static constexpr std::size_t kMaxSortCriteria = 100;
  static constexpr std::size_t kMaxFetchAtts = 1'000;
  static constexpr std::size_t kMaxRanges = 20'000;  // of one sequence-set

  explicit Parser(const Frame& frame) : frame_(frame), rest_(frame.octets) {}
  // Octets above 127 in quoted strings must be UTF-8 from here on (RFC 9755 section 3).
  void require_utf8() { requires_utf8_ = true; }
  [[nodiscard]] bool requires_utf8() const { return requires_utf8_; }
  explicit Parser(Frame&& frame) = delete;

  // --- where we are ---
  [[nodiscard]] bool ok() const { return error_.empty(); }
  // What was expected and where, for the text of a BAD: "expected a mailbox name at octet 9". Never
  // empty if !ok(); never holds what the client sent, which may be a password.
  [[nodiscard]] const std::string& error() const { return error_; }
  void fail(std::string_view expected);
  [[nodiscard]] std::string_view rest() const { return rest_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  // Fails unless all has been read; blanks at the end are forgiven.
  void end();

  // --- terminals ---
  void space();                         // exactly one SP
  [[nodiscard]] bool try_char(char c);  // reads c if it is next
  void expect(char c);
  // Reads word if it is next, in any case, and not the beginning of a longer atom.
  [[nodiscard]] bool try_word(std::string_view word);

  [[nodiscard]] std::string_view tag();  // 1*<any ASTRING-CHAR except "+">
  [[nodiscard]] std::string_view atom();
  [[nodiscard]] std::string_view command_name();  // an atom; "UID" SP atom is one name, "UID FETCH"
  [[nodiscard]] std::uint32_t number();
  [[nodiscard]] std::uint32_t nz_number();
  [[nodiscard]] std::uint64_t number64();  // to 2^63-1
  [[nodiscard]] std::uint64_t nz_number64();
  [[nodiscard]] std::string astring();
  [[nodiscard]] std::string string();  // quoted or literal
  [[nodiscard]] std::optional<std::string> nstring();
  // literal in the frame or streamed: nothing are the octets of one that was streamed.
  struct Literal {
    std::uint64_t size = 0;
    std::optional<std::string_view> octets{};
  };
  [[nodiscard]] Literal literal();

  // "(" item *(SP item) ")": item() reads one.
  template <typename Item>
  void list(Item&& item);

  // The modifiers of RFC 4466, if there are any: SP "(" modifier *(SP modifier) ")". read(name)
  // reads what follows a name, its space included, and returns whether the name is one of the
  // command's. Each may stand once.
  template <typename Read>
  void modifiers(Read&& read);

  // --- productions ---
  // mailbox, still as the client wrote it (modified UTF-7): whether it is a valid name is the
  // command's to say, with NO (RFC 3501 section 5.1).
  [[nodiscard]] std::string mailbox();
  [[nodiscard]] std::string list_mailbox();
  [[nodiscard]] SequenceSet sequence_set();
  [[nodiscard]] mail::FlagNames flag_list();     // "(" [flag *(SP flag)] ")"; \Recent is dropped
  [[nodiscard]] mail::FlagNames store_flags();   // flag-list, or flags without parentheses
  [[nodiscard]] mail::InternalDate date_time();  // quoted
  [[nodiscard]] std::int64_t date();             // days since 1970-01-01
  [[nodiscard]] std::vector<FetchAtt> fetch_atts();  // macro, fetch-att, or a list of them
  [[nodiscard]] mail::Section section();             // with its brackets
  [[nodiscard]] mail::Section section_binary();      // likewise; part numbers only
  [[nodiscard]] mail::ModSeq mod_sequence_value();   // 1 to 2^63-1
  [[nodiscard]] mail::ModSeq mod_sequence_valzer();  // or 0
  void search_modseq_ext();         // entry-name SP entry-type-req; says nothing to this server
  [[nodiscard]] QResync qresync();  // with its parentheses
  [[nodiscard]] std::string_view object_id();  // RFC 8474 section 7
  // One or more search-keys up to the end. Texts are converted from charset (empty: none was given)
  // to UTF-8; an unknown charset makes unknown_charset() true and is answered NO [BADCHARSET].
  // Sequence sets in keys are bound to view: numbers by position, UID by UID; "$" is saved.
  [[nodiscard]] mail::SearchKey search_program(std::string_view charset,
                                               const mail::MailboxView& view,
                                               const mail::UidSet& saved = mail::UidSet());
  [[nodiscard]] bool unknown_charset() const { return unknown_charset_; }
  // A criterion that comes a second time decides nothing any more, and is left out.
  [[nodiscard]] std::vector<mail::SortCriterion> sort_criteria();
  [[nodiscard]] PartialRange partial_range();
  // The search program, or the QRESYNC parameter, speaks of messages by number; also of one that is
  // wrong behind that.
  [[nodiscard]] bool has_message_numbers() const { return has_message_numbers_; }

 protected:
  // For a parser of what servers send (response_parser.h), whose lines may be longer.
  Parser(const Frame& frame, std::size_t max_ranges)
      : frame_(frame), rest_(frame.octets), max_ranges_(max_ranges) {}
  [[nodiscard]] mail::UidSet known_uids();  // a sequence-set without "*"
  [[nodiscard]] std::uint64_t digits(std::uint64_t max);
  [[nodiscard]] std::string_view take(std::size_t octets);
  template <typename Predicate>
  [[nodiscard]] std::string_view take_while(Predicate&& predicate);

 private:
  void flag(mail::FlagNames& into);
  void fetch_att(std::vector<FetchAtt>& into);
  void section_text(mail::Section& into);
  void partial(FetchAtt& into);
  void preview_mods(FetchAtt& into);
  [[nodiscard]] std::uint32_t seq_number();
  [[nodiscard]] mail::SortCriterion sort_criterion();
  [[nodiscard]] bool new_modifier(std::string_view name, std::vector<std::string_view>& read);
  [[nodiscard]] mail::UidSet ascending_set();
  [[nodiscard]] std::chrono::sys_days date_text(unsigned day);
  [[nodiscard]] unsigned two_digits();
  [[nodiscard]] std::string quoted();

  const Frame& frame_;
  std::string_view rest_;  // empty after an error
  std::size_t max_ranges_ = kMaxRanges;
  std::string error_;
  bool unknown_charset_ = false;
  bool has_message_numbers_ = false;
  bool requires_utf8_ = false;
};

template <typename Item>
void Parser::list(Item&& item) {
  expect('(');
  do {
    item();
  } while (try_char(' '));
  expect(')');
}

template <typename Read>
void Parser::modifiers(Read&& read) {
  if (!rest_.starts_with(" (")) return;
  space();
  std::vector<std::string_view> names;
  list([&] {
    const std::string_view name = atom();
    if (ok() && (!new_modifier(name, names) || !read(name))) fail("a modifier of this command");
  });
}

template <typename Predicate>
std::string_view Parser::take_while(Predicate&& predicate) {
  const auto end = std::ranges::find_if_not(rest_, predicate);
  return take(static_cast<std::size_t>(end - rest_.begin()));
}

}  // namespace roost::imap
