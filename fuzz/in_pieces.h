// An input whose first octet chooses the sizes of the pieces that the rest comes in: what must not
// matter to who receives a stream.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace roost::fuzz {

// Requires: size > 0.
inline std::string_view behind_first(const std::uint8_t* octets, std::size_t size) {
  return {reinterpret_cast<const char*>(octets) + 1, size - 1};
}

// Hands `sent` to receiver.receive() in pieces of 1 to 32 octets; they differ in size.
template <typename Receiver>
void receive_in_pieces(Receiver& receiver, std::string_view sent, std::uint8_t choice) {
  unsigned piece = choice;
  while (!sent.empty()) {
    piece = piece * 75 + 74;
    const std::size_t n =
        std::min<std::size_t>(1 + piece % 65'537 % (1 + choice % 32U), sent.size());
    receiver.receive(sent.substr(0, n));
    sent.remove_prefix(n);
  }
}

}  // namespace roost::fuzz
