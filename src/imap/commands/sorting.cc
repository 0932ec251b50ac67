#include "imap/commands/sorting.h"

#include <utility>

#include "base/check.h"

namespace roost::imap {

Sorting::Sorting(std::vector<mail::SortCriterion> criteria)
    : criteria_(std::move(criteria)),
      known_(std::make_shared<SortKeys::Known>(
          SortKeys::Known{.list = mail::SortedList(criteria_), .uids = {}})),
      read_(criteria_) {}

// Relevancy is not the message's alone.
void Sorting::begin(SortKeys& cache, mail::MailboxId mailbox) {
  if (read_.is_by_relevancy()) return;
  if (auto known = cache.find(mailbox, criteria_)) known_ = std::move(known);
}

void Sorting::add(const FoundMessage& message) {
  const mail::Uid uid = message.entry.uid;
  found_.push_back(uid);
  if (known().contains(uid)) return;
  read_.add(uid, *message.digest, message.relevancy);
  read_uids_.add(uid);
}

std::vector<std::uint32_t> Sorting::finish(SortKeys& cache, const SearchedMailbox& mailbox) {
  (void)read_.put_in_place();
  auto order = known_->list.order_of(found_, read_);
  ROOST_CHECK(order.size() == found_.size());
  if (!read_uids_.empty() && !read_.is_by_relevancy()) remember(cache, mailbox);
  return order;
}

void Sorting::remember(SortKeys& cache, const SearchedMailbox& mailbox) const {
  if (!known_->is_joined_by(found_.size())) return;
  const mail::UidSet gone = known_->gone_from(mailbox.view);
  if (!cache.fits(*known_, gone, read_.octets())) return;
  const mail::UidSet uids = mail::united(mail::difference(known_->uids, gone), read_uids_);
  cache.put(mailbox.id, criteria_,
            std::make_shared<SortKeys::Known>(SortKeys::Known{
                .list = mail::SortedList::joined(known_->list, gone, read_), .uids = uids}));
}

mail::SortedList Sorting::list() {
  (void)read_.put_in_place();
  return read_;
}

}  // namespace roost::imap
