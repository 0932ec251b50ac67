#include "imap/conversation.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/log.h"
#include "imap/capability.h"
#include "imap/status_from_error.h"
#include "imap/updates.h"

namespace roost::imap {

namespace {

// Ends a connection that speaks something else (HTTP, a scanner) or does nothing but fail.
constexpr std::uint32_t kMaxErrorsBeforeLogin = 5;
constexpr std::uint32_t kMaxErrors = 50;

// How soon a deadline that struck while a worker had the session is looked at again.
constexpr std::chrono::seconds kLookAgain{60};

// What `command_line = 0`, no limit, comes to: memory is bounded all the same.
constexpr std::size_t kLongestLine = 16 << 20;

std::size_t line_limit(const ServerOptions& options) {
  return options.command_line > 0 ? options.command_line : kLongestLine;
}

constexpr std::size_t kPlain = 0;  // our slot in push::Fanout::rendered

constexpr std::string_view kShutDown = "Roost is shutting down";

}  // namespace

Conversation::Conversation(Server& server, net::Loop& loop)
    : server_(server),
      loop_(loop),
      id_(++server.connections),
      session_(server, loop.index()),
      reader_(*this, {.line = line_limit(server.options)}),
      subscription_(server.hub.feeds(loop.index()), *this),
      deadline_([](void* self) { static_cast<Conversation*>(self)->on_deadline(); }, this) {}

std::string_view Conversation::account_name() const {
  return session_.has_account() ? std::string_view(session_.account().name) : std::string_view();
}

Conversation::Description Conversation::describe() const {
  const bool selected = session_.state() == State::kSelected;
  std::string_view doing = "waiting for a command";
  if (idling())
    doing = "idle";
  else if (row_ != nullptr)
    doing = row_->name;
  return {.id = id_,
          .account = account_name(),
          .mailbox = selected ? std::string_view(session_.selected().mailbox.name) : "",
          .doing = doing,
          .age = loop_.deadlines().now() - since_};
}

bool Conversation::kick() {
  if (connection_ == nullptr) return false;
  bye("", "Disconnected by the administrator");
  return true;
}

// --- what the connection says ---

void Conversation::on_open(net::Connection& connection) {
  connection_ = &connection;
  server_.metrics.connections.add(1);
  session_.peer = {connection.peer_address(), connection.peer_is_loopback(), connection.is_tls()};
  session_.write().untagged(Condition::kOk, "CAPABILITY " + capabilities(session_), "Roost ready");
  flush();
  arm();
}

void Conversation::on_tls(net::Connection& connection) { session_.peer.tls = connection.is_tls(); }

void Conversation::on_input(net::Connection& /*connection*/) { pump(); }

void Conversation::on_drained(net::Connection& /*connection*/) {
  if (stage_ == Stage::kDraining) {
    run_command();
    pump();
  } else if (idling() && has_news()) {
    catch_up();
  }
}

void Conversation::on_shutdown(net::Connection& /*connection*/) { bye("", kShutDown); }

void Conversation::on_closed(net::Connection& /*connection*/, net::CloseReason /*reason*/) {
  set_stage(Stage::kClosing);
  deadline_.cancel();
  drop_command();
  server_.metrics.connections.add(-1);
}

// --- reading ---

void Conversation::pump() {
  while ((stage_ == Stage::kReading || stage_ == Stage::kLine || stage_ == Stage::kIdling) &&
         !connection_->offloaded()) {
    std::string_view input = connection_->input();
    const std::size_t before = input.size();
    const CommandReader::Event event = reader_.read(input);
    if (event == CommandReader::Event::kOctets) {
      session_.incoming.buffer.append(reader_.octets());
    }
    connection_->consume(before - input.size());
    switch (event) {
      case CommandReader::Event::kNeedInput:
        if (connection_->input_ended()) {
          set_stage(Stage::kClosing);
          connection_->close();
        }
        return;
      case CommandReader::Event::kGoAhead:
        session_.write().continuation("OK");
        flush();
        arm();
        break;
      case CommandReader::Event::kOctets:
        take_octets();
        break;
      case CommandReader::Event::kCommand:
      case CommandReader::Event::kRefused:
        start(event);
        break;
      case CommandReader::Event::kLine:
        take_line();
        break;
      case CommandReader::Event::kTooLong:
        if (stage_ == Stage::kReading) {
          Parser parser(reader_.frame());
          session_.tag = parser.tag();
          if (!parser.ok()) session_.tag = "*";
          refuse({Condition::kBad, "", "Command line or literals too long"});
        } else {
          result_ = fail(ErrorCode::kInvalid, "Line too long");
          finish();
        }
        break;
      case CommandReader::Event::kHopeless:
        bye("TOOBIG", "More was announced than this server will discard");
        break;
    }
  }
}

// A command is cut before it is parsed, so a literal is judged by the words in front of it.
LiteralAnswer Conversation::on_literal(const LiteralAnnounced& literal) {
  const Frame so_far{std::string(literal.line)};
  Parser parser(so_far);
  (void)parser.tag();
  parser.space();
  const CommandRow* row = find_command(parser.command_name());
  if (!parser.ok() || row == nullptr || !allowed_in(row->state, session_.state())) {
    return LiteralAnswer::kRefuse;
  }
  if (row->message_literal && parser.rest().find_first_not_of(' ') != std::string_view::npos) {
    const std::uint64_t limit = server_.options.append_limit;
    return limit > 0 && literal.size > limit ? LiteralAnswer::kRefuse : LiteralAnswer::kStream;
  }
  return literal.size > row->literal_limit ? LiteralAnswer::kRefuse : LiteralAnswer::kBuffer;
}

void Conversation::take_octets() {
  if (session_.incoming.buffer.size() < IncomingMessage::kPiece) return;
  set_stage(Stage::kRunning);
  offload([this] { session_.incoming.write_out(server_.store); },
          [this] {
            set_stage(Stage::kReading);
            if (said_goodbye()) return;
            arm();
            pump();
          });
}

void Conversation::start(CommandReader::Event event) {
  Parser parser(reader_.frame());
  session_.tag = parser.tag();
  if (!parser.ok()) session_.tag = "*";
  parser.space();
  const std::string_view name = parser.command_name();
  if (!parser.ok()) return refuse({Condition::kBad, "", parser.error()});
  row_ = find_command(name);
  if (row_ == nullptr) return refuse({Condition::kBad, "", "Unknown command"});
  if (!allowed_in(row_->state, session_.state())) {
    return refuse({Condition::kBad, "", "Command is not valid in this state"});
  }
  const bool needs_view = row_->state == In::kSelected && row_->runs == Runs::kWorker;
  if (!needs_view || !session_.selected().asleep()) return parse(event);
  set_stage(Stage::kRunning);
  offload([this] { told_ = session_.selected().wake(server_.store); },
          [this, event] {
            take_told();
            if (said_goodbye()) return;
            parse(event);
            pump();
          });
}

void Conversation::parse(CommandReader::Event event) {
  Parser parser(reader_.frame());
  (void)parser.tag();
  parser.space();
  (void)parser.command_name();
  if (event == CommandReader::Event::kRefused) {
    return row_->message_literal
               ? refuse({Condition::kNo, "TOOBIG", "The message is over the size limit"})
               : refuse({Condition::kBad, "", "A literal is too long"});
  }
  command_ = row_->parse(parser, session_);
  if (parser.ok()) parser.end();
  if (!parser.ok()) return refuse({Condition::kBad, "", parser.error()});
  if (parser.unknown_charset()) {
    return refuse({Condition::kNo, "BADCHARSET (UTF-8 US-ASCII)", "Unknown charset"});
  }
  run_command();
}

void Conversation::refuse(Session::Reply reply) {
  result_ = Progress::kDone;
  session_.reply = std::move(reply);
  finish();
}

void Conversation::take_line() {
  const Stage stage = stage_;
  set_stage(Stage::kRunning);
  if (stage == Stage::kIdling) {
    result_ = command_->line(session_, reader_.line());
    reader_.next();
    ran();
    return;
  }
  offload([this, line = std::string(reader_.line())] { result_ = command_->line(session_, line); },
          [this] {
            ran();
            pump();
          });
  reader_.next();
}

// --- running ---

void Conversation::offload(Task work, Task then) {
  connection_->offload(
      session_.hashing() ? server_.login_workers : server_.workers,
      [this, work = std::move(work)]() mutable {
        // We throw nothing; a library below may. The session's state is then unknown: it ends.
        try {
          work();
        } catch (const std::exception& exception) {
          log::error("{}: {}", row_ != nullptr ? row_->name : "imap", exception.what());
          result_ = fail(ErrorCode::kInternal, "Internal error");
          session_.log_out("SERVERBUG", "Internal error");
        }
      },
      [this, then = std::move(then)]() mutable {
        if (stage_ != Stage::kClosing) then();
      });
}

void Conversation::run_command() {
  set_stage(Stage::kRunning);
  if (row_->runs == Runs::kLoop) {
    result_ = command_->run(session_);
    ran();
    return;
  }
  offload(
      [this] {
        result_ = command_->run(session_);
        if (result_ && *result_ != Progress::kDone) return;
        if (session_.state() == State::kSelected) told_ = tell_newest(session_, row_->updates);
        command_.reset();
        session_.incoming = {};
      },
      [this] {
        ran();
        pump();
      });
}

void Conversation::ran() {
  if (!follow()) return;
  if (!result_ || *result_ == Progress::kDone) return tell_before_end();
  if (connection_->lost()) return;  // nobody waits for the rest
  if (said_goodbye()) return;
  if (*result_ == Progress::kMore) {
    flush();
    if (connection_->output_full()) {
      set_stage(Stage::kDraining);
    } else {
      run_command();
    }
    return;
  }
  reader_.set_mode(CommandReader::Mode::kLine);
  reader_.next();
  set_stage(*result_ == Progress::kIdle ? Stage::kIdling : Stage::kLine);
  arm();
  if (idling() && has_news()) return catch_up();  // "+ idling" and the news go out in one write
  flush();
  rest();
}

// What a worker ran has told its updates already, with the same hop.
void Conversation::tell_before_end() {
  take_told();
  if (row_->runs == Runs::kWorker || row_->updates == Updates::kNone || !has_news()) return end();
  offload([this] { told_ = tell_newest(session_, row_->updates); },
          [this] {
            take_told();
            end();
            pump();
          });
}

bool Conversation::has_news() const {
  return session_.state() == State::kSelected && session_.selected().pending();
}

// The loop's lists follow what the command has made of the session. False: a password change may
// have slipped in between the login and the following, and is being looked for.
bool Conversation::follow() {
  subscription_.follow_mailbox(session_.state() == State::kSelected ? session_.selected().mailbox.id
                                                                    : mail::MailboxId());
  if (!session_.has_account() || following_account_) return true;
  following_account_ = true;
  subscription_.follow_account(session_.account().id);
  if (server_.hub.account_changes() == session_.account_changes_at_login()) return true;
  offload([this] { session_.recheck_account(); },
          [this] {
            end();
            pump();
          });
  return false;
}

void Conversation::end() {
  if (session_.reply_delay.count() > 0) {
    set_stage(Stage::kDelaying);
    loop_.deadlines().arm(deadline_, std::exchange(session_.reply_delay, {}));
    return;
  }
  finish();
}

void Conversation::finish() {
  Session::Reply reply =
      result_ ? std::exchange(session_.reply, {}) : status_from_error(result_.error());
  if (reply.text.empty() && row_ != nullptr) reply.text = std::string(row_->name) + " completed";
  if (session_.mid_response) return bye("", "");  // no line could be told from octets of a message
  session_.write().tagged(session_.tag, reply.condition, reply.code, reply.text);
  flush();
  if (session_.farewell) goodbye_ = std::exchange(session_.farewell, {});
  if (said_goodbye()) return;

  drop_command();
  row_ = nullptr;
  session_.reply = {};
  reader_.set_mode(CommandReader::Mode::kCommand);
  reader_.next();
  set_stage(Stage::kReading);

  server_.metrics.commands.add();
  const bool failed_login =
      reply.condition == Condition::kNo && session_.state() == State::kNotAuthenticated;
  if (failed_login) server_.metrics.failed_logins.add();
  if (reply.condition == Condition::kBad || failed_login) {
    count_error();
  } else if (session_.state() != State::kNotAuthenticated) {
    errors_ = 0;
  }
  switch (std::exchange(session_.after, Session::After::kGoOn)) {
    case Session::After::kGoOn:
      break;
    case Session::After::kStartTls:
      connection_->start_tls(server_.tls);
      break;
    case Session::After::kClose:
      set_stage(Stage::kClosing);
      connection_->close();
      break;
  }
  arm();
}

// A command that ran to its end has been destroyed where it ran. One that did not may hold octets
// of messages, and giving those up may wait for the store's sweeper: that is no work for a loop.
void Conversation::drop_command() {
  if (session_.incoming.writer == nullptr && (row_ == nullptr || row_->runs == Runs::kLoop)) {
    command_.reset();
    session_.incoming = {};
  } else if (command_ != nullptr || session_.incoming.writer != nullptr) {
    server_.workers.post(
        [command = std::move(command_), incoming = std::exchange(session_.incoming, {})]() mutable {
          command.reset();
          incoming = {};
        });
  }
}

// A mailbox that cannot be read ends the session: whatever it said next could be wrong. The command
// that has run still gets its answer, it may have changed something.
void Conversation::take_told() {
  if (told_) return;
  const Error error = std::exchange(told_, {}).error();
  if (error.code == ErrorCode::kNotFound) {
    goodbye_ = {"", "The selected mailbox was deleted"};
  } else {
    log::error("{}: cannot read the mailbox: {}", account_name(), error.detail);
    goodbye_ = {"UNAVAILABLE", "The mailbox cannot be read"};
  }
}

// --- speaking unasked: IDLE ---

void Conversation::on_change(push::Fanout& fanout) {
  if (!idling() || connection_->offloaded()) return;
  // A client that does not read has its cursor, and no queue.
  if (connection_->output_size() > 0) return connection_->call_when_written();
  const store::Change& change = fanout.change;
  SelectedMailbox& selected = session_.selected();
  if (change.modseq <= selected.cursor()) return;
  if (change.after == nullptr) return catch_up();
  if (selected.asleep() && !selected.wake(change.before)) return catch_up();
  if (is_large(*selected.view, *change.after)) return catch_up();
  if (change.before != nullptr &&
      take_shared(server_.store, selected, change.before, change.after, session_.out)) {
    auto& shared = fanout.rendered[kPlain];
    if (shared == nullptr) {
      shared = std::make_shared<const std::string>(format_shared(*change.before, *change.after));
    }
    connection_->write(shared);
  } else {
    tell(server_.store, selected, change.after, Updates::kAll, session_.out);
  }
  ++fanout.told;
  server_.metrics.pushes.add();
  flush();
  arm();
  rest();
}

// Tells an idling client all that is new, on a worker, as far as the socket takes it.
void Conversation::catch_up() {
  offload([this] { told_ = tell_newest(session_, Updates::kAll); },
          [this] {
            take_told();
            if (session_.state() != State::kSelected) return end();
            if (said_goodbye()) return;
            flush();
            arm();
            if (has_news() && !connection_->output_full()) return catch_up();
            rest();
            pump();
          });
}

// An idling client that has been told everything needs no view until something is new.
void Conversation::rest() {
  if (session_.state() != State::kSelected || has_news() || session_.selected().asleep()) return;
  session_.selected().sleep();
}

void Conversation::on_account_changed(store::ChangeSink::AccountEvent event) {
  switch (event) {
    case store::ChangeSink::AccountEvent::kPasswordChanged:
      goodbye_ = {"EXPIRED", "The password was changed"};
      break;
    case store::ChangeSink::AccountEvent::kRemoved:
      goodbye_ = {"UNAVAILABLE", "The account was removed"};
      break;
  }
  // A running command is answered first: it may have changed something.
  if (stage_ != Stage::kRunning && stage_ != Stage::kDelaying && !connection_->offloaded()) {
    bye(goodbye_->code, goodbye_->text);
  }
}

// --- time ---

void Conversation::arm() {
  auto& deadlines = loop_.deadlines();
  const auto& options = server_.options;
  deadline_.cancel();
  if (stage_ == Stage::kClosing) return;
  if (session_.state() == State::kNotAuthenticated) {
    if (options.preauth_timeout.count() > 0) deadlines.arm(deadline_, time_left_to_log_in());
  } else if (idling()) {
    if (options.keepalive.count() > 0) {
      deadlines.arm_aligned(deadline_, options.keepalive,
                            std::hash<std::string>{}(session_.peer.address));
    }
  } else if (options.autologout.count() > 0) {
    deadlines.arm(deadline_, options.autologout);
  }
}

// From the start of the connection: neither a command nor a failure gives a client more.
std::chrono::milliseconds Conversation::time_left_to_log_in() const {
  const auto left = since_ + server_.options.preauth_timeout - loop_.deadlines().now();
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(left), std::chrono::milliseconds(1));
}

