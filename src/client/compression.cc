#include "client/compression.h"

namespace roost::client {

void Compression::deflate(std::string_view octets, std::string& out) {
  deflater_.add(octets, out);
  deflater_.finish(net::Deflater::End::kFlush, out);
}

// A step ends with a block; empty blocks (flushes) make nothing, and more may come behind them.
std::string_view Compression::inflate(std::string_view& deflated) {
  for (;;) {
    const net::Inflater::Step step = inflater_.step(deflated, room_);
    deflated.remove_prefix(step.taken);
    if (step.made > 0) return std::string_view(room_).substr(0, step.made);
    broken_ = step.broken || inflater_.ended();
    if (broken_ || step.taken == 0) return {};
  }
}

}  // namespace roost::client
