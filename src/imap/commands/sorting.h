// Putting in order what a SORT finds. Of messages that an earlier SORT of the mailbox has found the
// sort keys are known, and their order too; so only the others have to be read.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "imap/key_cache.h"
#include "imap/message_search.h"
#include "mail/sort.h"
#include "mail/sorted_list.h"

namespace roost::imap {

// Lifetime: of the search. Thread: whoever holds the baton.
class Sorting {
 public:
  explicit Sorting(std::vector<mail::SortCriterion> criteria) : criteria_(std::move(criteria)) {}

  // Before the first message: looks for what is known of the mailbox.
  void begin(SortKeys& cache, mail::MailboxId mailbox);
  // Messages whose digest it does not ask for.
  [[nodiscard]] const mail::UidSet& known() const;
  // In the order of the mailbox.
  void add(const FoundMessage& message);

  // Once, after the last. The order, by the places in which they were added; what was read is known
  // from now on.
  [[nodiscard]] std::vector<std::uint32_t> finish(SortKeys& cache, const SearchedMailbox& mailbox);
  // Or these messages, in a list that lives on. Requires: begin was not called.
  [[nodiscard]] mail::SortedList take_list();

 private:
  std::vector<mail::SortCriterion> criteria_;
  SortKeys::KnownPtr known_;
  std::vector<mail::Uid> found_;
  std::optional<mail::SortedList> list_;  // known_ and what was read, once something is
  mail::UidSet read_;
};

}  // namespace roost::imap
