// Deflater and Inflater: raw DEFLATE (RFC 1951), as zlib does it, without a header or a checksum.
//
// They are large (some 260 and 40 KiB), so no connection keeps one: what has to outlast a turn is
// the octets that were deflated or inflated last, which either can be started with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct z_stream_s;

namespace roost::net {

// Owner: a loop. Thread: its loop's.
class Deflater {
 public:
  Deflater();

  // Begins where the peer's window ends with history.
  void start(std::string_view history);
  void add(std::string_view octets, std::string& out);
  enum class End : std::uint8_t {
    kFlush,  // the peer can inflate all of it, and more may follow
    kLast,   // … and nothing follows
  };
  void finish(End end, std::string& out);

 private:
  struct Free {
    void operator()(z_stream_s* zlib) const;
  };
  void run(std::string_view octets, int flush, std::string& out);

  std::unique_ptr<z_stream_s, Free> zlib_;
};

// Owner: a connection while it works, else a loop. Thread: its loop's.
class Inflater {
 public:
  Inflater();

  // Begins at the first octet of a block; window: what was inflated before it.
  void start(std::string_view window);
  struct Step {
    std::size_t taken = 0;  // of the deflated octets
    std::size_t made = 0;   // in the room
    bool broken = false;    // this is no DEFLATE
  };
  // To the end of a block at most. What is made may come from octets that were taken before.
  [[nodiscard]] Step step(std::string_view deflated, std::span<char> room);
  // All of a block is inflated, and the next begins with an octet: start could take over here.
  [[nodiscard]] bool between_blocks() const { return between_blocks_; }
  // The end of the deflated data was taken.
  [[nodiscard]] bool ended() const { return ended_; }
  // The octets inflated last, as many as a block to come may refer to: 32 KiB at most.
  [[nodiscard]] std::string window() const;

 private:
  struct Free {
    void operator()(z_stream_s* zlib) const;
  };
  std::unique_ptr<z_stream_s, Free> zlib_;
  bool between_blocks_ = true;
  bool ended_ = false;
};

// What the compressed connections of a loop work with; made when the first of them does.
// Owner: the loop. Thread: the loop's.
class LoopZlib {
 public:
  [[nodiscard]] Deflater& deflater();
  [[nodiscard]] std::unique_ptr<Inflater> take_inflater();
  void give_back(std::unique_ptr<Inflater> inflater);

 private:
  std::unique_ptr<Deflater> deflater_;
  std::unique_ptr<Inflater>
      spare_;  // one: most inflaters are given back in the turn they are taken
};

}  // namespace roost::net
