// CommandReader: any split of the same octets gives the same events, and a frame stays within the
// limits. The first octet chooses the sizes of the pieces, the rest is what a client sends.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "imap/protocol/command_reader.h"
#include "in_pieces.h"

namespace {

using roost::imap::CommandReader;
using roost::imap::LiteralAnnounced;
using roost::imap::LiteralAnswer;
using Event = CommandReader::Event;

constexpr CommandReader::Limits kLimits = {
    .line = 64, .literals = 48, .literal_count = 4, .discard = 512};

// Small numbers reach every answer.
class Policy : public roost::imap::LiteralPolicy {
 public:
  LiteralAnswer on_literal(const LiteralAnnounced& literal) override {
    if (literal.size % 5 == 4) return LiteralAnswer::kRefuse;
    return literal.size % 5 == 3 ? LiteralAnswer::kStream : LiteralAnswer::kBuffer;
  }
};

// Records what a server would see; a line "IDLE" or "DONE" changes the mode.
class Recorder {
 public:
  void receive(std::string_view input) {
    while (!hopeless_ && step(input)) {
    }
  }
  [[nodiscard]] const std::vector<std::string>& events() const { return events_; }

 private:
  bool step(std::string_view& input) {
    const Event event = reader_.read(input);
    const std::string& frame = reader_.frame().octets;
    ROOST_CHECK(frame.size() <= kLimits.line + kLimits.literals + kLimits.literal_count);
    switch (event) {
      case Event::kNeedInput:
        ROOST_CHECK(input.empty());
        return false;
      case Event::kGoAhead:
        events_.emplace_back("+");
        return true;
      case Event::kOctets:
        record_octets(reader_.octets());
        return true;
      case Event::kHopeless:
        hopeless_ = true;
        break;
      case Event::kCommand:
      case Event::kLine:
      case Event::kRefused:
      case Event::kTooLong:
        break;
    }
    events_.push_back(std::to_string(static_cast<int>(event)) + " " + frame);
    if (frame.ends_with("IDLE")) reader_.set_mode(CommandReader::Mode::kLine);
    if (frame.ends_with("DONE")) reader_.set_mode(CommandReader::Mode::kCommand);
    reader_.next();
    ROOST_CHECK(hopeless_ || reader_.at_start());
    return true;
  }

  void record_octets(std::string_view octets) {
    ROOST_CHECK(!octets.empty() || reader_.literal_ended());
    if (events_.empty() || !events_.back().starts_with("octets ")) {
      events_.emplace_back("octets ");
    }
    events_.back() += octets;
    if (reader_.literal_ended()) events_.emplace_back("end");
  }

  Policy policy_;
  CommandReader reader_{policy_, kLimits};
  std::vector<std::string> events_;
  bool hopeless_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view sent = roost::fuzz::behind_first(octets, size);
  Recorder at_once;
  at_once.receive(sent);
  Recorder in_pieces;
  roost::fuzz::receive_in_pieces(in_pieces, sent, octets[0]);
  ROOST_CHECK(in_pieces.events() == at_once.events());
  return 0;
}
