// Watcher: one connection to an IMAP server that reports what happens in one mailbox, or in
// several: by NOTIFY (RFC 5465) where the server has that, else in turn. No I/O: octets in, octets
// and events out, and a clock handed in. It waits by IDLE (RFC 2177) where that is offered, between
// two turns in the first mailbox, and by NOOP where it is not; and never waits for ever: whatever
// it waits for has a deadline.
//
//   connect, with TLS from the first octet or without: Watcher(settings, told, keep_alive, now)
//
//   what comes: receive(octets, now); then send take_output(), handle take_events(), keep told
//
//   at deadline(), and when the machine was suspended: tick(now)
//
//   wish() == kHandshake: send all output, become TLS, then secured(now)
//
//   wish() == kClose: close; problem() says why, nothing: it was told to stop
//
// Events and told go together: who keeps told on disk after the events were dealt with hears of
// everything once, and of nothing twice but what a crash of its own undid.
//
// Owner and thread: whoever runs the connection; told and keep_alive outlive it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/compression.h"
#include "client/event.h"
#include "client/keep_alive.h"
#include "client/login.h"
#include "client/patterns.h"
#include "client/problem.h"
#include "client/selected.h"
#include "client/time.h"
#include "client/told.h"
#include "imap/protocol/response_reader.h"

namespace roost::client {

class Watcher {
 public:
  struct Settings {
    Login::Settings login;
    std::vector<std::string> mailboxes;  // UTF-8; at least one of these or of the patterns
    std::vector<std::string> patterns;   // UTF-8, as LIST has them
    std::set<std::string> elsewhere;     // mailboxes of other connections, whatever matches
    // All that matched when an earlier connection last looked; what appears later is reported with
    // all that is in it.
    std::optional<std::set<std::string>> listed;
    Details details;
    // Where IDLE can watch only one of several, none is left over: the others are asked in turn.
    bool in_turn = false;
    Duration poll = std::chrono::minutes(5);   // between two turns, also where there is no IDLE
    Duration refused = std::chrono::hours(1);  // until what could not be watched is tried again
  };
  static constexpr Duration kAnswer = std::chrono::minutes(1);  // for a command's next response
  // … and for all of them: who drips has not died, and is of no use. A list of a million messages
  // takes so long at 100 kbit/s.
  static constexpr Duration kWholeAnswer = std::chrono::hours(1);
  static constexpr Duration kProbe = std::chrono::seconds(20);  // for an answer to DONE or NOOP
  // A server that ends IDLE itself, so soon and so many times in a row, is polled.
  static constexpr Duration kShortIdle = std::chrono::seconds(10);
  static constexpr std::uint32_t kMaxShortIdles = 3;
  static constexpr Duration kSettled =
      std::chrono::minutes(1);  // from one Selected::settled to the next
  static constexpr Duration kList = std::chrono::minutes(10);  // between looks for new mailboxes
  // Mailboxes that matched or were named since the state file was begun; no more are added.
  static constexpr std::size_t kMaxTold = 10 * Patterns::kMaxMailboxes;
  static constexpr std::size_t kMaxRanges = 4 * Told::kMaxRanges;  // of all mailboxes
  static constexpr std::size_t kMaxLoginOctets = 1 << 20;  // received before the login is done

  Watcher(Settings settings, ToldByMailbox& told, KeepAlive& keep_alive, Time now);

  void receive(std::string_view octets, Time now);
  void tick(Time now);
  void secured(Time now);
  // The stream has ended. why: for people; empty: the server closed it.
  void lost(std::string_view why, Time now);
  // The network, or the machine after a suspension, is not what it was: ask now.
  void probe(Time now);
  // Another mailbox to watch beside the others, or to leave over.
  void add(const std::string& mailbox, Time now);
  // One of several that it does not look into now, which another connection is to watch: it watches
  // that no more. Requires: settings.in_turn.
  [[nodiscard]] std::optional<std::string> give_away(Time now);
  // From now on as if settings.in_turn had been so. True: no other connection watches anything that
  // matches. False requires that all but one have been given away.
  void set_in_turn(bool in_turn);
  // Says LOGOUT, when the command that runs is done.
  void stop(Time now);

