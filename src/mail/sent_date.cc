#include "mail/sent_date.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/ascii.h"
#include "base/month.h"
#include "mail/lexical.h"

namespace roost::mail {
namespace {

// The zones of RFC 5322 section 4.3, in hours. The military letters and all other names are as
// "-0000" there.
constexpr std::array<std::pair<std::string_view, int>, 10> kZones = {{{"UT", 0},
                                                                      {"GMT", 0},
                                                                      {"EST", -5},
                                                                      {"EDT", -4},
                                                                      {"CST", -6},
                                                                      {"CDT", -5},
                                                                      {"MST", -7},
                                                                      {"MDT", -6},
                                                                      {"PST", -8},
                                                                      {"PDT", -7}}};

// The next word: digits with the colons between them, letters, or a signed number.
std::string_view take_word(std::string_view& s) {
  for (;;) {
    skip_cfws(s);
    if (s.empty()) return {};
    const char c = s.front();
    std::size_t end = 1;
    if (is_digit(c)) {
      while (end < s.size() && (is_digit(s[end]) || s[end] == ':')) ++end;
    } else if (is_alpha(c)) {
      while (end < s.size() && is_alpha(s[end])) ++end;
    } else if ((c == '+' || c == '-') && s.size() > 4 &&
               std::all_of(s.begin() + 1, s.begin() + 5, is_digit) &&
               (s.size() == 5 || !is_alnum(s[5]))) {
      end = 5;
    } else {
      s.remove_prefix(1);  // commas, dashes, dots
      continue;
    }
    const std::string_view word = s.substr(0, end);
    s.remove_prefix(end);
    return word;
  }
}

// The digits at the front of s; -1 if there are none or more than four.
int take_number(std::string_view& s) {
  int n = 0;
  std::size_t digits = 0;
  for (; digits < s.size() && is_digit(s[digits]); ++digits) {
    if (digits == 4) return -1;
    n = n * 10 + (s[digits] - '0');
  }
  s.remove_prefix(digits);
  return digits == 0 ? -1 : n;
}

// RFC 5322 section 4.3.
int full_year(int year, std::size_t digits) {
  if (digits == 2) return year < 50 ? year + 2000 : year + 1900;
  return digits == 3 ? year + 1900 : year;
}

// Seconds since midnight of "hh:mm[:ss]".
std::optional<std::int64_t> time_of_day(std::string_view word) {
  const int hours = take_number(word);
  if (!word.starts_with(':')) return std::nullopt;
  word.remove_prefix(1);
  const int minutes = take_number(word);
  int seconds = 0;
  if (word.starts_with(':')) {
    word.remove_prefix(1);
    seconds = take_number(word);
  }
  const bool sane =
      hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 && seconds >= 0 && seconds <= 60;
  return sane ? std::optional<std::int64_t>(hours * 3600 + minutes * 60 + seconds) : std::nullopt;
}

// Seconds east of UTC.
std::int64_t zone_offset(std::string_view word) {
  if (is_alpha(word.front())) {
    const auto* zone = std::ranges::find_if(
        kZones, [&](const auto& entry) { return equal_ignoring_case(entry.first, word); });
    return zone == kZones.end() ? 0 : zone->second * 3600;
  }
  const int sign = word.front() == '-' ? -1 : 1;
  word.remove_prefix(1);
  const int number = take_number(word);
  return number % 100 < 60 ? sign * (number / 100 * 3600 + number % 100 * 60) : 0;
}

// The words of a date, in whatever order they come: a month's name, a time with colons, the first
// number below 32 as the day, the next as the year.
struct DateWords {
  std::optional<std::chrono::month> month;
  std::optional<int> day;
  std::optional<int> year;
  std::optional<std::string_view> time;
  std::optional<std::int64_t> zone;

  void add(std::string_view word) {
    if (word.front() == '+' || word.front() == '-') {
      // "1-Jan-1996": a year, if the time has not come yet.
      if (!time && month && !year) return add(word.substr(1));
      zone = zone_offset(word);
    } else if (is_alpha(word.front())) {
      if (!month && word.size() >= 3) month = month_from_name(word.substr(0, 3));
      if (time && !zone) zone = zone_offset(word);
    } else if (word.contains(':')) {
      if (!time) time = word;
    } else {
      add_number(word);
    }
  }

 private:
  void add_number(std::string_view word) {
    const std::size_t digits = word.size();
    const int number = take_number(word);
    if (number < 0) return;
    if (!day && digits <= 2) {
      day = number;
    } else if (!year && digits >= 2) {
      year = full_year(number, digits);
    }
  }
};

}  // namespace

std::optional<SentDate> parse_sent_date(std::string_view value) {
  DateWords words;
  for (std::string_view word = take_word(value); !word.empty(); word = take_word(value)) {
    words.add(word);
  }
  if (!words.month || !words.day || !words.year) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*words.year), *words.month,
                                         std::chrono::day(static_cast<unsigned>(*words.day))};
  if (!date.ok()) return std::nullopt;
  SentDate out;
  out.day = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t seconds = words.time ? time_of_day(*words.time).value_or(0) : 0;
  out.unix_seconds = out.day * 86'400 + seconds - words.zone.value_or(0);
  return out;
}

}  // namespace roost::mail
