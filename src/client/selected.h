// Selected: one mailbox, from EXAMINE on, kept in step with the server. Responses in, commands and
// events out. It catches up with all that happened since Told was last true, by whatever the server
// has: QRESYNC (RFC 7162 section 3.2.5), else CONDSTORE, else a list of all messages and flags
// (RFC 4549 section 4.3); and from then on it takes what the server says by itself. EXAMINE,
// because who only watches must not take \Recent from others (RFC 3501 section 6.3.2).
//
// Messages are asked for by number, with FETCH and not UID FETCH: while it runs the server may not
// send EXPUNGE or VANISHED (RFC 9051 section 7.5.1, RFC 7162 section 3.2.10.2), so the numbers stay
// what they are. A server whose words do not fit together is not believed: the mailbox is listed
// again, and if that does not help the connection is given up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/command.h"
#include "client/event.h"
#include "client/login.h"
#include "client/problem.h"
#include "client/told.h"
#include "imap/protocol/response.h"
#include "mail/uid_set.h"

namespace roost::client {

// What is asked of a new message, beside its UID and flags.
struct Details {
  bool internal_date = false;
  bool size = false;
  bool envelope = false;
};

// Owner: a Watcher, which also owns events; told is longer-lived than both.
class Selected {
 public:
  Selected(std::string mailbox, Told& told, const Login::Abilities& abilities, Details details,
           std::vector<Event>& events);

  [[nodiscard]] const std::string& mailbox() const { return mailbox_; }
  // The next command; nothing: in step with the server, as far as is known.
  // Requires: the one before has been completed.
  [[nodiscard]] std::optional<Command> next();
  // next() would give a command.
  [[nodiscard]] bool has_work() const;
  // All that happened up to EXAMINE has been reported.
  [[nodiscard]] bool caught_up() const { return step_ == Step::kInStep; }
  // Any untagged response, at any time.
  [[nodiscard]] Outcome<void> untagged(const imap::Response& response);
  [[nodiscard]] Outcome<void> completed(const imap::response::Status& status);
  // NOOP has been completed: what it told is all there was to tell.
  void noop_completed();
  // It is in step, and time has passed: what was doubted until now counts no more.
  void settled() { doubts_ = 0; }
  // Something the server said of messages could not be read.
  void doubt() { in_doubt_ = true; }
  // … and was so long that the connection ends.
  void too_long() { told_.plain = step_ == Step::kNew; }

 private:
  static constexpr std::uint32_t kMaxAttempts = 3;
  static constexpr std::uint32_t kMaxDoubts = 3;

  enum class Step : std::uint8_t {
    kExamine,    // to be sent
    kExamining,  // … sent
    kNoop,       // to hear of expunges before a list; sent
    kList,       // all messages with their flags
    kFlags,      // those whose flags have changed
    kNew,        // messages not told yet
    kInStep,
  };

  // What follows, once EXAMINE or a list has been answered.
  void examined();
  [[nodiscard]] bool take_vanished();
  [[nodiscard]] Outcome<void> listed();
  [[nodiscard]] Outcome<void> new_fetched();
  void in_step();
  [[nodiscard]] Outcome<void> distrust(std::string why);
  [[nodiscard]] Outcome<void> contradiction(std::string why) const;

  [[nodiscard]] Command examine();
  [[nodiscard]] Command list(Step step);
  [[nodiscard]] Command fetch_new();
  [[nodiscard]] mail::UidSet not_told() const;  // as message numbers, kMaxNewAtOnce at most

  [[nodiscard]] Outcome<void> on(const imap::response::Status& status);
  [[nodiscard]] Outcome<void> on(const imap::response::Exists& exists);
  [[nodiscard]] Outcome<void> on(const imap::response::Expunge& expunge);
  [[nodiscard]] Outcome<void> on(const imap::response::Vanished& vanished);
  [[nodiscard]] Outcome<void> on(const imap::response::Fetch& fetch);
  template <typename Other>
  [[nodiscard]] Outcome<void> on(const Other&) {
    return {};
  }
  [[nodiscard]] bool is_this_mailbox() const;
  [[nodiscard]] bool numbers_hold() const;
  [[nodiscard]] bool answers_new(const imap::response::Fetch& fetch) const;
  [[nodiscard]] Details details() const;
  [[nodiscard]] Outcome<void> check_room(const mail::UidSet& gone) const;
  void doubt_numbers();
  void doubt_resumption();
  void forget_messages(const mail::UidSet& gone);
  void report_flags(mail::Uid uid, const imap::response::Fetch& fetch);
  [[nodiscard]] Event event(EventKind kind, mail::Uid uid) const;

  std::string mailbox_;
  Told& told_;
  Login::Abilities abilities_;
  Details details_;
  std::vector<Event>& events_;

  Step step_ = Step::kExamine;
  bool resumes_ = false;        // EXAMINE had the QRESYNC parameter
  bool baseline_ = false;       // nothing is known of the mailbox: what is there is not reported
  bool in_doubt_ = false;       // the numbers may be wrong
  std::uint32_t attempts_ = 0;  // to make sense of what the server says
  std::uint32_t doubts_ = 0;    // of what it said by itself, since settled()
  std::uint64_t answers_ = 0;   // FETCH responses to one command

  // As the server has said.
  std::uint32_t exists_ = 0;
  bool exists_said_ = false;  // since EXAMINE
  mail::UidValidity uid_validity_;
  mail::Uid uid_next_;
  mail::ModSeq highest_modseq_;    // as of EXAMINE; 0: none
  mail::ModSeq newest_modseq_;     // of any FETCH since
  mail::UidSet vanished_;          // of those told, while EXAMINE runs
  mail::UidSet view_;              // the n-th UID is that of message n, up to the last one known
  std::uint32_t asked_up_to_ = 0;  // the highest number in the FETCH that runs
  // After a resumption the last message that was known has this number, if all that was said of it
  // is true; 0: that has been seen, or need not be.
  std::uint32_t checks_ = 0;
  Told list_;  // what the list says, while it comes
};

}  // namespace roost::client
