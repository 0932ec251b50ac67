// How many logins of one network may wait for a password hash at the same time. Hashes are computed
// a few at a time, by design slowly: without a bound one client that guesses, or connects and
// leaves, would keep everybody else waiting.
//
// Owner: the Authenticator. Thread: any.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace roost::auth {

class NetworkPlaces {
 public:
  static constexpr std::size_t kPlaces = 4;

  // Held while waiting and computing.
  class [[nodiscard]] Place {
   public:
    Place(NetworkPlaces* places, std::string network)
        : places_(places), network_(std::move(network)) {}
    Place(Place&& other) noexcept
        : places_(std::exchange(other.places_, nullptr)), network_(std::move(other.network_)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (places_ != nullptr) places_->leave(network_);
    }

   private:
    NetworkPlaces* places_;
    std::string network_;
  };

  // network: as network_of gives it; loopback, "", has places without number. Nothing: all taken.
  [[nodiscard]] std::optional<Place> enter(std::string network) {
    if (network.empty()) return Place(nullptr, {});
    const std::scoped_lock lock(mutex_);
    std::size_t& taken = taken_[network];
    if (taken >= kPlaces) return std::nullopt;
    ++taken;
    return Place(this, std::move(network));
  }

 private:
  void leave(const std::string& network) {
    const std::scoped_lock lock(mutex_);
    const auto found = taken_.find(network);
    if (--found->second == 0) taken_.erase(found);
  }

  std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> taken_;
};

}  // namespace roost::auth
