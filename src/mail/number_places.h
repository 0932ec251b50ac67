// A table from small numbers to places; the counterpart of mail/hash_places.h for what is numbered
// already.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace roost::mail {

class NumberPlaces {
 public:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // The place of that number, kNone if it has none yet: for the caller to set. Valid until the next
  // call.
  [[nodiscard]] std::uint32_t& operator[](std::uint32_t number) {
    if (number >= places_.size()) {
      places_.resize(std::max<std::size_t>(std::size_t{number} + 1, 2 * places_.size()), kNone);
    }
    return places_[number];
  }

 private:
  std::vector<std::uint32_t> places_;
};

}  // namespace roost::mail
