// A small IMAP server in memory for tests of the doctor, with a clock of its own, that has as many
// diseases as a test wants. Who waits lets its time pass. What it says is fake_session.h.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/doctor/wire.h"

namespace roost::doctor {

struct Diseases {
  bool no_idle = false;
  bool other_after_login = false;  // capabilities, and it does not say so
  bool anybody_idles = false;
  bool bare_plus = false;
  bool no_trailing_space = false;
  bool argument_ignored = false;
  bool upper_case_only = false;
  bool loses_pieces = false;   // of DONE
  bool loses_next = false;     // what comes behind DONE in the same packet
  bool hangs_at_once = false;  // DONE with IDLE in the same packet
  bool done_closes = false;    // … outside IDLE
  bool garbage_closes = false;
  bool garbage_executed = false;
  bool push_loses_pieces = false;
  bool one_idler = false;  // only the last one is told
  bool expunge_any_time = false;
  bool long_line_ignored = false;
  bool deaf = false;          // no arrivals in IDLE
  bool one_too_many = false;  // EXISTS
  bool tells_behind = false;  // what is new when it is asked: behind the answer
  bool slow = false;          // five seconds
  bool deaf_if_read_only = false;
  bool forgets_gap = false;
  bool silent_flags = false;
  bool no_uid = false;
  bool low_first = false;  // EXPUNGE in ascending order, with the numbers of before
  bool no_modseq = false;
  bool no_vanished = false;
  bool deaf_after_rename = false;
  bool hangs_after_delete = false;
  bool hangs_after_create = false;
  bool in_use = false;   // each mailbox, until half a second after the end of a session
  bool no_list = false;  // nor DELETE
  bool notify_silent = false;
  bool notify_none_ignored = false;
  bool notify_bad = false;
  bool no_keep_alive = false;
  client::Duration first_word = std::chrono::minutes(2);  // to an idler
  client::Duration each_word = std::chrono::minutes(2);   // … from one to the next
  bool logs_out = false;                                  // … instead of the first
  bool preauth = false;                                   // no disease: all are let in
  bool late_greeting = false;                             // seven seconds
  bool greets_with_bye = false;                           // at the limit
  bool blames_password = false;                           // at the limit
  std::size_t limit = 100;                                // connections
  bool floods = false;                                    // in IDLE
  bool endless_line = false;                              // in IDLE
  bool malformed = false;                                 // a response now and then
};

class FakeSession;

class FakeNetwork final : public Network {
 public:
  struct Message {
    std::uint32_t uid = 0;
    std::set<std::string> flags;
    std::uint32_t changes = 0;
  };
  using Mailbox = std::vector<Message>;

  client::Outcome<std::unique_ptr<Wire>> connect(client::Time until) override;
  client::Time now() override { return now_; }
  std::int64_t seconds_since_1970() override { return 1'800'000'000; }
  bool interrupted() override { return interrupted_ && heeds_; }
  void ignore_interruption() override { heeds_ = false; }

  void pass_until(client::Time time) { now_ = std::max(now_, time); }
  void interrupt() { interrupted_ = true; }
  void changed(const std::string& mailbox);

  Diseases diseases;
  std::map<std::string, Mailbox> mailboxes{{"INBOX", {}}};
  bool below_inbox_only = false;  // there mailboxes may be made
  int silent_deletes = 0;         // that are not carried out, and end a conversation
  std::string interrupted_by;     // that command is carried out, and the answer comes too late
  std::uint32_t next_uid = 1;
  std::set<FakeSession*> sessions;
  FakeSession* last_idler = nullptr;
  client::Time last_end{};  // of a session

 private:
  client::Time now_{};
  bool interrupted_ = false;
  bool heeds_ = true;
};

}  // namespace roost::doctor
