// What a server sends: any split of the same octets gives the same responses, a frame stays within
// the limits, and each is read as one of the kinds of imap/protocol/response.h. The first octet
// chooses the sizes of the pieces.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "base/check.h"
#include "client/envelope.h"
#include "imap/protocol/response_parser.h"
#include "imap/protocol/response_reader.h"
#include "in_pieces.h"

namespace {

using roost::imap::Response;
using roost::imap::ResponseReader;
using Event = ResponseReader::Event;
namespace response = roost::imap::response;

constexpr ResponseReader::Limits kLimits = {.line = 512, .literals = 256, .literal_count = 4};

void check(const Response& read) {
  if (const auto* fetch = std::get_if<response::Fetch>(&read)) {
    ROOST_CHECK(fetch->seq.value > 0 && (!fetch->uid || fetch->uid->value > 0));
    if (fetch->envelope) (void)roost::client::parse_envelope(*fetch->envelope);
  }
  if (const auto* vanished = std::get_if<response::Vanished>(&read)) {
    ROOST_CHECK(!vanished->uids.empty() && !vanished->uids.contains(roost::mail::Uid(0)));
  }
  if (const auto* malformed = std::get_if<response::Malformed>(&read)) {
    ROOST_CHECK(!malformed->error.empty());
  }
}

class Recorder {
 public:
  void receive(std::string_view input) {
    Event event = reader_.read(input);
    for (; event == Event::kResponse; event = reader_.read(input)) {
      ROOST_CHECK(reader_.frame().octets.size() <=
                  kLimits.line + kLimits.literals + kLimits.literal_count);
      responses_.push_back(roost::imap::parse_response(reader_.frame()));
      check(responses_.back());
      reader_.next();
    }
    ROOST_CHECK(input.empty());
  }
  [[nodiscard]] const std::vector<Response>& responses() const { return responses_; }

 private:
  ResponseReader reader_{kLimits};
  std::vector<Response> responses_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view sent = roost::fuzz::behind_first(octets, size);
  Recorder at_once;
  at_once.receive(sent);
  Recorder in_pieces;
  roost::fuzz::receive_in_pieces(in_pieces, sent, octets[0]);
  ROOST_CHECK(in_pieces.responses() == at_once.responses());
  return 0;
}
