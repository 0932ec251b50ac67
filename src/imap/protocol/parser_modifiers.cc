// Parser: the modifiers of RFC 4466 section 2 ("(CHANGEDSINCE 12345 VANISHED)" behind a FETCH,
// "(CONDSTORE)" behind a SELECT), and what RFC 7162 section 7 puts into them and elsewhere:
// mod-sequences and the QRESYNC parameter, whose last argument speaks of messages by number (RFC
// 9586 section 3.7).
#include <algorithm>

#include "base/ascii.h"
#include "imap/protocol/parser.h"

namespace roost::imap {

// Whether name is not in read yet; it is afterwards.
bool Parser::new_modifier(std::string_view name, std::vector<std::string_view>& read) {
  const auto is_name = [&](std::string_view other) { return equal_ignoring_case(name, other); };
  if (std::ranges::any_of(read, is_name)) return false;
  read.push_back(name);
  return true;
}

mail::ModSeq Parser::mod_sequence_valzer() { return mail::ModSeq(number64()); }

mail::ModSeq Parser::mod_sequence_value() {
  const mail::ModSeq read = mod_sequence_valzer();
  if (ok() && read == mail::ModSeq(0)) fail("a mod-sequence above 0");
  return read;
}

// A message has one mod-sequence for all its flags, so neither narrows a search (section 3.1.5).
void Parser::search_modseq_ext() {
  const std::string entry_name = quoted();
  constexpr std::string_view kFlags = "/flags/";
  if (ok() &&
      (!starts_with_ignoring_case(entry_name, kFlags) || entry_name.size() == kFlags.size()))
    fail("the entry name of a flag");
  space();
  if (!try_word("priv") && !try_word("shared") && !try_word("all")) fail("priv, shared or all");
}

// A sequence-set without "*", in ascending order; numbers may touch, but not come twice.
mail::UidSet Parser::ascending_set() {
  mail::UidSet set;
  mail::Uid last;
  const SequenceSet read = sequence_set();
  for (const SequenceSet::Range& range : read.ranges) {
    // "*" is 0.
    if (range.first <= last.value || range.last < range.first) {
      fail("numbers in ascending order");
      return {};
    }
    last = mail::Uid(range.last);
    set.add(mail::UidRange{mail::Uid(range.first), last});
  }
  return set;
}

// A sequence-set without "*".
mail::UidSet Parser::known_uids() {
  std::vector<mail::UidRange> ranges;
  const SequenceSet read = sequence_set();
  for (const SequenceSet::Range& range : read.ranges) {
    const auto [first, last] = std::minmax(range.first, range.last);
    if (first == SequenceSet::kStar) {
      fail("a set of UIDs without \"*\"");
      return {};
    }
    ranges.push_back({mail::Uid(first), mail::Uid(last)});
  }
  return mail::UidSet::from_ranges(std::move(ranges));
}

QResync Parser::qresync() {
  QResync read;
  expect('(');
  read.uid_validity = mail::UidValidity(nz_number());
  space();
  read.modseq = mod_sequence_value();
  if (peek() == ' ' && !rest_.starts_with(" (")) {
    space();
    read.known_uids = known_uids();
  }
  if (try_char(' ')) {
    expect('(');
    has_message_numbers_ = ok();
    read.known_sequence_set = ascending_set();
    space();
    read.known_uid_set = ascending_set();
    if (ok() && read.known_sequence_set.count() != read.known_uid_set.count()) {
      fail("as many UIDs as message numbers");
    }
    expect(')');
  }
  expect(')');
  return ok() ? read : QResync();
}

}  // namespace roost::imap
