// Parser: what names mailboxes, messages, flags and dates (RFC 3501 section 9).
#include <algorithm>

#include "base/ascii.h"
#include "base/month.h"
#include "imap/protocol/parser.h"
#include "imap/protocol/quirks.h"
#include "imap/protocol/syntax.h"

namespace roost::imap {

std::string Parser::mailbox() {
  if (peek() != '"' && peek() != '{' && !is_astring_char(peek())) fail("a mailbox name");
  return astring();
}

std::string Parser::list_mailbox() {
  if (peek() == '"' || peek() == '{') return string();
  const std::string_view read = take_while(is_list_char);
  if (read.empty()) fail("a mailbox name or pattern");
  return std::string(read);
}

std::uint32_t Parser::seq_number() { return try_char('*') ? SequenceSet::kStar : nz_number(); }

SequenceSet Parser::sequence_set() {
  SequenceSet set;
  if (try_char('$')) return set;
  do {
    if (set.ranges.size() == max_ranges_) fail("fewer ranges in a sequence set");
    const std::uint32_t first = seq_number();
    const std::uint32_t last = try_char(':') ? seq_number() : first;
    set.ranges.push_back({.first = first, .last = last});
  } while (try_char(','));
  return ok() ? set : SequenceSet();
}

mail::FlagNames Parser::flag_list() {
  mail::FlagNames flags;
  expect('(');
  if (try_char(')')) return flags;
  do {
    flag(flags);
  } while (try_char(' '));
  expect(')');
  return ok() ? flags : mail::FlagNames();
}

mail::FlagNames Parser::store_flags() {
  if (peek() == '(') return flag_list();
  mail::FlagNames flags;
  do {
    flag(flags);
  } while (!quirks::may_end(rest_) && try_char(' '));
  return ok() ? flags : mail::FlagNames();
}

void Parser::flag(mail::FlagNames& into) {
  const std::string_view all = rest_;
  if (!try_char('\\')) {
    into.keywords.emplace_back(atom());
    return;
  }
  const std::string_view name = all.substr(0, 1 + atom().size());
  if (!ok() || quirks::is_dropped_flag(name)) return;
  if (const auto known = mail::system_flag(name)) {
    into.add(*known);
  } else {
    fail("a system flag this server knows");
  }
}

unsigned Parser::two_digits() {
  const std::string_view read = take(2);
  if (read.size() < 2 || !is_digit(read[0]) || !is_digit(read[1])) {
    fail("two digits");
    return 0;
  }
  return static_cast<unsigned>((read[0] - '0') * 10 + (read[1] - '0'));
}

// date-text after its day: "-" date-month "-" date-year.
std::chrono::sys_days Parser::date_text(unsigned day) {
  expect('-');
  const auto month = month_from_name(take(3));
  if (!month) fail("the name of a month");
  expect('-');
  const unsigned century = two_digits();
  const unsigned year = century * 100 + two_digits();
  if (!ok()) return {};
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(year)), *month,
                                         std::chrono::day(day));
  if (!date.ok()) fail("a day of that month");
  return ok() ? std::chrono::sys_days(date) : std::chrono::sys_days();
}

std::int64_t Parser::date() {
  const bool in_quotes = try_char('"');
  const std::string_view day = take_while(is_digit);
  if (day.empty() || day.size() > 2) fail("a date");
  unsigned value = 0;
  for (const char c : day) value = value * 10 + static_cast<unsigned>(c - '0');
  const std::chrono::sys_days days = date_text(value);
  if (in_quotes) expect('"');
  return ok() ? days.time_since_epoch().count() : 0;
}

mail::InternalDate Parser::date_time() {
  expect('"');
  unsigned day = 0;
  if (try_char(' ')) {
    if (is_digit(peek())) {
      day = static_cast<unsigned>(take(1).front() - '0');
    } else {
      fail("a day");
    }
  } else {
    day = two_digits();
  }
  const std::chrono::sys_days days = date_text(day);
  space();
  const unsigned hours = two_digits();
  expect(':');
  const unsigned minutes = two_digits();
  expect(':');
  const unsigned seconds = two_digits();
  space();
  const bool west = peek() == '-';
  if (!try_char('+') && !try_char('-')) fail("a zone");
  const unsigned zone_hours = two_digits();
  const unsigned zone_minutes = two_digits();
  expect('"');
  // A leap second is a time, counted as the one before it; 24:00:00 is none.
  if (hours > 23 || minutes > 59 || seconds > 60 || zone_hours > 23 || zone_minutes > 59) {
    fail("a time that exists");
  }
  if (!ok()) return {};
  const int zone = static_cast<int>(zone_hours * 60 + zone_minutes) * (west ? -1 : 1);
  const std::int64_t local = std::int64_t{days.time_since_epoch().count()} * 86'400 +
                             hours * 3'600 + minutes * 60 + std::min(seconds, 59U);
  return {.unix_seconds = local - std::int64_t{zone} * 60,
          .zone_minutes = static_cast<std::int16_t>(zone)};
}

}  // namespace roost::imap
