// Threading what a THREAD finds. Of messages that an earlier THREAD of the mailbox has found it is
// known what threading goes by, and only the others have to be read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.h"
#include "imap/key_cache.h"
#include "imap/message_search.h"
#include "mail/threaded_list.h"
#include "mail/threads.h"

namespace roost::imap {

// Lifetime: of the search. Thread: whoever holds the baton.
class Threading {
 public:
  explicit Threading(mail::ThreadAlgorithm algorithm);

  // Before the first message: looks for what is known of the mailbox. Later: does nothing.
  void begin(ThreadKeys& cache, mail::MailboxId mailbox);
  // Messages whose digest it does not ask for.
  [[nodiscard]] const mail::UidSet& known() const { return known_->uids; }
  // In the order of the mailbox. Errors: the store's; mail::Threader's.
  [[nodiscard]] Result<void> add(store::Store& store, const FoundMessage& message,
                                 std::uint32_t number);
  // Once, after the last; what was read is known from now on, unless all that was found is little.
  [[nodiscard]] mail::Threads finish(ThreadKeys& cache, const SearchedMailbox& mailbox);

 private:
  void begin_to_read();
  [[nodiscard]] Result<mail::ThreadedMessage> read(store::Store& store, const mail::Digest& digest);
  void remember(ThreadKeys& cache, const SearchedMailbox& mailbox) const;

  const mail::ThreadAlgorithm algorithm_;
  std::unique_ptr<mail::Threader> threader_;
  std::optional<mail::ThreadReader> reader_;  // once something is read
  ThreadKeys::KnownPtr known_;                // since begin(); perhaps of no message
  std::size_t place_ = 0;                     // in known_
  std::vector<std::uint32_t> passed_;  // places in it that were found, until something is read
  std::size_t found_ = 0;
  mail::ThreadedList list_;  // what was read, as long as it is not too much to be kept
  mail::UidSet read_;
};

}  // namespace roost::imap
