// The Date: header (RFC 5322 sections 3.3 and 4.3), read the way it is written in the wild:
// obsolete and unknown zones, years of two digits, comments, no seconds, asctime order, dashes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace roost::mail {

struct SentDate {
  std::int64_t unix_seconds = 0;  // the instant, for sorting
  std::int64_t day = 0;  // days since 1970-01-01 of the date as written, whatever its time and zone
  bool operator==(const SentDate&) const = default;
};

// Nothing where there is no day, month and year. A time that makes no sense is midnight, a zone
// that makes no sense is UTC.
[[nodiscard]] std::optional<SentDate> parse_sent_date(std::string_view value);

}  // namespace roost::mail
