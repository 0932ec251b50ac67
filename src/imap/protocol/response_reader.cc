#include "imap/protocol/response_reader.h"

#include <algorithm>

#include "imap/protocol/condition.h"
#include "imap/protocol/literal_head.h"

namespace roost::imap {
namespace {

constexpr std::size_t kKeptCapacity = 4 * 1024;

std::string_view take(std::string_view& input, std::size_t octets) {
  const std::string_view taken = input.substr(0, octets);
  input.remove_prefix(taken.size());
  return taken;
}

}  // namespace

ResponseReader::Event ResponseReader::read(std::string_view& input) {
  std::optional<Event> event;
  while (!event) {
    if (!hopeless_) event = remaining_ > 0 ? take_literal(input) : take_line(input);
    if (!hopeless_) continue;
    input = {};
    return Event::kTooLong;
  }
  return *event;
}

void ResponseReader::next() {
  if (frame_.octets.capacity() > kKeptCapacity) std::string().swap(frame_.octets);
  frame_.octets.clear();
  line_start_ = literal_octets_ = literal_count_ = 0;
}

std::optional<ResponseReader::Event> ResponseReader::take_line(std::string_view& input) {
  if (input.empty()) return Event::kNeedInput;
  const std::size_t room = limits_.line - (frame_.octets.size() - literal_octets_);
  const std::size_t line_end = input.substr(0, room < input.size() ? room + 1 : room).find('\n');
  if (line_end != std::string_view::npos) {
    frame_.octets += take(input, line_end);
    input.remove_prefix(1);
    return end_of_line();
  }
  if (input.size() > room) return too_long();
  frame_.octets += take(input, room);
  return std::nullopt;
}

std::optional<ResponseReader::Event> ResponseReader::end_of_line() {
  const std::string_view line = std::string_view(frame_.octets).substr(line_start_);
  const std::size_t brace = line.rfind('{');
  if (brace != std::string_view::npos && string_may_begin(line.substr(0, brace)) &&
      !is_for_people()) {
    LiteralHead head;
    head.feed(line.substr(brace));
    if (const auto literal = head.announced()) {
      // The LF of a head counts as the literal's, so that the line limit bounds all other text.
      if (literal_count_ == limits_.literal_count ||
          literal->size > limits_.literals - std::min(limits_.literals, literal_octets_)) {
        return too_long();
      }
      frame_.octets += '\n';
      ++literal_count_;
      remaining_ = static_cast<std::size_t>(literal->size);
      literal_octets_ += remaining_ + 1;
      line_start_ = frame_.octets.size();
      return std::nullopt;
    }
  }
  if (line.ends_with('\r')) frame_.octets.pop_back();
  return Event::kResponse;
}

std::optional<ResponseReader::Event> ResponseReader::take_literal(std::string_view& input) {
  if (input.empty()) return Event::kNeedInput;
  const std::string_view taken = take(input, remaining_);
  frame_.octets += taken;
  remaining_ -= taken.size();
  line_start_ = frame_.octets.size();
  return std::nullopt;
}

bool ResponseReader::is_for_people() const {
  const std::string_view response = frame_.octets;
  if (response.starts_with('+')) return true;
  const std::size_t first = response.find(' ');
  if (first == std::string_view::npos) return false;
  const std::string_view rest = response.substr(first + 1);
  const std::string_view word = rest.substr(0, rest.find(' '));
  return condition_from_name(word).has_value();
}

ResponseReader::Event ResponseReader::too_long() {
  hopeless_ = true;
  return Event::kTooLong;
}

}  // namespace roost::imap
