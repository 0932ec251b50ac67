// Conversation: drives one IMAP connection. Octets → CommandReader → command table → Command →
// tagged response; between them what has changed in the selected mailbox. One command at a time, in
// order (RFC 3501 section 5.5), however many are pipelined.
//
// Between commands, and in IDLE, a conversation keeps what it must know later and nothing of what
// it works with (Work): that is a few hundred octets, whatever it has done before.
//
// The baton: a command that may block is run on a worker with Connection::offload; until it is back
// nothing here is touched. What changes meanwhile is not queued anywhere: the session's watch knows
// that there is something to tell, and the difference is computed when it may be told.
//
// Owner: its Connection. Thread: its loop's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "imap/command_table.h"
#include "imap/protocol/command_reader.h"
#include "imap/session.h"
#include "net/connection.h"
#include "push/hub.h"

namespace roost::imap {

class Conversation final : public net::ConnectionHandler, private push::Subscription {
 public:
  // slot: the connection counted, until somebody has logged in.
  Conversation(Server& server, net::Loop& loop, auth::ConnectionLimits::Slot slot = {});

  void on_open(net::Connection& connection) override;
  void on_input(net::Connection& connection) override;
  void on_drained(net::Connection& connection) override;
  void on_tls(net::Connection& connection) override;
  void on_shutdown(net::Connection& connection) override;
  void on_closed(net::Connection& connection, net::CloseReason reason) override;

  // For `who`; what is not known yet is empty. Valid until the next event.
  struct Description {
    std::uint64_t id;
    std::string_view account;
    std::string_view mailbox;
    std::string_view doing;  // "idle", or the command that runs
    net::Clock::duration age;
  };
  [[nodiscard]] Description describe(net::Clock::time_point now) const;
  // BYE, for an administrator. False: the connection is not open yet, and has to be aborted.
  [[nodiscard]] bool kick();

 private:
  enum class Stage : std::uint8_t {
    kReading,   // no command runs
    kRunning,   // a command runs, here or on a worker
    kDraining,  // a command has more to say once the socket has drained
    kWaking,    // likewise, what happened before it
    kDelaying,  // the tagged response of a failed login is held back
    kLine,      // a command waits for a line
    kIdling,    // IDLE waits for DONE
    kClosing,
  };

  // --- reading: conversation_reading.cc ---
  void pump();
  void take_line();
  void start(CommandReader::Event event);
  void wake_up();
  void parse();
  void refuse(Session::Reply reply);
  void take_octets();

  // --- running: conversation_running.cc ---
  // Runs task on a worker, then `then` here, unless there was a reason to say goodbye.
  void offload(Task task, Task then);
  void run_command();
  void ran();
  void wait_for_line();
  [[nodiscard]] bool follow();
  void end();
  void finish();
  void tell_before_end();
  // What may be told before the tagged response of the running command.
  [[nodiscard]] Updates allowed();
  void tell_highest_modseq(Session::Reply& reply);
  void take_told();
  void drop_command();
  [[nodiscard]] bool has_news() const;

  // --- waiting: conversation_waiting.cc ---
  void on_change(push::Fanout& fanout) override;
  void on_account_changed(store::ChangeSink::AccountEvent event) override;
  void on_account_read() override;
  [[nodiscard]] bool lacks_others() const;
  [[nodiscard]] bool has_news_of_others() const;
  void tell_others(std::string& out);  // requires: has_news_of_others()
  void tell_settled_others();
  void say_others();  // at once, or when the client has read what was said before
  void catch_up();
  [[nodiscard]] bool catches_up() const;
  void rest();
  void on_deadline();
  void say_in_progress();
  [[nodiscard]] net::Deadlines& deadlines() const;
  void arm();
  [[nodiscard]] std::chrono::milliseconds time_left_to_log_in() const;

  // What is there while there is something to do.
  struct Work final : LiteralPolicy {
    Work(Server& server, net::Loop& loop, SessionState& state, Peer peer);
    LiteralAnswer on_literal(const LiteralAnnounced& literal) override;
    Session session;
    CommandReader reader;
    Result<Progress> result = Progress::kDone;  // of the running command
    Result<void> told;                          // of the last telling of updates, by a worker
    bool sent_a_part = false;                   // of a response, when output was flushed last
  };
  [[nodiscard]] Work& work();
  [[nodiscard]] Session& session() { return work().session; }
  [[nodiscard]] CommandReader& reader() { return work().reader; }

  void set_stage(Stage stage);
  [[nodiscard]] bool idling() const { return stage_ == Stage::kIdling; }
  [[nodiscard]] std::string_view account_name() const;
  void flush();
  void bye(std::string_view code, std::string_view text);
  void say_goodbye(std::string_view code, std::string_view text);  // as soon as it may be said
  // Says what has become due to be said last while the baton was away, if anything has.
  bool said_goodbye();
  void count_error();

  Server& server_;
  const std::uint64_t id_;
  net::Clock::time_point since_;  // opened, or unauthenticated
  net::Connection* connection_ = nullptr;
  SessionState state_;
  std::unique_ptr<Work> work_;
  net::Deadline deadline_;
  Stage stage_ = Stage::kReading;
  bool refused_literal_ = false;  // of the running command

  std::uint32_t errors_ = 0;  // in a row

  // The running command.
  const CommandRow* row_ = nullptr;
  std::unique_ptr<Command> command_;

  std::unique_ptr<Farewell> goodbye_;
};

}  // namespace roost::imap
