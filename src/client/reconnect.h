// Reconnect: when to connect again after a connection has ended, and what the user is told of it.
// What passes by itself is nobody's business until it has lasted for an hour; what needs the user
// is said at once. Either is said once, until all is well again. A connection that ends as soon as
// it has caught up is not well: the times between such connections add up to the hour, and the
// waits grow, but not beyond the time for which the connection before was of use. No I/O; a clock
// handed in.
//
// Owner: whoever runs the connections of an account.
#pragma once

#include <optional>
#include <string>

#include "client/backoff.h"
#include "client/problem.h"
#include "client/time.h"

namespace roost::client {

class Reconnect {
 public:
  static constexpr Duration kSayAfter = std::chrono::hours(1);
  // The first time so soon that, with all that is said then, mail is reported within a second.
  static constexpr Backoff::Limits kTransient = {.first = std::chrono::milliseconds(500),
                                                 .most = std::chrono::minutes(5)};
  // What a person has to put right is tried again all the same, but not so often that a server
  // takes it for an attack.
  static constexpr Backoff::Limits kNeedsUser = {.first = std::chrono::minutes(5),
                                                 .most = std::chrono::hours(1)};

  explicit Reconnect(std::uint64_t seed)
      : transient_(kTransient, seed), needs_user_(kNeedsUser, seed) {}

  static constexpr Duration kOfUse = std::chrono::seconds(10);  // a shorter time counts for nothing

  struct Verdict {
    Duration wait{};
    std::optional<std::string> say;  // to the user, now
  };
  // secret_age: how old the secret was that was tried; nothing: no command renews it.
  [[nodiscard]] Verdict failed(const Problem& problem, std::optional<Duration> secret_age,
                               Time now);
  // All mailboxes have been caught up with. Nothing but that counts the time as one without a
  // failure; the rest waits for succeeded().
  void caught_up(Time now);
  // … and the connection has proved that it lasts.
  void succeeded();
  // The last failure was one that a person has to put right: another network does not.
  [[nodiscard]] bool waits_for_user() const { return waits_for_user_; }
  // What made it fail is no more: the network is another, or there is room for one more.
  void forget_wait() { transient_.reset(); }

 private:
  Backoff transient_;
  Backoff needs_user_;
  std::optional<Time> since_;  // the first failure since all was caught up with
  Duration before_{};          // the times like this one since all was well
  std::optional<Time> of_use_since_;
  bool waits_for_user_ = false;
  bool said_ = false;
  bool refreshed_ = false;  // the token, since all was well
};

}  // namespace roost::client
