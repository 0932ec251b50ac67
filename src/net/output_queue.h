// OutputQueue: the octets that wait for a socket, owned or shared, in order. It holds no memory
// while it is empty.
//
// Owner: a connection. Thread: its loop's.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace roost::net {

class OutputQueue {
 public:
  void append(std::string octets);
  void append(std::shared_ptr<const std::string> octets);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  // Describes the first octets where they lie; returns how many of the pieces were used.
  [[nodiscard]] std::size_t describe(std::span<iovec> pieces) const;
  // The first octets in one piece, as many as scratch could hold; copied there if they lie apart.
  [[nodiscard]] std::string_view front(std::span<char> scratch) const;

  void consume(std::size_t octets);  // octets <= size()
  void clear();

 private:
  using Chunk = std::variant<std::string, std::shared_ptr<const std::string>>;
  [[nodiscard]] static std::string_view view(const Chunk& chunk);
  void grow(std::size_t octets);

  std::vector<Chunk> chunks_;
  // 32 bits: nothing is queued beyond the high-water mark but what one call wrote.
  std::uint32_t first_ = 0;   // chunks before it are written out
  std::uint32_t offset_ = 0;  // octets of the first chunk that are written out
  std::uint32_t size_ = 0;
};

}  // namespace roost::net
