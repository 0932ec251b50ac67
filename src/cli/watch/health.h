// Health: whether all accounts are being watched. An account that has lost its connection is still
// well for a while: connections end, and are made again. No I/O; a clock handed in.
//
// Owner and thread: a Watch.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "admin/json.h"
#include "cli/watch/report.h"
#include "client/time.h"

namespace roost::cli {

class Health {
 public:
  static constexpr client::Duration kGrace = std::chrono::minutes(5);

  // now: when it was begun with.
  void expect(const Source& source, client::Time now) { accounts_[source].since = now; }
  void caught_up(const Source& source, client::Time now);
  void disconnected(const Source& source, std::string why, client::Time now);

  [[nodiscard]] bool good(client::Time now) const;
  // When it turns bad if nothing happens; nothing: it does not, or is.
  [[nodiscard]] std::optional<client::Time> turns_bad(client::Time now) const;
  // {"status": "ok" or "trouble", "accounts": [{"user", "host", "status", "problem", "seconds"}]}
  [[nodiscard]] admin::Json to_json(client::Time now) const;

 private:
  struct Account {
    bool well = false;
    client::Time since;   // it is so
    std::string problem;  // the last one since it was well
  };
  std::map<Source, Account> accounts_;
};

}  // namespace roost::cli
