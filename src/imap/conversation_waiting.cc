// Conversation while it waits: what it says unasked (IDLE, RFC 2177), what it gives up between
// commands, and its one deadline: login, autologout (RFC 3501 section 5.4), keep-alive, and while a
// command runs, its progress (RFC 9585 section 4).
#include <algorithm>
#include <utility>

#include "imap/conversation.h"
#include "imap/protocol/response_writer.h"
#include "imap/updates.h"

namespace roost::imap {

namespace {

// Our slot in push::Fanout::rendered: one for each way in which the same change is told.
constexpr std::size_t dialect(Enabled enabled) {
  if (enabled.uidonly) return enabled.condstore ? 4 : 3;  // with QRESYNC the same
  if (enabled.qresync) return 2;
  return enabled.condstore ? 1 : 0;
}
static_assert(dialect({.condstore = true, .uidonly = true}) + 1 == push::Fanout::kDialects);

// One copy for all who wait.
const std::shared_ptr<const std::string>& still_here() {
  static const auto text = [] {
    std::string line;
    ResponseWriter(line).untagged(Condition::kOk, "", "Still here");
    return std::make_shared<const std::string>(std::move(line));
  }();
  return text;
}

}  // namespace

// --- speaking unasked: IDLE ---

void Conversation::on_change(push::Fanout& fanout) {
  if (!idling() || connection_->offloaded()) return;
  // A client that does not read has its cursor, and no queue.
  if (connection_->output_size() > 0) return connection_->call_when_written();
  const store::Change& change = fanout.change;
  SelectedMailbox& selected = *state_.selected;
  if (change.modseq <= selected.cursor()) return;
  if (selected.contexts() != nullptr) return catch_up();  // a search may read what blocks
  std::string out;
  if (change.after == nullptr) {
    if (!tell_arrivals(server_.store, selected, change, out)) return catch_up();
  } else if ((selected.asleep() && !selected.wake(change.before)) ||
             is_large(*selected.view, *change.after)) {
    return catch_up();
  } else if (change.before != nullptr &&
             take_shared(server_.store, selected, change.before, change.after, out)) {
    auto& shared = fanout.rendered[dialect(state_.enabled)];
    if (shared == nullptr) {
      shared = std::make_shared<const std::string>(
          format_shared(*change.before, *change.after, state_.enabled));
    }
    connection_->write(shared);
  } else {
    tell(server_.store, selected, state_.enabled, change.after, Updates::kAll, out);
  }
  if (!out.empty()) connection_->write(std::move(out));
  ++fanout.told;
  server_.metrics.pushes.add();
  arm();
  rest();
}

// Tells an idling client all that is new, on a worker, as far as the socket takes it.
void Conversation::catch_up() {
  offload([this] { work().told = tell_newest(session(), Updates::kAll); },
          [this] {
            if (connection_->lost()) return connection_->abort();  // nobody waits for the rest
            take_told();
            if (state_.state == State::kLogout) return end();
            if (said_goodbye()) return;
            tell_settled_others();
            flush();
            arm();
            pump();  // between two pieces DONE is heard
            if (catches_up()) catch_up();
          });
}

// There is more to be told to an idling client, and the socket takes it.
bool Conversation::catches_up() const {
  return idling() && !connection_->offloaded() && has_news() && !connection_->output_full();
}

// An idling client of IMAP4rev2 does not know yet what there is, or does not any more, or it could
// not be read.
bool Conversation::lacks_others() const {
  return state_.enabled.imap4rev2 && (state_.others == nullptr || state_.others->lacks());
}

bool Conversation::has_news_of_others() const {
  return idling() && state_.others != nullptr && state_.others->pending();
}

void Conversation::tell_others(std::string& out) {
  const bool selected = state_.state == State::kSelected;
  state_.others->tell(selected ? state_.selected->mailbox.id : mail::MailboxId(), state_.enabled,
                      out);
}

// Behind what else is said: CLOSED comes before the LIST of what was selected. While something
// newer is read, the client may know that already, from a STATUS of its own, and is not told what
// is older: on_account_read comes.
void Conversation::tell_settled_others() {
  if (!has_news() && has_news_of_others() && state_.others->settled()) tell_others(session().out);
}

void Conversation::on_account_read() { say_others(); }

void Conversation::say_others() {
  if (connection_->offloaded() || !has_news_of_others()) return;
  if (connection_->output_size() > 0) return connection_->call_when_written();
  if (has_news()) return catch_up();  // CLOSED comes before the LIST of what was selected
  std::string out;
  tell_others(out);
  if (out.empty()) return;
  connection_->write(std::move(out));
  server_.metrics.pushes.add();
  arm();
}

void Conversation::on_account_changed(store::ChangeSink::AccountEvent event) {
  switch (event) {
    case store::ChangeSink::AccountEvent::kPasswordChanged:
      say_goodbye("EXPIRED", "The password was changed");
      break;
    case store::ChangeSink::AccountEvent::kRemoved:
      say_goodbye("UNAVAILABLE", "The account was removed");
      break;
  }
  // A running command is answered first: it may have changed something.
  if (stage_ != Stage::kRunning && stage_ != Stage::kDelaying && !connection_->offloaded()) {
    bye(goodbye_->code, goodbye_->text);
  }
}

// --- waiting ---

// Gives up what a connection needs for work only. An idling client needs no command, which is made
// anew for its DONE; and one that has been told everything needs no view, until something is new,
// unless it has contexts.
void Conversation::rest() {
  if (connection_->offloaded() || (stage_ != Stage::kReading && stage_ != Stage::kIdling)) return;
  if (catches_up()) return;
  if (idling()) command_.reset();
  if (idling() && state_.state == State::kSelected && !has_news() && !state_.selected->asleep() &&
      state_.selected->contexts() == nullptr) {
    state_.selected->sleep();
  }
  if (idling()) connection_->rest();
  if (work_ != nullptr && work_->reader.at_start() && work_->session.out.empty()) work_.reset();
}

// --- time ---

void Conversation::arm() {
  const auto& options = server_.options;
  deadline_.cancel();
  if (stage_ == Stage::kClosing) return;
  if (state_.state == State::kNotAuthenticated) {
    if (options.preauth_timeout.count() > 0) deadlines().arm(deadline_, time_left_to_log_in());
  } else if (idling()) {
    if (options.keepalive.count() > 0) {
      deadlines().arm_aligned(deadline_, options.keepalive,
                              std::hash<std::string>{}(connection_->peer_address()));
    }
  } else if (options.autologout.count() > 0) {
    deadlines().arm(deadline_, options.autologout);
  }
}

// From the start of the connection: neither a command nor a failure gives a client more.
std::chrono::milliseconds Conversation::time_left_to_log_in() const {
  const auto left = since_ + server_.options.preauth_timeout - deadlines().now();
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(left), std::chrono::milliseconds(1));
}

void Conversation::on_deadline() {
  switch (stage_) {
    case Stage::kDelaying:
      finish();
      pump();
      break;
    case Stage::kIdling:
      if (connection_->offloaded()) break;  // it catches up, and arms anew
      if (connection_->output_size() == 0) {
        connection_->write(still_here());
      }
      arm();
      break;
    case Stage::kReading:
    case Stage::kLine:
      bye("", state_.state == State::kNotAuthenticated ? "Too slow to log in"
                                                       : "Autologout; idle for too long");
      break;
    case Stage::kRunning:
    case Stage::kDraining:
    case Stage::kWaking:
      say_in_progress();
      break;
    case Stage::kClosing:
      break;
  }
}

// A worker may have the session: all that is read of it is the tag, and what the command counts.
// Without a command, it is octets of one that are being stored.
void Conversation::say_in_progress() {
  if (row_ != nullptr && !work().sent_a_part && connection_->output_size() == 0) {
    std::string line;
    session().in_progress.write(ResponseWriter(line), state_.tag);
    connection_->write(std::move(line));
  }
  deadlines().arm(deadline_, InProgress::kInterval);
}

net::Deadlines& Conversation::deadlines() const { return connection_->loop().deadlines(); }

}  // namespace roost::imap
