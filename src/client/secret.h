// Secret: a password, a token, or a message that shows one. Its octets are wiped before their
// memory is given back, and moving it leaves none behind. What others make of them is not in our
// hands: OpenSSL, the kernel, whoever gave them to us.
#pragma once

#include <openssl/crypto.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace roost::client {

inline void wipe(std::string& octets) {
  octets.resize(octets.capacity());
  ::OPENSSL_cleanse(octets.data(), octets.size());
  octets.clear();
}

class Secret {
 public:
  Secret() = default;
  Secret(std::string_view octets) { *this += octets; }  // NOLINT(*-explicit-*): it is one
  Secret(const char* octets) : Secret(std::string_view(octets)) {}  // NOLINT(*-explicit-*)
  // The string is wiped.
  Secret(std::string&& octets) : Secret(std::string_view(octets)) {  // NOLINT(*-explicit-*)
    wipe(octets);
  }
  Secret(const Secret& other) : Secret(other.view()) {}
  Secret(Secret&& other) noexcept : octets_(std::exchange(other.octets_, {})) {}
  Secret& operator=(Secret other) noexcept {
    octets_.swap(other.octets_);
    return *this;
  }
  ~Secret() { wipe(octets_); }

  Secret& operator+=(std::string_view more) {
    const std::size_t size = octets_.size() + more.size();
    if (size > octets_.capacity() || octets_.empty()) {
      // Never so few that they would stand in the object itself.
      Secret grown;
      grown.octets_.reserve(std::max({size, 2 * octets_.size(), kLeast}));
      grown.octets_ = std::string_view(octets_);
      octets_.swap(grown.octets_);
    }
    octets_ += more;
    return *this;
  }
  void clear() { wipe(octets_); }

  [[nodiscard]] bool empty() const { return octets_.empty(); }
  [[nodiscard]] std::string_view view() const { return octets_; }
  [[nodiscard]] const std::string& string() const { return octets_; }

 private:
  static constexpr std::size_t kLeast = 64;
  std::string octets_;
};

}  // namespace roost::client