void Conversation::on_deadline() {
  if (connection_->offloaded()) {
    // The session is the worker's. What comes after it arms anew.
    loop_.deadlines().arm(deadline_, kLookAgain);
    return;
  }
  switch (stage_) {
    case Stage::kDelaying:
      finish();
      pump();
      break;
    case Stage::kIdling:
      if (connection_->output_size() == 0) {
        session_.write().untagged(Condition::kOk, "", "Still here");
        flush();
      }
      arm();
      break;
    case Stage::kReading:
    case Stage::kLine:
      bye("", session_.state() == State::kNotAuthenticated ? "Too slow to log in"
                                                           : "Autologout; idle for too long");
      break;
    case Stage::kRunning:
    case Stage::kDraining:
      arm();
      break;
    case Stage::kClosing:
      break;
  }
}

void Conversation::set_stage(Stage stage) {
  server_.metrics.idling.add((stage == Stage::kIdling ? 1 : 0) - (idling() ? 1 : 0));
  stage_ = stage;
}

// --- writing ---

void Conversation::flush() {
  if (!session_.out.empty()) connection_->write(std::exchange(session_.out, {}));
}

bool Conversation::said_goodbye() {
  if (!goodbye_ && connection_->shutting_down()) goodbye_ = {"", std::string(kShutDown)};
  if (goodbye_) bye(goodbye_->code, goodbye_->text);
  return goodbye_.has_value();
}

void Conversation::bye(std::string_view code, std::string_view text) {
  if (stage_ == Stage::kClosing) return;
  if (!session_.mid_response) {
    session_.write().untagged(Condition::kBye, code, text);
    flush();
  }
  set_stage(Stage::kClosing);
  deadline_.cancel();
  subscription_.follow_mailbox(mail::MailboxId());
  subscription_.follow_account(mail::AccountId());
  // In the middle of a response the client would take BYE for octets of a message.
  session_.mid_response ? connection_->abort() : connection_->close();
}

void Conversation::count_error() {
  ++errors_;
  const std::uint32_t limit =
      session_.state() == State::kNotAuthenticated ? kMaxErrorsBeforeLogin : kMaxErrors;
  if (errors_ >= limit) bye("", "Too many errors");
}

}  // namespace roost::imap
