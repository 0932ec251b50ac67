#include "imap/protocol/command_reader.h"

#include <algorithm>

namespace roost::imap {
namespace {

constexpr std::size_t kKeptCapacity = 4 * 1024;

std::string_view take(std::string_view& input, std::uint64_t octets) {
  const std::string_view taken =
      input.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(octets, input.size())));
  input.remove_prefix(taken.size());
  return taken;
}

}  // namespace

CommandReader::Event CommandReader::read(std::string_view& input) {
  std::optional<Event> event;
  while (!event) {
    switch (state_) {
      case State::kText:
        event = take_text(input);
        break;
      case State::kBuffered:
        event = take_buffered(input);
        break;
      case State::kStreamed:
        event = take_streamed(input);
        break;
      case State::kSkipLine:
        event = skip_line(input);
        break;
      case State::kSkipLiteral:
        event = skip_literal(input);
        break;
      case State::kHopeless:
        input = {};
        event = Event::kHopeless;
        break;
    }
  }
  return *event;
}

void CommandReader::next() {
  if (frame_.octets.capacity() > kKeptCapacity) shrink();
  frame_.octets.clear();
  frame_.streamed.clear();
  piece_ = {};
  line_start_ = literal_octets_ = literal_count_ = 0;
  discarded_ = skipped_text_ = 0;
}

std::optional<CommandReader::Event> CommandReader::take_text(std::string_view& input) {
  if (input.empty()) return Event::kNeedInput;
  const std::size_t text = frame_.octets.size() - literal_octets_;
  const std::size_t room = limits_.line - std::min(limits_.line, text);
  const std::string_view window = input.substr(0, room < input.size() ? room + 1 : room);
  const std::size_t line_end = window.find('\n');
  if (line_end != std::string_view::npos) {
    frame_.octets += take(input, line_end);
    input.remove_prefix(1);
    return end_of_line();
  }
  frame_.octets += take(input, room);
  if (window.size() > room) {
    skipped_ = {};
    skipped_.feed(std::string_view(frame_.octets).substr(last_brace()));
    after_skip_ = Event::kTooLong;
    state_ = State::kSkipLine;
  }
  return std::nullopt;
}

// Where the last "{" of the line being read is, its end where there is none.
std::size_t CommandReader::last_brace() const {
  const std::size_t brace = frame_.octets.rfind('{');
  return brace == std::string::npos || brace < line_start_ ? frame_.octets.size() : brace;
}

std::optional<CommandReader::Event> CommandReader::end_of_line() {
  if (mode_ == Mode::kCommand) {
    const std::string_view line = std::string_view(frame_.octets).substr(line_start_);
    const std::size_t brace = last_brace();
    LiteralHead head;
    head.feed(line.substr(brace - line_start_));
    if (const auto literal = head.announced();
        literal && (literal->synchronizing == Synchronizing::kNo ||
                    string_may_begin(line.substr(0, brace - line_start_)))) {
      return announced(*literal, brace);
    }
  }
  if (frame_.octets.size() > line_start_ && frame_.octets.back() == '\r') frame_.octets.pop_back();
  return mode_ == Mode::kLine ? Event::kLine : Event::kCommand;
}

std::optional<CommandReader::Event> CommandReader::announced(LiteralHead::Announced literal,
                                                             std::size_t brace) {
  if (literal.size == LiteralHead::kTooLarge) return refuse(literal, brace, Event::kRefused);
  if (literal_count_ == limits_.literal_count) return refuse(literal, brace, Event::kTooLong);
  const LiteralAnswer answer =
      policy_.on_literal({.frame = frame_,
                          .line = std::string_view(frame_.octets).substr(0, brace),
                          .size = literal.size,
                          .synchronizing = literal.synchronizing});
  switch (answer) {
    case LiteralAnswer::kBuffer:
      if (literal.size > limits_.literals - literal_octets_) {
        return refuse(literal, brace, Event::kTooLong);
      }
      frame_.octets += '\n';
      literal_octets_ += static_cast<std::size_t>(literal.size);
      state_ = State::kBuffered;
      break;
    case LiteralAnswer::kStream:
      frame_.octets += '\n';
      frame_.streamed.push_back(frame_.octets.size());
      state_ = State::kStreamed;
      break;
    case LiteralAnswer::kRefuse:
      return refuse(literal, brace, Event::kRefused);
  }
  ++literal_count_;
  remaining_ = literal.size;
  if (literal.synchronizing == Synchronizing::kYes) return Event::kGoAhead;
  return std::nullopt;
}

// A client that waits for "+" takes our answer to the command instead and goes on with the next
// one; one that does not wait is sending the octets and the rest of the command already.
std::optional<CommandReader::Event> CommandReader::refuse(LiteralHead::Announced literal,
                                                          std::size_t brace, Event event) {
  frame_.octets.resize(brace);
  if (literal.synchronizing == Synchronizing::kYes) return event;
  after_skip_ = event;
  remaining_ = literal.size;
  state_ = State::kSkipLiteral;
  discard(literal.size);
  return std::nullopt;
}

std::optional<CommandReader::Event> CommandReader::take_buffered(std::string_view& input) {
  const std::string_view taken = take(input, remaining_);
  frame_.octets += taken;
  remaining_ -= taken.size();
  if (remaining_ > 0) return Event::kNeedInput;
  line_start_ = frame_.octets.size();
  state_ = State::kText;
  return std::nullopt;
}

std::optional<CommandReader::Event> CommandReader::take_streamed(std::string_view& input) {
  piece_ = take(input, remaining_);
  remaining_ -= piece_.size();
  if (remaining_ > 0) return piece_.empty() ? Event::kNeedInput : Event::kOctets;
  line_start_ = frame_.octets.size();
  state_ = State::kText;
  return Event::kOctets;
}

std::optional<CommandReader::Event> CommandReader::skip_line(std::string_view& input) {
  if (input.empty()) return Event::kNeedInput;
  const std::size_t line_end = input.find('\n');
  const std::string_view skipped = take(input, line_end);
  skipped_text_ += skipped.size();
  discard(skipped.size());
  if (skipped_text_ > limits_.discard_text) state_ = State::kHopeless;
  skipped_.feed(skipped);
  if (line_end == std::string_view::npos || state_ == State::kHopeless) return std::nullopt;
  input.remove_prefix(1);
  const auto literal = mode_ == Mode::kCommand ? skipped_.announced() : std::nullopt;
  if (literal && literal->synchronizing == Synchronizing::kNo) {
    remaining_ = literal->size;
    state_ = State::kSkipLiteral;
    discard(literal->size);
    return std::nullopt;
  }
  state_ = State::kText;
  return after_skip_;
}

std::optional<CommandReader::Event> CommandReader::skip_literal(std::string_view& input) {
  remaining_ -= take(input, remaining_).size();
  if (remaining_ > 0) return Event::kNeedInput;
  skipped_ = {};
  state_ = State::kSkipLine;
  return std::nullopt;
}

void CommandReader::discard(std::uint64_t octets) {
  if (octets > limits_.discard - discarded_) {
    state_ = State::kHopeless;
  } else {
    discarded_ += octets;
  }
}

}  // namespace roost::imap
