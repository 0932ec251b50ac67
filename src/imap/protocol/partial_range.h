// partial-range (RFC 9394 section 4, RFC 5267 section 5): some of many results, by their places
// from the first or from the last.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace roost::imap {

struct PartialRange {
  std::uint32_t first = 1;  // as it was sent: may be above last
  std::uint32_t last = 1;
  bool from_end = false;  // 1 is the last result
  bool operator==(const PartialRange&) const = default;

  // Of so many results those from begin to before end.
  struct Places {
    std::size_t begin;
    std::size_t end;
  };
  [[nodiscard]] Places of(std::size_t results) const {
    const std::size_t low = std::min<std::size_t>(std::min(first, last) - 1, results);
    const std::size_t high = std::min<std::size_t>(std::max(first, last), results);
    if (from_end) return {results - high, results - low};
    return {low, high};
  }
};

}  // namespace roost::imap
