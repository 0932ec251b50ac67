// Watch: a session's interest in one mailbox, taken before it reads anything of it (push/hub.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "mail/ids.h"

namespace roost::push {

class Hub;

// Higher than any mod-sequence: whoever looks into the store for it finds the mailbox gone.
inline constexpr mail::ModSeq kDeleted{~std::uint64_t{0}};

// Interest in one mailbox: from here on, latest() knows of every change to it. Owner: the session.
// Thread: whoever holds the session's baton.
class Watch {
 public:
  Watch() = default;
  Watch(Watch&& other) noexcept;
  Watch& operator=(Watch&& other) noexcept;
  ~Watch();

  // The mod-sequence of the last change announced since the Watch was taken; ModSeq(0) for none,
  // kDeleted once the mailbox is gone.
  [[nodiscard]] mail::ModSeq latest() const;

 private:
  friend class Hub;
  struct Interest;
  using Row = std::pair<const mail::MailboxId, Interest>;
  Watch(Hub& hub, std::size_t loop, Row* row)
      : hub_(&hub), row_(row), loop_(static_cast<std::uint32_t>(loop)) {}

  Hub* hub_ = nullptr;
  Row* row_ = nullptr;  // of the hub
  std::uint32_t loop_ = 0;
};

}  // namespace roost::push
