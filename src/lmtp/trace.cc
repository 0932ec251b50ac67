// Writes the trace fields. No line is over 998 octets, whatever the client has sent: paths and
// client name are limited where they are parsed.
#include "lmtp/trace.h"

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "base/month.h"

namespace roost::lmtp {
namespace {

// TCP-info with the space before it; a Unix socket has none.
std::string tcp_info(std::string_view address) {
  if (address.contains(':')) return fmt::format(" ([IPv6:{}])", address);
  if (address.contains('.')) return fmt::format(" ([{}])", address);
  return {};
}

// date-time of RFC 5322 section 3.3.
std::string date_time(mail::InternalDate date) {
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  namespace chrono = std::chrono;
  const chrono::sys_seconds shown{chrono::seconds(date.unix_seconds) +
                                  chrono::minutes(date.zone_minutes)};
  const auto day = chrono::floor<chrono::days>(shown);
  const chrono::year_month_day ymd(day);
  const chrono::hh_mm_ss time(shown - day);
  const int zone = date.zone_minutes < 0 ? -date.zone_minutes : date.zone_minutes;
  return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} {}{:02}{:02}",
                     kDays[chrono::weekday(day).c_encoding()], unsigned(ymd.day()),
                     month_name(ymd.month()), int(ymd.year()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(),
                     date.zone_minutes < 0 ? '-' : '+', zone / 60, zone % 60);
}

}  // namespace

std::string trace_fields(const Trace& trace) {
  std::string out = fmt::format("Return-Path: <{}>\r\n", trace.reverse_path.text);
  if (trace.only_recipient) {
    out += fmt::format("Delivered-To: {}\r\n", trace.only_recipient->text);
  }
  out += fmt::format("Received: from {}{}\r\n\tby {} with {} id {}", trace.client,
                     tcp_info(trace.peer_address), trace.hostname, trace.protocol, trace.id);
  if (trace.only_recipient) out += fmt::format("\r\n\tfor <{}>", trace.only_recipient->text);
  out += fmt::format(";\r\n\t{}\r\n", date_time(trace.date));
  return out;
}

}  // namespace roost::lmtp
