// What the test program allocates and gives back. Of one thread, while it is asked for.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace roost::client::test_memory {

[[nodiscard]] std::size_t octets_in_use();

// Looks through each block that is given back for octets that should not be in it.
class Search {
 public:
  explicit Search(std::vector<std::string> octets) : octets_(std::move(octets)) {}
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;
  ~Search();
  void begin();
  [[nodiscard]] std::size_t found() const { return found_; }  // so many blocks
  void look_through(const void* block, std::size_t size);

 private:
  std::vector<std::string> octets_;
  std::size_t found_ = 0;
};

}  // namespace roost::client::test_memory
