// Putting in order what a SORT finds. Of messages that an earlier SORT of the mailbox has found the
// sort keys are known, and their order too; so only the others have to be read.
#pragma once

#include <cstdint>
#include <vector>

#include "imap/key_cache.h"
#include "imap/message_search.h"
#include "mail/sort.h"
#include "mail/sorted_list.h"

namespace roost::imap {

// Lifetime: of the search. Thread: whoever holds the baton.
class Sorting {
 public:
  explicit Sorting(std::vector<mail::SortCriterion> criteria);

  // Before the first message: looks for what is known of the mailbox.
  void begin(SortKeys& cache, mail::MailboxId mailbox);
  // Messages whose digest it does not ask for.
  [[nodiscard]] const mail::UidSet& known() const { return known_->uids; }
  // In the order of the mailbox.
  void add(const FoundMessage& message);

  // Once, after the last. The order, by the places in which they were added; what was read is known
  // from now on, unless all that was found is little.
  [[nodiscard]] std::vector<std::uint32_t> finish(SortKeys& cache, const SearchedMailbox& mailbox);
  // Or these messages, in a list that lives on: a copy, without room to grow. Requires: begin was
  // not called.
  [[nodiscard]] mail::SortedList list();

 private:
  void remember(SortKeys& cache, const SearchedMailbox& mailbox) const;

  std::vector<mail::SortCriterion> criteria_;
  SortKeys::KnownPtr known_;  // perhaps of no message
  std::vector<mail::Uid> found_;
  mail::SortedList read_;  // those of them that are not known
  mail::UidSet read_uids_;
};

}  // namespace roost::imap