  enum class Wish : std::uint8_t { kNothing, kHandshake, kClose };
  [[nodiscard]] Wish wish() const;
  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }
  [[nodiscard]] Time deadline() const { return deadline_; }
  [[nodiscard]] Secret take_output() { return std::exchange(output_, {}); }
  [[nodiscard]] std::vector<Event> take_events() { return std::exchange(events_, {}); }
  // What there is to say of single mailboxes that cannot be watched; the others are.
  [[nodiscard]] std::vector<Problem> take_notices() { return std::exchange(notices_, {}); }
  // The mailboxes that need connections of their own, because this server watches one at a time.
  [[nodiscard]] std::vector<std::string> take_left_over() { return std::exchange(left_over_, {}); }
  // Those that this connection watches itself.
  [[nodiscard]] const std::vector<std::string>& mailboxes() const { return settings_.mailboxes; }
  // The patterns, if there are any, have been looked up, and mailboxes() is decided on.
  [[nodiscard]] bool planned() const { return planned_; }
  // The server has let it in.
  [[nodiscard]] bool is_logged_in() const { return logged_in_; }
  // It asks several in turn each of which could be idled in by a connection of its own.
  [[nodiscard]] bool short_of_connections() const;
  // When the server last said something.
  [[nodiscard]] Time heard() const { return heard_; }
  // They have been looked up since this was asked.
  [[nodiscard]] bool take_round() { return std::exchange(round_, false); }
  // What matched them when that was last done; nothing: there was more than is looked at.
  [[nodiscard]] const std::optional<std::set<std::string>>& listed() const {
    return settings_.listed;
  }
  // What is received has been compressed by the server.
  [[nodiscard]] bool compressed() const { return compression_ != nullptr; }
  // Every mailbox of this connection has been caught up with.
  [[nodiscard]] bool caught_up() const;
  // … and the server has answered when it was asked again after that: the connection is of use.
  [[nodiscard]] bool proved() const { return proved_ && caught_up(); }

 private:
  // What the command that runs is for.
  enum class Flight : std::uint8_t {
    kNone,
    kLogin,
    kList,
    kNotify,
    kSelected,
    kStatus,
    kNoop,
    kIdle,    // sent, "+" has not come
    kIdling,  // "+" has come
    kDone,    // DONE was sent
    kLogout,
  };

  void feed(std::string_view input, Time now);
  void handle(const imap::Response& response, Time now);
  void untagged(const imap::Response& response, Time now);
  void continuation(std::string_view text, Time now);
  void completed(const imap::response::Status& status, Time now);
  void logged_in();
  void hear_list(const imap::response::List& list, Time now);
  void malformed(const imap::response::Malformed& response);
  void ask_patterns(Time now);
  void round_ended(Time now);
  void found(const std::string& mailbox);
  void gone(const std::string& mailbox);
  [[nodiscard]] bool looks_into(const std::string& mailbox) const;
  [[nodiscard]] bool may_leave_over() const;
  void plan();
  void give_up_notify();
  void idle_ended(Flight flight, const imap::response::Status& status, Time now);
  void heard_data(Time now);

  // Sends what is next, if nothing runs.
  void advance(Time now);
  [[nodiscard]] bool has_work() const;
  bool select_next();
  bool return_to_first();
  void begin_turn();
  [[nodiscard]] bool may_idle() const;
  [[nodiscard]] bool waits() const;
  void settle(Time now);
  void wait(Time now);
  void send(Flight flight, const Command& command, Time now);
  void send_done(Time now);
  void write_line(Secret line);
  void fail(Problem problem);
  void check(Outcome<void> outcome);
  void mailbox_failed(std::string mailbox, Problem problem, Time now);
  void mark_dirty(const std::string& mailbox);

  [[nodiscard]] Command notify() const;
  void compare(const imap::response::MailboxStatus& status);
  [[nodiscard]] std::string encoded(const std::string& mailbox) const;
  void set_idle_deadline(Time now);

  Settings settings_;
  ToldByMailbox& told_;
  KeepAlive& keep_alive_;
  imap::ResponseReader reader_;
  Login login_;
  Login::Abilities abilities_;
  std::unique_ptr<Compression> compression_;
  Secret output_;  // a login may be in it
  std::vector<Event> events_;
  std::vector<Problem> notices_;
  std::vector<std::string> left_over_;
  std::optional<Problem> problem_;

  Flight flight_ = Flight::kNone;
  std::uint32_t tags_ = 0;
  std::string tag_;            // of the command that runs
  std::deque<Secret> pieces_;  // of it, that wait for a "+"
  std::size_t login_octets_ = 0;

  std::unique_ptr<Selected> selected_;
  std::deque<std::string> dirty_;    // mailboxes to look into
  std::deque<std::string> recheck_;  // mailboxes to ask the STATUS of
  std::string status_of_;            // the one that is being asked for
  std::map<std::string, imap::response::MailboxStatus> disagreed_;  // the last that did
  Patterns patterns_;
  Time list_at_;                         // when to ask for them again
  std::map<std::string, Time> refused_;  // that match and cannot be watched, until then
  bool round_ = false;                   // it has ended since it was asked for
  bool planned_ = false;
  bool leaves_over_ = false;  // planned so: it watches one by IDLE, and no other
  bool logged_in_ = false;
  bool notifies_ = false;          // NOTIFY is to be sent
  bool notified_ = false;          // … and the server has agreed
  bool overflowed_ = false;        // … and has given it up once
  std::uint32_t short_idles_ = 0;  // in a row
  bool noop_due_ = false;
  bool proved_ = false;  // a DONE or NOOP has been answered
  bool stopping_ = false;
  bool closed_ = false;

  std::optional<Time> turn_at_;  // when those that it does not hear of are asked again
  Time deadline_;
  Time complete_by_;    // the answer to the command that runs
  Time heard_;          // when the server last said something
  Time waiting_since_;  // when IDLE was sent, or agreed to
  Time settled_at_;
  Duration asked_after_{};  // the silence before DONE or NOOP
};

}  // namespace roost::client
