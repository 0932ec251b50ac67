// Compression: what a connection whose octets are deflated has beside its stream (RFC 4978). It
// stands between the octets that the handler reads and writes and those of the stream, be that TLS.
//
// Output is deflated a batch at a time, by the loop's deflater: each batch begins a deflate state
// of its own, and ends with a flush. To the peer that is as if the state had been cleared in
// between. A little of what was said before serves as a dictionary, until the connection rests.
//
// Input is inflated block by block: what is behind a block may not be deflated any more
// (UNAUTHENTICATE, RFC 8437 section 4.1). Between two blocks an inflater is given up, for the
// octets that the peer may still refer to.
//
// Owner: a connection. Thread: its loop's.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/deflate.h"
#include "net/output_queue.h"
#include "net/stream.h"

namespace roost::net {

class Compression {
 public:
  // Octets of the output that the next batch may refer to.
  static constexpr std::size_t kHistory = 1024;
  // Octets in a batch, at most. Deflating them takes up to a millisecond.
  static constexpr std::size_t kBatch = 32 * 1024;

  // deflated: what has been received already.
  explicit Compression(std::string deflated);

  // --- output ---
  // False once end() was called: then nothing is deflated any more.
  [[nodiscard]] bool deflates() const { return deflates_; }
  // What was written and is in no batch yet, in clear. For more to be written.
  [[nodiscard]] OutputQueue& written() { return work().written; }
  [[nodiscard]] std::size_t written_size() const;
  // Appends to `out` a batch of what was written, deflated.
  void deflate(LoopZlib& zlib, OutputQueue& out);

  // --- input ---
  // There is nothing left to be inflated.
  [[nodiscard]] bool needs_octets() const;
  // Inflates what is left, or else `received`, to the end of a block at most, and keeps the rest.
  // The end is kEnded after the peer's last block, kDeflate if that was none of its.
  [[nodiscard]] Progress inflate(std::string_view received, std::span<char> room, LoopZlib& zlib);
  // What is left.
  [[nodiscard]] std::string_view left() const;

  // --- the end ---
  // Ends the output with what was written. The peer's ends behind the block that octets were last
  // inflated from, and the flush or the end of that; then inflate() passes on what it is given.
  void end(LoopZlib& zlib, OutputQueue& out);
  // Nothing is left to be done.
  [[nodiscard]] bool over() const;

  // --- waiting ---
  // The peer may be silent for long: gives up what only makes output shorter, until it speaks.
  void rest();
  // Gives up what is not needed between turns.
  void stow(LoopZlib& zlib);

 private:
  // What is there while there is something to do.
  struct Work {
    OutputQueue written;
    std::string history;   // what was deflated last, kHistory octets at most
    std::string received;  // to be inflated, from inflated on
    std::size_t inflated = 0;
    std::unique_ptr<Inflater> inflater;  // null: between blocks
    bool may_have_more = false;          // the inflater, without more octets
  };
  [[nodiscard]] Work& work();
  void deflate(LoopZlib& zlib, OutputQueue& out, std::size_t most, Deflater::End end);
  [[nodiscard]] Progress step(std::string_view& deflated, std::span<char> room, LoopZlib& zlib);
  [[nodiscard]] bool at_end(std::string_view deflated) const;
  void keep(std::string_view deflated);

  std::unique_ptr<Work> work_;
  std::string window_;  // what was inflated last, while no inflater has it
  bool deflates_ = true;
  bool inflates_ = true;
  bool rests_ = false;
};

}  // namespace roost::net
