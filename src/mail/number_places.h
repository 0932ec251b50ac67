// A table from numbers to places; the counterpart of mail/hash_places.h for what is numbered
// already. Of numbers that nobody asks for, however many, it holds no more than a pointer for each
// page.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace roost::mail {

class NumberPlaces {
 public:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // The place of that number, kNone if it has none yet: for the caller to set. Valid as long as the
  // table is.
  [[nodiscard]] std::uint32_t& operator[](std::uint32_t number) {
    const std::size_t page = number / kPage;
    if (page >= pages_.size()) pages_.resize(page + 1);
    if (!pages_[page]) {
      pages_[page] = std::make_unique_for_overwrite<Page>();
      pages_[page]->fill(kNone);
    }
    return (*pages_[page])[number % kPage];
  }

 private:
  static constexpr std::size_t kPage = 1024;
  using Page = std::array<std::uint32_t, kPage>;

  std::vector<std::unique_ptr<Page>> pages_;
};

}  // namespace roost::mail
