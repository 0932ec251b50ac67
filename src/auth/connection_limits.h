// How many connections an account may hold, in all and from one address; and an address, before
// anybody has logged in on them.
//
// The refusal says what is in use from where: servers that refuse in silence, or as a failed
// login, are the most-met trouble of people who idle on many mailboxes at once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <functional>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "mail/ids.h"

namespace roost::auth {

// Owner: the server; outlives its slots. Thread: any.
class ConnectionLimits {
 private:
  // IPv6, or IPv4 mapped into it (RFC 4291 section 2.5.5.2).
  using Octets = std::array<unsigned char, 16>;
  static constexpr Octets kUnix{0xff};  // a Unix socket: an address that no peer can have
  struct Hash {
    std::size_t operator()(const Octets& octets) const noexcept {
      return std::hash<std::string_view>{}(
          {reinterpret_cast<const char*>(octets.data()), octets.size()});
    }
  };
  struct Use {
    Octets address{};
    std::uint32_t count = 0;
  };
  struct InUse {
    std::uint32_t count = 0;
    Use first;                    // most accounts are used from one address at a time
    std::forward_list<Use> more;  // none of them unused
  };
  // The nodes of none of these move.
  using Accounts = std::unordered_map<mail::AccountId, InUse>;
  using Networks = std::unordered_map<Octets, Use, Hash>;

 public:
  struct Limits {
    std::size_t per_user = 64;                       // 0: none
    std::size_t per_user_and_address = 32;           // 0: none
    std::size_t unauthenticated_per_address = 1000;  // 0: none
  };

  // One connection counted, until it is destroyed. Three words: it sits in each session.
  class [[nodiscard]] Slot {
   public:
    Slot() = default;
    Slot(Slot&& other) noexcept : limits_(std::exchange(other.limits_, nullptr)) {
      account_ = other.account_;
      address_ = other.address_;
    }
    Slot& operator=(Slot&& other) noexcept {
      std::swap(limits_, other.limits_);
      std::swap(account_, other.account_);
      std::swap(address_, other.address_);
      return *this;
    }
    ~Slot() {
      if (limits_ != nullptr) limits_->release(*this);
    }

   private:
    friend class ConnectionLimits;
    Slot(ConnectionLimits* limits, Accounts::value_type* account, Use* address)
        : limits_(limits), account_(account), address_(address) {}
    ConnectionLimits* limits_ = nullptr;
    Accounts::value_type* account_ = nullptr;  // null: before login
    Use* address_ = nullptr;
  };

  explicit ConnectionLimits(Limits limits) : limits_(limits) {}
  ConnectionLimits(const ConnectionLimits&) = delete;
  ConnectionLimits& operator=(const ConnectionLimits&) = delete;

  // kLimit, in words for the user, of both. Addresses are as net::Peer has them.
  [[nodiscard]] Result<Slot> acquire(mail::AccountId account, std::string_view address);
  // Of a connection on which nobody has logged in. IPv6 addresses of one /64 network count as one:
  // so many has anybody.
  // beyond: for so many more.
  [[nodiscard]] Result<Slot> acquire_unauthenticated(std::string_view address,
                                                     std::size_t beyond = 0);

 private:
  [[nodiscard]] static Octets parse(std::string_view address);
  [[nodiscard]] static std::string name_of(const Octets& address);
  [[nodiscard]] static std::string in_use_from(const InUse& in_use);
  void release(const Slot& slot);

  const Limits limits_;
  std::mutex mutex_;
  Accounts accounts_;
  Networks unauthenticated_;
};

}  // namespace roost::auth
