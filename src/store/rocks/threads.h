// The thread column: which thread of an account a key belongs to (store/thread_of.h).
//
// The rows of a message's keys are written with the message. From the look to the write the
// account's stripe is held: of two messages of a new thread, in two mailboxes at the same time, the
// second finds the first.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "base/error.h"
#include "store/rocks/database.h"
#include "store/store.h"

namespace roost::store {

// Owner: Mailboxes. Any thread.
class Threads {
 public:
  explicit Threads(Database& database) : database_(database) {}

  // Finds the threads of one batch's messages, in their order. Lives until `writes` are written;
  // taken after the mailbox's committing. Used by one thread.
  class Search {
   public:
    // now: Unix seconds.
    Search(Threads& threads, const Batch& batch, Writes& writes, std::int64_t now);
    [[nodiscard]] Result<mail::ThreadId> of(const NewMessage& message);

   private:
    [[nodiscard]] Result<std::optional<mail::ThreadId>> find(std::uint64_t key);
    void remember(std::uint64_t key, mail::ThreadId thread);

    Database& database_;
    Writes& writes_;
    const mail::AccountId account_;
    const bool several_;  // messages
    const std::uint64_t today_;
    std::unique_lock<std::mutex> lock_;
    std::unordered_map<std::uint64_t, mail::ThreadId> written_;  // not yet to be found; if several
  };

 private:
  Database& database_;
  std::array<std::mutex, 1024> stripes_;  // by account
};

}  // namespace roost::store
