// Conversation while it reads: from the octets of the client to a command that is parsed, with the
// literals that are taken, refused or stored on the way.
#include <utility>

#include "base/ascii.h"
#include "imap/conversation.h"
#include "imap/updates.h"

namespace roost::imap {

namespace {

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

}  // namespace

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

}  // namespace roost::imap
