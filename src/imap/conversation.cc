#include "imap/conversation.h"

#include <exception>
#include <utility>

#include "base/ascii.h"
#include "base/log.h"
#include "imap/capability.h"
#include "imap/status_from_error.h"
#include "imap/updates.h"

namespace roost::imap {

namespace {

// Ends a connection that speaks something else (HTTP, a scanner) or does nothing but fail.
constexpr std::uint32_t kMaxErrorsBeforeLogin = 5;
constexpr std::uint32_t kMaxErrors = 50;

// What `command_line = 0`, no limit, comes to: memory is bounded all the same.
constexpr std::size_t kLongestLine = 16 << 20;

std::size_t line_limit(const ServerOptions& options) {
  return options.command_line > 0 ? options.command_line : kLongestLine;
}

// A literal of APPEND or REPLACE is a message, or a part of one, unless it is the mailbox's name or
// the URL of a part (RFC 4469 section 5). Parser: behind the command's name.
bool is_message(const CommandRow& row, Parser& parser, const LiteralAnnounced& literal) {
  parser.space();
  if (row.addressed) {
    (void)parser.sequence_set();
    parser.space();
  }
  (void)parser.mailbox();
  if (!parser.ok()) return false;
  const std::size_t head = literal.frame.octets.size() - literal.line.size();
  const std::string_view before = parser.rest().substr(0, parser.rest().size() - head);
  constexpr std::string_view kUrl = " URL ";
  if (before.size() < kUrl.size()) return true;
  const std::string_view last = before.substr(before.size() - kUrl.size());
  return !equal_ignoring_case(last, kUrl) && !equal_ignoring_case(last, "(URL ");
}

// RFC 9586 sections 3.2 and 3.8: whatever its arguments are.
bool is_prohibited(const CommandRow& row, Enabled enabled) {
  return enabled.uidonly && row.addressed == Addressed::kByNumber;
}

// RFC 9586 section 3
Session::Reply uid_required() {
  return {Condition::kBad, "UIDREQUIRED",
          "Message numbers are not allowed once UIDONLY is enabled"};
}

constexpr std::string_view kShutDown = "Roost is shutting down";

}  // namespace

Conversation::Conversation(Server& server, net::Loop& loop, auth::ConnectionLimits::Slot slot)
    : push::Subscription(server.hub.feeds(loop.index())),
      server_(server),
      id_(++server.connections),
      since_(loop.deadlines().now()),
      deadline_([](void* self) { static_cast<Conversation*>(self)->on_deadline(); }, this) {
  state_.slot = std::move(slot);
}

Conversation::Work::Work(Server& server, net::Loop& loop, SessionState& state, Peer peer)
    : session(server, loop.index(), state, peer),
      reader(*this, {.line = line_limit(server.options)}) {}

Conversation::Work& Conversation::work() {
  if (work_ == nullptr) {
    const Peer peer{connection_->peer_address(), connection_->peer_is_loopback(),
                    connection_->is_tls(), connection_->is_compressed()};
    work_ = std::make_unique<Work>(server_, connection_->loop(), state_, peer);
    if (idling()) work_->reader.set_mode(CommandReader::Mode::kLine);
  }
  return *work_;
}

std::string_view Conversation::account_name() const { return state_.account.name; }

Conversation::Description Conversation::describe(net::Clock::time_point now) const {
  const bool selected = state_.state == State::kSelected;
  std::string_view doing = "waiting for a command";
  if (idling())
    doing = "idle";
  else if (row_ != nullptr)
    doing = row_->name;
  return {.id = id_,
          .account = account_name(),
          .mailbox = selected ? std::string_view(state_.selected->mailbox.name) : "",
          .doing = doing,
          .age = now - since_};
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
  session().write().untagged(Condition::kOk, "CAPABILITY " + capabilities(session()),
                             "Roost ready");
  flush();
  arm();
  rest();
}

void Conversation::on_tls(net::Connection& connection) { session().peer.tls = connection.is_tls(); }

void Conversation::on_input(net::Connection& /*connection*/) { pump(); }

void Conversation::on_drained(net::Connection& /*connection*/) {
  if (stage_ == Stage::kDraining) {
    run_command();
    pump();
  } else if (stage_ == Stage::kWaking) {
    wake_up();
  } else if (idling() && has_news()) {
    catch_up();
  } else {
    say_others();
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
    if (input.empty() && !connection_->input_ended()) return rest();
    // However many are pipelined: the next waits until the answers are read (on_drained, on_input).
    if (!input.empty() && connection_->output_full()) return;
    const std::size_t before = input.size();
    const CommandReader::Event event = reader().read(input);
    if (event == CommandReader::Event::kOctets) {
      using Piece = IncomingMessages::Piece;
      session().incoming.take(reader().octets(),
                              reader().literal_ended() ? Piece::kLast : Piece::kMore);
    }
    connection_->consume(before - input.size());
    switch (event) {
      case CommandReader::Event::kNeedInput:
        if (connection_->input_ended()) {
          set_stage(Stage::kClosing);
          connection_->close();
        }
        return rest();
      case CommandReader::Event::kGoAhead:
        session().write().continuation("OK");
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
          Parser parser(reader().frame());
          state_.tag = parser.tag();
          if (!parser.ok()) state_.tag = "*";
          refuse({Condition::kBad, "", "Command line or literals too long"});
        } else {
          work().result = fail(ErrorCode::kInvalid, "Line too long");
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
LiteralAnswer Conversation::Work::on_literal(const LiteralAnnounced& literal) {
  Parser parser(literal.frame);
  (void)parser.tag();
  parser.space();
  const CommandRow* row = find_command(parser.command_name());
  if (!parser.ok() || row == nullptr || !allowed_in(row->state, session.state()) ||
      is_prohibited(*row, session.enabled())) {
    return LiteralAnswer::kRefuse;
  }
  if (row->message_literal && is_message(*row, parser, literal)) {
    const std::uint64_t limit = session.server.options.append_limit;
    if (limit > 0 && literal.size > limit) return LiteralAnswer::kRefuse;
    return literal.frame.streamed.size() < IncomingMessages::kMax ? LiteralAnswer::kStream
                                                                  : LiteralAnswer::kRefuse;
  }
  return literal.size > row->literal_limit ? LiteralAnswer::kRefuse : LiteralAnswer::kBuffer;
}

void Conversation::take_octets() {
  if (session().incoming.buffer.size() < IncomingMessages::kPiece) return;
  set_stage(Stage::kRunning);
  offload([this] { session().incoming.write_out(server_.store); },
          [this] {
            set_stage(Stage::kReading);
            if (said_goodbye()) return;
            arm();
            pump();
          });
}

void Conversation::start(CommandReader::Event event) {
  Parser parser(reader().frame());
  state_.tag = parser.tag();
  if (!parser.ok()) state_.tag = "*";
  parser.space();
  const std::string_view name = parser.command_name();
  if (!parser.ok()) return refuse({Condition::kBad, "", parser.error()});
  row_ = find_command(name);
  if (row_ == nullptr) return refuse({Condition::kBad, "", "Unknown command"});
  if (!allowed_in(row_->state, state_.state)) {
    return refuse({Condition::kBad, "", "Command is not valid in this state"});
  }
  if (is_prohibited(*row_, state_.enabled)) return refuse(uid_required());
  if (row_->runs == Runs::kWorker) deadlines().arm(deadline_, InProgress::kInterval);
  const bool needs_view = row_->state == In::kSelected && row_->runs == Runs::kWorker &&
                          row_->updates != Updates::kNone;
  refused_literal_ = event == CommandReader::Event::kRefused;
  if (!needs_view || !state_.selected->asleep()) return parse();
  wake_up();
}

// Before the command is parsed: the numbers in it are those of what the client has been told.
void Conversation::wake_up() {
  set_stage(Stage::kRunning);
  offload(
      [this] {
        if (auto woken = wake(session()); woken) {
          work().result = *woken;
        } else {
          work().told = fail(std::move(woken.error()));
        }
      },
      [this] {
        take_told();
        if (said_goodbye()) return;
        if (state_.state != State::kSelected) {
          if (work().result) work().result = fail(ErrorCode::kNotFound, "No mailbox is selected");
          end();
        } else if (*work().result == Progress::kDone) {
          parse();
        } else if (flush(); connection_->output_full()) {
          set_stage(Stage::kWaking);
        } else {
          return wake_up();
        }
        pump();
      });
}

void Conversation::parse() {
  Parser parser(reader().frame());
  if (state_.enabled.utf8()) parser.require_utf8();
  (void)parser.tag();
  parser.space();
  (void)parser.command_name();
  if (refused_literal_) {
    if (!row_->message_literal) return refuse({Condition::kBad, "", "A literal is too long"});
    return reader().frame().streamed.size() < IncomingMessages::kMax
               ? refuse({Condition::kNo, "TOOBIG", "The message is over the size limit"})
               : refuse({Condition::kNo, "LIMIT", "At most 250 messages or parts at once"});
  }
  command_ = row_->parse(parser, session());
  if (state_.enabled.uidonly && parser.has_message_numbers()) return refuse(uid_required());
  if (parser.ok()) parser.end();
  if (!parser.ok()) return refuse({Condition::kBad, "", parser.error()});
  run_command();
}

void Conversation::refuse(Session::Reply reply) {
  work().result = Progress::kDone;
  session().reply = std::move(reply);
  finish();
}

void Conversation::take_line() {
  const Stage stage = stage_;
  set_stage(Stage::kRunning);
  if (stage == Stage::kIdling) {
    if (command_ == nullptr) {
      const Frame without_arguments;
      Parser parser(without_arguments);
      command_ = row_->parse(parser, session());
    }
    work().result = command_->line(session(), reader().line());
    reader().next();
    ran();
    return;
  }
  offload([this, line = std::string(
                     reader().line())] { work().result = command_->line(session(), line); },
          [this] {
            ran();
            pump();
          });
  reader().next();
}

// --- running ---

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

void Conversation::set_stage(Stage stage) {
  server_.metrics.idling.add((stage == Stage::kIdling ? 1 : 0) - (idling() ? 1 : 0));
  stage_ = stage;
}

// --- writing ---

void Conversation::flush() {
  if (work_ == nullptr) return;
  work_->sent_a_part = work_->session.mid_response;
  if (!work_->session.out.empty()) connection_->write(std::exchange(work_->session.out, {}));
}

void Conversation::say_goodbye(std::string_view code, std::string_view text) {
  goodbye_ = std::make_unique<Farewell>(Farewell{std::string(code), std::string(text)});
}

bool Conversation::said_goodbye() {
  if (!goodbye_ && connection_->shutting_down()) say_goodbye("", kShutDown);
  if (goodbye_) bye(goodbye_->code, goodbye_->text);
  return goodbye_ != nullptr;
}

void Conversation::bye(std::string_view code, std::string_view text) {
  if (stage_ == Stage::kClosing) return;
  if (!session().mid_response) {
    session().write().untagged(Condition::kBye, code, text);
    flush();
  }
  set_stage(Stage::kClosing);
  deadline_.cancel();
  follow_mailbox(mail::MailboxId());
  follow_account(mail::AccountId());
  // In the middle of a response the client would take BYE for octets of a message.
  session().mid_response ? connection_->abort() : connection_->close();
}

void Conversation::count_error() {
  ++errors_;
  const std::uint32_t limit =
      state_.state == State::kNotAuthenticated ? kMaxErrorsBeforeLogin : kMaxErrors;
  if (errors_ >= limit) bye("", "Too many errors");
}

static_assert(sizeof(Conversation) <= 296 && sizeof(SelectedMailbox) <= 152,
              "a client that waits is to cost next to nothing");

}  // namespace roost::imap
