// How many connections an account may hold, in all and from one address; and an address, before
// anybody has logged in on them.
//
// The refusal says what is in use from where: servers that refuse in silence, or as a failed
// login, are the most-met trouble of people who idle on many mailboxes at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "mail/ids.h"

namespace roost::auth {

// Owner: the server; outlives its slots. Thread: any.
class ConnectionLimits {
 private:
  struct Address {
    std::string name;
    std::uint32_t count;
  };
  struct InUse {
    std::uint32_t count = 0;
    std::forward_list<Address> by_address;  // few; and the smallest there is for one
  };
  // The nodes of none of these move.
  using Accounts = std::unordered_map<mail::AccountId, InUse>;
  using Networks = std::unordered_map<std::string, Address>;

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
    Slot(ConnectionLimits* limits, Accounts::value_type* account, Address* address)
        : limits_(limits), account_(account), address_(address) {}
    ConnectionLimits* limits_ = nullptr;
    Accounts::value_type* account_ = nullptr;  // null: before login
    Address* address_ = nullptr;
  };

  explicit ConnectionLimits(Limits limits) : limits_(limits) {}
  ConnectionLimits(const ConnectionLimits&) = delete;
  ConnectionLimits& operator=(const ConnectionLimits&) = delete;

  // kLimit, in words for the user, of both.
  [[nodiscard]] Result<Slot> acquire(mail::AccountId account, std::string_view address);
  // Of a connection on which nobody has logged in. IPv6 addresses of one /64 network count as one:
  // so many has anybody.
  // beyond: for so many more.
  [[nodiscard]] Result<Slot> acquire_unauthenticated(std::string_view address,
                                                     std::size_t beyond = 0);

 private:
  void release(const Slot& slot);

  const Limits limits_;
  std::mutex mutex_;
  Accounts accounts_;
  Networks unauthenticated_;
};

}  // namespace roost::auth
