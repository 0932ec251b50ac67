// Conversation while a command runs: where it runs, what is told with it, its tagged response, and
// what it has made of the session and the connection.
#include <exception>
#include <utility>

#include "base/log.h"
#include "imap/conversation.h"
#include "imap/status_from_error.h"
#include "imap/updates.h"

namespace roost::imap {

void Conversation::offload(Task task, Task then) {
  connection_->offload(
      session().hashing() ? server_.login_workers : server_.workers,
      [this, task = std::move(task)]() mutable {
        // We throw nothing; a library below may. The session's state is then unknown: it ends.
        try {
          task();
        } catch (const std::exception& exception) {
          log::error("{}: {}", row_ != nullptr ? row_->name : "imap", exception.what());
          work().result = fail(ErrorCode::kInternal, "Internal error");
          session().log_out("SERVERBUG", "Internal error");
        }
      },
      [this, then = std::move(then)]() mutable {
        if (stage_ != Stage::kClosing) then();
      });
}

void Conversation::run_command() {
  set_stage(Stage::kRunning);
  if (row_->runs == Runs::kLoop) {
    work().result = command_->run(session());
    ran();
    return;
  }
  offload(
      [this] {
        work().result = command_->run(session());
        if (work().result && *work().result != Progress::kDone) return;
        if (state_.state == State::kSelected) work().told = tell_newest(session(), allowed());
        command_.reset();
        session().incoming = {};
      },
      [this] {
        ran();
        pump();
      });
}

void Conversation::ran() {
  if (!follow()) return;
  if (!work().result || *work().result == Progress::kDone) return tell_before_end();
  if (connection_->lost()) return connection_->abort();  // nobody waits for the rest
  if (said_goodbye()) return;
  if (*work().result == Progress::kMore) {
    flush();
    if (connection_->output_full()) {
      set_stage(Stage::kDraining);
    } else {
      run_command();
    }
    return;
  }
  if (*work().result != Progress::kIdle || !lacks_others()) return wait_for_line();
  // Before "+ idling" is sent: whatever happens after that is told.
  offload([this] { session().watch_others(); },
          [this] {
            if (!work().result) {
              end();
            } else if (!said_goodbye()) {
              wait_for_line();
            }
            pump();
          });
}

void Conversation::wait_for_line() {
  reader().set_mode(CommandReader::Mode::kLine);
  reader().next();
  set_stage(*work().result == Progress::kIdle ? Stage::kIdling : Stage::kLine);
  arm();
  if (idling() && has_news()) return catch_up();  // "+ idling" and the news go out in one write
  tell_settled_others();
  flush();
}

// What a worker ran has told its updates already, with the same hop.
void Conversation::tell_before_end() {
  take_told();
  if (row_->runs == Runs::kWorker || row_->updates == Updates::kNone || !has_news()) return end();
  offload([this] { work().told = tell_newest(session(), allowed()); },
          [this] {
            take_told();
            end();
            pump();
          });
}

Updates Conversation::allowed() {
  const bool renumbers = row_->updates == Updates::kAll && session().numbers_stand;
  return renumbers ? Updates::kAllButExpunge : row_->updates;
}

bool Conversation::has_news() const {
  return state_.state == State::kSelected && state_.selected->pending();
}

// The loop's lists follow what the command has made of the session. False: a password change may
// have slipped in between the login and the following, and is being looked for.
bool Conversation::follow() {
  follow_mailbox(state_.state == State::kSelected ? state_.selected->mailbox.id
                                                  : mail::MailboxId());
  if (account() == state_.account.id) return true;
  follow_account(state_.account.id);
  if (state_.account.id == mail::AccountId() ||
      server_.hub.account_changes() == session().account_changes_at_login()) {
    return true;
  }
  offload([this] { session().recheck_account(); },
          [this] {
            end();
            pump();
          });
  return false;
}

void Conversation::end() {
  if (session().reply_delay.count() > 0) {
    set_stage(Stage::kDelaying);
    deadlines().arm(deadline_, std::exchange(session().reply_delay, {}));
    return;
  }
  finish();
}

void Conversation::finish() {
  Session::Reply reply =
      work().result ? std::exchange(session().reply, {}) : status_from_error(work().result.error());
  if (reply.text.empty() && row_ != nullptr) reply.text = std::string(row_->name) + " completed";
  if (session().mid_response) return bye("", "");  // no line could be told from octets of a message
  tell_highest_modseq(reply);
  session().write().tagged(state_.tag, reply.condition, reply.code, reply.text);
  flush();
  if (session().farewell)
    goodbye_ = std::make_unique<Farewell>(*std::exchange(session().farewell, {}));
  if (said_goodbye()) return;

  const bool changed_others =
      reply.condition == Condition::kOk && row_ != nullptr && row_->changes == Changes::kOthers;
  if (changed_others && state_.others != nullptr) state_.others->forget();
  drop_command();
  row_ = nullptr;
  session().reply = {};
  session().reply_highest_modseq = session().numbers_stand = false;
  session().own_change = {};
  session().in_progress.reset();
  reader().set_mode(CommandReader::Mode::kCommand);
  reader().next();
  set_stage(Stage::kReading);

  server_.metrics.commands.add();
  const bool failed_login =
      reply.condition == Condition::kNo && state_.state == State::kNotAuthenticated;
  if (failed_login) server_.metrics.failed_logins.add();
  if (reply.condition == Condition::kBad || failed_login) {
    count_error();
  } else if (state_.state != State::kNotAuthenticated) {
    errors_ = 0;
  }
  switch (std::exchange(session().after, Session::After::kGoOn)) {
    case Session::After::kGoOn:
      break;
    case Session::After::kStartTls:
      connection_->start_tls(server_.tls);
      break;
    case Session::After::kCompress:
      connection_->start_compression();
      session().peer.compressed = true;
      break;
    case Session::After::kUnauthenticate:
      since_ = deadlines().now();
      errors_ = 0;
      connection_->end_compression();
      session().peer.compressed = false;
      break;
    case Session::After::kClose:
      set_stage(Stage::kClosing);
      connection_->close();
      break;
  }
  arm();
}

// With the tagged response the client takes the highest MODSEQ it has seen for its HIGHESTMODSEQ,
// unless it is told a lower one: so it is, while something is held back (RFC 7162 section 6).
void Conversation::tell_highest_modseq(Session::Reply& reply) {
  if (state_.state != State::kSelected || row_ == nullptr) return;
  const mail::ModSeq modseq = state_.selected->highest_modseq();
  if (session().reply_highest_modseq && reply.condition == Condition::kOk) {
    reply.code = "HIGHESTMODSEQ " + std::to_string(modseq.value);
  } else if (state_.enabled.condstore && row_->updates != Updates::kNone &&
             (state_.selected->is_behind() || modseq < session().own_change)) {
    session().write().highest_modseq(modseq);
  }
}

// A command that ran to its end has been destroyed where it ran. One that did not may hold octets
// of messages, and giving those up may wait for the store's sweeper: that is no work for a loop.
void Conversation::drop_command() {
  if (work_ == nullptr) return command_.reset();
  const bool left_by_worker = command_ != nullptr && row_ != nullptr && row_->runs == Runs::kWorker;
  if (!left_by_worker && !session().incoming.written()) {
    command_.reset();
    session().incoming = {};
  } else {
    server_.workers.post([command = std::move(command_),
                          incoming = std::exchange(session().incoming, {})]() mutable {
      command.reset();
      incoming = {};
    });
  }
}

// A mailbox that cannot be read ends the session: whatever it said next could be wrong. The command
// that has run still gets its answer, it may have changed something.
void Conversation::take_told() {
  if (work().told) return;
  const Error error = std::exchange(work().told, {}).error();
  constexpr std::string_view kDeleted = "The selected mailbox was deleted";
  if (error.code == ErrorCode::kNotFound && state_.enabled.imap4rev2) {
    // RFC 9051 section 3: to the authenticated state, whatever the client is at.
    session().write().untagged(Condition::kOk, "CLOSED", kDeleted);
    session().unselect();
    follow_mailbox(mail::MailboxId());
  } else if (error.code == ErrorCode::kNotFound) {
    say_goodbye("", kDeleted);
  } else if (error.code == ErrorCode::kConflict) {
    say_goodbye("", "More has changed since the last command than is remembered; select again");
  } else {
    log::error("{}: cannot read the mailbox: {}", account_name(), error.detail);
    say_goodbye("UNAVAILABLE", "The mailbox cannot be read");
  }
}

}  // namespace roost::imap
