// AccountWatch: a session's interest in all mailboxes of its account (push/accounts.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/error.h"
#include "push/account_view.h"

namespace roost::push {

class Accounts;

// From here on, newest() comes to show every change that is announced, and the sessions of the
// account that are on the watch's loop are called when it does. Owner: the session. Thread: whoever
// holds the session's baton.
class AccountWatch {
 public:
  AccountWatch() = default;
  AccountWatch(AccountWatch&& other) noexcept;
  AccountWatch& operator=(AccountWatch&& other) noexcept;
  ~AccountWatch();

  // The last that was read; null: nothing was yet. A loop may ask.
  [[nodiscard]] AccountViewPtr newest() const;
  // Nothing was announced that newest() does not show; otherwise the sessions will be called.
  [[nodiscard]] bool settled() const;
  // Something could not be read: read() tries again.
  [[nodiscard]] bool lacks() const;
  // Reads what has changed. What it gives shows all that was announced before the call. Worker.
  [[nodiscard]] Result<AccountViewPtr> read();
  // Until the next read() nothing need be read for this watch. What is announced is noted.
  void pause();

 private:
  friend class Accounts;
  struct Row;
  AccountWatch(Accounts& accounts, std::shared_ptr<Row> row, std::size_t loop);

  Accounts* accounts_ = nullptr;
  std::shared_ptr<Row> row_;
  std::uint32_t loop_ = 0;
  bool paused_ = false;  // guarded as the row is
};

}  // namespace roost::push
