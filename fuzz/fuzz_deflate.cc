// Compression, its input: any split of the same octets is inflated to the same octets and comes to
// the same end, in pieces of the room at most. The first octet chooses the sizes of the pieces and
// of the room, and whether compression ends behind the first line.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "net/compression.h"

namespace {

using roost::net::Compression;
using roost::net::Progress;
using roost::net::StreamEnd;

constexpr std::size_t kMost = 1 << 20;  // of a bomb

class Receiver {
 public:
  Receiver(std::size_t room, bool one_line) : room_(room), one_line_(one_line) {}

  // What a turn does with what has been received.
  void receive(std::string_view received) {
    while (end_ == StreamEnd::kNone && clear_.size() < kMost &&
           (!received.empty() || !compression_.needs_octets())) {
      const bool gives = compression_.needs_octets();
      const Progress progress = compression_.inflate(gives ? received : "", room_, zlib_);
      if (gives) received = {};
      ROOST_CHECK(progress.octets <= room_.size());
      ROOST_CHECK(progress.octets == 0 || progress.end == StreamEnd::kNone);
      clear_.append(room_.data(), progress.octets);
      end_ = progress.end;
      compression_.stow(zlib_);
      if (one_line_ && compression_.deflates() && clear_.contains('\n')) {
        roost::net::OutputQueue out;
        compression_.end(zlib_, out);
      }
    }
  }
  [[nodiscard]] std::string_view clear() const { return std::string_view(clear_).substr(0, kMost); }
  [[nodiscard]] StreamEnd end() const { return end_; }

 private:
  roost::net::LoopZlib zlib_;
  Compression compression_{""};
  std::vector<char> room_;
  bool one_line_;
  std::string clear_;
  StreamEnd end_ = StreamEnd::kNone;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view sent(reinterpret_cast<const char*>(octets) + 1, size - 1);
  const unsigned choice = octets[0];
  const bool one_line = choice % 2 == 1;
  Receiver at_once(16 * 1024, one_line);
  at_once.receive(sent);

  Receiver in_pieces(1 + choice * 5, one_line);
  unsigned piece = choice;
  for (std::string_view rest = sent; !rest.empty();) {
    piece = piece * 75 + 74;
    const std::size_t n =
        std::min<std::size_t>(1 + piece % 65'537 % (1 + choice % 32U), rest.size());
    in_pieces.receive(rest.substr(0, n));
    rest.remove_prefix(n);
  }
  ROOST_CHECK(in_pieces.clear() == at_once.clear());
  if (at_once.clear().size() < kMost) ROOST_CHECK(in_pieces.end() == at_once.end());
  return 0;
}
