#include "cli/watch/health.h"

#include <algorithm>
#include <utility>

namespace roost::cli {

using client::Time;

void Health::caught_up(const Source& source, Time now) {
  accounts_[source] = {.well = true, .since = now};
}

void Health::disconnected(const Source& source, std::string why, Time now) {
  Account& account = accounts_[source];
  if (std::exchange(account.well, false)) account.since = now;
  account.problem = std::move(why);
}

bool Health::good(Time now) const {
  return std::ranges::all_of(accounts_, [now](const auto& entry) {
    return entry.second.well || now - entry.second.since < kGrace;
  });
}

std::optional<Time> Health::turns_bad(Time now) const {
  std::optional<Time> first;
  if (!good(now)) return first;
  for (const auto& [source, account] : accounts_) {
    const Time at = account.since + kGrace;
    if (!account.well && (!first || at < *first)) first = at;
  }
  return first;
}

admin::Json Health::to_json(Time now) const {
  admin::Json accounts = admin::Json::array();
  for (const auto& [source, account] : accounts_) {
    const char* status = "ok";
    if (!account.well) status = account.problem.empty() ? "connecting" : "disconnected";
    admin::Json one = {
        {"user", source.user},
        {"host", source.host},
        {"status", status},
        {"seconds", std::chrono::floor<std::chrono::seconds>(now - account.since).count()}};
    if (!account.problem.empty()) one["problem"] = account.problem;
    accounts.push_back(std::move(one));
  }
  return {{"status", good(now) ? "ok" : "trouble"}, {"accounts", std::move(accounts)}};
}

}  // namespace roost::cli
