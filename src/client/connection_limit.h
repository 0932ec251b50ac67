// ConnectionLimit: how many connections of this user the server lets in, as far as is known. It is
// learnt from refusals and forgotten by trying (decision 0015); who decides what a refusal means,
// and acts on it, is the Account.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "client/backoff.h"

namespace roost::client {

class ConnectionLimit {
 public:
  // never_more: with any server. tries: how long until one more is tried.
  ConnectionLimit(std::size_t never_more, Backoff::Limits tries, std::uint64_t seed)
      : never_more_(never_more), most_(never_more), tries_(tries, seed) {}

  [[nodiscard]] std::size_t most() const { return most_; }
  // How the server refused one more; empty: it has let in all.
  [[nodiscard]] const std::string& text() const { return text_; }

  // So many stand, and one more is not let in. What the user has besides, or what acts on the
  // events, wants to be let in, too: so one less is kept, but one at least. Where that has helped
  // nobody, it was not for want of room, and no more than `needed` counts.
  void lower(std::size_t stand, std::size_t needed) {
    const bool may_help = !std::exchange(lowered_, true);
    most_ = may_help ? std::max<std::size_t>(stand - 1, 1) : needed;
  }
  void refused(const std::string& text, Time now) {
    if (text_.empty()) text_ = text;
    more_at_ = now + tries_.next();
  }
  // A connection was let in, or lost: giving one up may help again.
  void changed() { lowered_ = false; }

  [[nodiscard]] bool may_try_more(Time now) const { return most_ < never_more_ && now >= more_at_; }
  void try_more() { ++most_; }
  // All have a connection.
  void forget() {
    tries_.reset();
    text_.clear();
  }

 private:
  std::size_t never_more_;
  std::size_t most_;
  bool lowered_ = false;  // and nothing has changed since
  Backoff tries_;
  Time more_at_{};
  std::string text_;
};

}  // namespace roost::client
