// Account: watches the mailboxes of one account for as long as it is let to: as many connections as
// the server needs, each made again when it ends, each message reported once, what was reported
// kept in a file. It is what a program uses that wants to hear of mail; everything below it is
// parts.
//
//   boost::asio::io_context context;
//   Account account(context, settings, listener);
//   if (auto started = account.start(); !started) …
//   context.run();
//
// The constructor makes the process ignore SIGPIPE: OpenSSL writes to sockets without MSG_NOSIGNAL.
// A secret command makes it ignore SIGCHLD no more, if it did: how the command ended must be known.
// Thread: that of the context, for all of it and for the listener.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "client/addresses.h"
#include "client/connection_limit.h"
#include "client/event.h"
#include "client/keep_alive.h"
#include "client/link.h"
#include "client/problem.h"
#include "client/surroundings.h"
#include "client/tls_client.h"
#include "client/watcher.h"
#include "net/fd.h"

namespace roost::client {

// May stop the account, or destroy it, whenever it is called.
class Listener {
 public:
  virtual ~Listener() = default;
  // In the order in which they were told. True takes responsibility: what was told is kept in the
  // file soon after it, and never told again. False: the file stays as it is from now on, so that
  // whoever goes on from there is told again.
  [[nodiscard]] virtual bool on_events(const std::vector<Event>& events) = 0;
  // What the user should know, once until all is well again: a refusal at once, a server that is
  // away after an hour. What is said of a single mailbox is said once until it is watched again.
  virtual void on_problem(const Problem& problem) = 0;
  // A connection did not come about, or has ended; another will be made.
  virtual void on_disconnected(const Problem& /*problem*/) {}
  // All mailboxes have been caught up with; again after each time that they were not.
  virtual void on_caught_up() {}
};

class Account {
 public:
  struct Settings {
    Watcher::Settings watcher;  // its credentials' secret is not used where there is a command
    TlsTrust trust;
    // Gives the password or token, anew for each connection: tokens expire, and the programs that
    // give them know when. Empty: the secret of the credentials.
    std::vector<std::string> secret_command;
    std::string state_file;  // empty: what was told is forgotten when the process ends
  };
  // Where a server has no NOTIFY each mailbox takes a connection, as far as these go, and as far as
  // the server lets them in. One of them asks in turn after all for which there is no other.
  static constexpr std::size_t kMaxConnections = 10;
  // A connection that is turned away so many times in a row, while others stand, is one too many.
  static constexpr int kTurnedAway = 4;
  static constexpr std::size_t kMaxNoticed = 1'000;  // beyond that they may be said again
  static constexpr Duration kSecretCommand = std::chrono::minutes(1);
  // A state file that could not be written is tried with the next events, or after so long.
  static constexpr Duration kSaveAgain = std::chrono::minutes(1);
  static constexpr Duration kStop = std::chrono::seconds(5);  // for LOGOUT

  Account(boost::asio::io_context& context, Settings settings, Listener& listener);
  ~Account();
  Account(const Account&) = delete;
  Account& operator=(const Account&) = delete;

  // kInvalid, kCorruption, kUnavailable: the settings or the state file cannot be used.
  [[nodiscard]] Result<void> start();
  // Asks the server now, or connects now: the network is not what it was. What the system says of
  // that by itself (Surroundings) needs no call.
  void probe();
  // LOGOUT everywhere; the context runs out of work when it is done, at last after some seconds.
  void stop();

 private:
  // The mailboxes that one connection watches, and the connection of the moment.
  class Slot;

  [[nodiscard]] Result<void> check_mailboxes();
  void add_slot(std::shared_ptr<Slot> slot);
  [[nodiscard]] bool tries_one() const;
  void try_next();
  void take_listed(const std::optional<std::set<std::string>>& listed);
  void drop_deserted(const std::set<std::string>& listed);
  void refuse(const std::string& mailbox);
  [[nodiscard]] bool refuses(const std::string& mailbox) const;
  void take_left_over(const std::string& mailbox);
  [[nodiscard]] std::shared_ptr<Slot> rest() const;
  void rest_caught_up();
  void relieve_rest();
  void part();
  void make_room(const Problem& problem);
  void drop_slot(const Slot& slot);
  void save();
  void save_soon();
  void report(const Problem& problem);
  void notice(const Problem& problem);
  void take_back_notices(const std::vector<std::string>& mailboxes);
  void check_caught_up();
  void check_stopped();

  boost::asio::io_context& context_;
  Settings settings_;
  Listener& listener_;
  std::unique_ptr<TlsClient> tls_;
  std::optional<Surroundings> surroundings_;
  std::optional<BootTimer> stop_by_;
  std::optional<BootTimer> save_again_;
  net::Fd gone_;                          // readable: nobody waits for a secret any more
  boost::asio::thread_pool blocking_{1};  // for secret commands
  net::Fd lock_;                          // of the state file
  ToldByMailbox told_;
  KeepAlive keep_alive_;
  Addresses addresses_;
  std::vector<std::shared_ptr<Slot>> slots_;
  ConnectionLimit limit_;
  std::vector<Problem> reported_;                // since all was well
  std::set<std::string> noticed_;                // what was said while all else may be well
  std::optional<std::set<std::string>> listed_;  // all that matches, as of the last look
  std::map<std::string, Time> refused_;          // that cannot be watched, until then
  struct Telling {
    int depth = 0;         // the listener is being told
    bool refused = false;  // it has not dealt with what it was told
  };
  std::shared_ptr<Telling> telling_ = std::make_shared<Telling>();  // of who tells, too
  bool unsaved_ = false;  // the file is behind what was told, and that was said
  bool caught_up_ = false;
  bool stopping_ = false;
};

}  // namespace roost::client
