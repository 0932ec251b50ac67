#include "imap/commands/sorting.h"

#include <utility>

namespace roost::imap {

// Relevancy is not the message's alone.
void Sorting::begin(SortKeys& cache, mail::MailboxId mailbox) {
  if (!mail::sorts_by_relevancy(criteria_)) known_ = cache.find(mailbox, criteria_);
}

const mail::UidSet& Sorting::known() const {
  static const mail::UidSet none;
  return known_ ? known_->uids : none;
}

void Sorting::add(const FoundMessage& message) {
  const mail::Uid uid = message.entry.uid;
  found_.push_back(uid);
  if (known().contains(uid)) return;
  if (!list_) list_.emplace(known_ ? known_->list : mail::SortedList(criteria_));
  list_->add(uid, *message.digest, message.relevancy);
  read_.add(uid);
}

std::vector<std::uint32_t> Sorting::finish(SortKeys& cache, const SearchedMailbox& mailbox) {
  if (!list_) return known_ ? known_->list.order_of(found_) : std::vector<std::uint32_t>();
  mail::UidSet uids = std::move(read_);
  if (known_) {
    const mail::UidSet gone = known_->gone_from(mailbox.view);
    (void)list_->remove(gone);
    uids = mail::united(mail::difference(known_->uids, gone), uids);
  }
  (void)list_->put_in_place();
  auto order = list_->order_of(found_);
  if (!mail::sorts_by_relevancy(criteria_)) {
    // A copy has no more room than it needs.
    cache.put(mailbox.id, criteria_,
              std::make_shared<SortKeys::Known>(
                  SortKeys::Known{.list = *list_, .uids = std::move(uids)}));
  }
  list_.reset();
  return order;
}

mail::SortedList Sorting::take_list() {
  if (!list_) return mail::SortedList(criteria_);
  (void)list_->put_in_place();
  return *std::exchange(list_, std::nullopt);
}

}  // namespace roost::imap
