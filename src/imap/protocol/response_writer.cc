#include "imap/protocol/response_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iterator>

#include "base/ascii.h"
#include "base/month.h"
#include "imap/protocol/syntax.h"
#include "mail/wire_string.h"

namespace roost::imap {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;

enum class Bracket : std::uint8_t { kIsText, kIsCode };  // a "[" that begins the text

void append_text(std::string& out, std::string_view text, Bracket bracket) {
  const std::size_t start = out.size();
  std::ranges::transform(text, std::back_inserter(out),
                         [](char c) { return is_printable(c) ? c : '?'; });
  if (bracket == Bracket::kIsCode && text.starts_with('[')) out[start] = '(';
}

void append_condition(std::string& out, Condition condition, std::string_view code,
                      std::string_view text) {
  out += name_of(condition);
  out += ' ';
  if (!code.empty()) out.append("[").append(code).append("] ");
  append_text(out, text.empty() ? name_of(condition) : text,
              code.empty() ? Bracket::kIsCode : Bracket::kIsText);
  out += "\r\n";
}

void append_number(std::string& out, std::uint64_t n) {
  const fmt::format_int digits(n);
  out.append(digits.data(), digits.size());
}

void append_counted(std::string& out, std::uint32_t count, std::string_view what) {
  out += "* ";
  append_number(out, count);
  out.append(" ").append(what).append("\r\n");
}

bool is_astring_atom(std::string_view s) {
  return !s.empty() && s.size() <= mail::kMaxQuoted && std::ranges::all_of(s, is_astring_char) &&
         !equal_ignoring_case(s, "NIL");
}

}  // namespace

void ResponseWriter::tagged(std::string_view tag, Condition condition, std::string_view code,
                            std::string_view text) {
  out_.append(tag).append(" ");
  append_condition(out_, condition, code, text);
}

void ResponseWriter::untagged(Condition condition, std::string_view code, std::string_view text) {
  tagged("*", condition, code, text);
}

void ResponseWriter::continuation(std::string_view text) {
  out_ += "+ ";
  append_text(out_, text, Bracket::kIsCode);
  out_ += "\r\n";
}

void ResponseWriter::exists(std::uint32_t count) { append_counted(out_, count, "EXISTS"); }
void ResponseWriter::recent(std::uint32_t count) { append_counted(out_, count, "RECENT"); }
void ResponseWriter::expunge(mail::SeqNum seq) { append_counted(out_, seq.value, "EXPUNGE"); }

void ResponseWriter::vanished(const mail::UidSet& uids) {
  raw("* VANISHED ").raw(uids.to_string()).raw("\r\n");
}

void ResponseWriter::highest_modseq(mail::ModSeq modseq) {
  untagged(Condition::kOk, "HIGHESTMODSEQ " + std::to_string(modseq.value), "Highest mod-sequence");
}

ResponseWriter& ResponseWriter::raw(std::string_view syntax) {
  out_ += syntax;
  return *this;
}

ResponseWriter& ResponseWriter::number(std::uint64_t n) {
  append_number(out_, n);
  return *this;
}

ResponseWriter& ResponseWriter::astring(std::string_view s) {
  if (!is_astring_atom(s)) return string(s);
  return raw(s);
}

ResponseWriter& ResponseWriter::string(std::string_view s) {
  mail::append_string(out_, s);
  return *this;
}

ResponseWriter& ResponseWriter::nstring(const std::optional<std::string>& s) {
  mail::append_nstring(out_, s);
  return *this;
}

ResponseWriter& ResponseWriter::literal_head(std::uint64_t octets) {
  return raw("{").number(octets).raw("}\r\n");
}

ResponseWriter& ResponseWriter::mailbox(std::string_view utf8) {
  const std::string name = mail::encode_mailbox_name(utf8, names_);
  const bool ascii = std::ranges::all_of(name, [](char c) { return is_ascii(c); });
  if (ascii) return astring(name);
  mail::append_quoted(out_, name);
  return *this;
}

// What four digits of a year and of a zone cannot show is clipped: an internal date may have been
// read from anywhere.
ResponseWriter& ResponseWriter::date_time(const mail::InternalDate& date) {
  constexpr seconds kFirst = sys_days(year(0) / 1 / 1).time_since_epoch();
  constexpr seconds kLast = sys_days(year(10'000) / 1 / 1).time_since_epoch() - seconds(1);
  const int zone = std::clamp<int>(date.zone_minutes, -23 * 60 - 59, 23 * 60 + 59);
  const std::int64_t offset = std::int64_t{zone} * 60;
  const seconds local(
      std::clamp(date.unix_seconds, kFirst.count() - offset, kLast.count() - offset) + offset);
  const auto day = std::chrono::floor<days>(local);
  const std::chrono::year_month_day ymd{sys_days(day)};
  const std::chrono::hh_mm_ss time(local - day);
  fmt::format_to(std::back_inserter(out_), "\"{:2}-{}-{:04} {:02}:{:02}:{:02} {}{:02}{:02}\"",
                 unsigned(ymd.day()), month_name(ymd.month()), int(ymd.year()),
                 time.hours().count(), time.minutes().count(), time.seconds().count(),
                 zone < 0 ? '-' : '+', std::abs(zone) / 60, std::abs(zone) % 60);
  return *this;
}

ResponseWriter& ResponseWriter::flags(const mail::KeywordTable& keywords, mail::Flags flags,
                                      Recent recent) {
  out_ += '(';
  const std::size_t start = out_.size();
  keywords.append_names(flags, out_);
  if (recent == Recent::kYes) out_ += out_.size() == start ? "\\Recent" : " \\Recent";
  out_ += ')';
  return *this;
}

std::size_t ResponseWriter::range(std::span<const std::uint32_t> numbers) {
  std::size_t last = 0;
  while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
  number(numbers[0]);
  if (last > 0) raw(":").number(numbers[last]);
  return last + 1;
}

}  // namespace roost::imap
