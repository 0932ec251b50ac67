#include "store/rocks/mailbox_state.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace roost::store {

using mail::MailboxView;
using mail::MessageEntry;
using mail::ModSeq;
using mail::Uid;
using mail::ViewPtr;

MailboxState::Phase MailboxState::phase() const {
  std::lock_guard lock(mutex_);
  return phase_;
}

void MailboxState::begin(MailboxHeader header) {
  std::lock_guard lock(mutex_);
  ROOST_CHECK(phase_ == Phase::kUnread);
  published_ = written_ = std::move(header);
  phase_ = Phase::kLive;
}

void MailboxState::end() {
  std::lock_guard lock(mutex_);
  ROOST_CHECK(phase_ == Phase::kLive || phase_ == Phase::kEnding);
  phase_ = Phase::kEnding;
}

void MailboxState::ended() {
  std::lock_guard lock(mutex_);
  phase_ = Phase::kEnded;
}

MailboxStatus MailboxState::status() const {
  std::lock_guard lock(mutex_);
  return published_.status;
}

ViewPtr MailboxState::view() const {
  std::lock_guard lock(mutex_);
  return published_view_;
}

OpenedMailbox MailboxState::open(Store::Recent recent) {
  std::lock_guard lock(mutex_);
  OpenedMailbox opened{published_.status, published_.keywords, published_view_,
                       recent_of(published_)};
  if (recent == Store::Recent::kClaim && phase_ == Phase::kLive) (void)claim_locked();
  return opened;
}

MailboxHeader MailboxState::written() const {
  std::lock_guard lock(mutex_);
  return written_;
}

ViewPtr MailboxState::written_view() const {
  std::lock_guard lock(mutex_);
  return written_view_;
}

bool MailboxState::has_unpublished() const {
  std::lock_guard lock(mutex_);
  return !unpublished_.empty();
}

bool MailboxState::can_be_read_again() const {
  std::lock_guard lock(mutex_);
  return unpublished_.empty() && phase_ != Phase::kEnding;
}

std::size_t MailboxState::cached_messages() const {
  std::lock_guard lock(mutex_);
  return written_view_ ? written_view_->size() : 0;
}

void MailboxState::set_view(std::span<const MessageEntry> rows) {
  const auto take_below = [&rows](Uid uid_next) {
    const auto past = std::ranges::lower_bound(rows, uid_next, {}, &MessageEntry::uid);
    const auto taken = rows.first(static_cast<std::size_t>(past - rows.begin()));
    rows = rows.subspan(taken.size());
    return taken;
  };
  std::unique_lock lock(mutex_);
  if (written_view_) return;
  const MailboxHeader start = published_;
  lock.unlock();  // a loop that claims \Recent does not wait for a large mailbox
  ViewPtr view = MailboxView::build(view_header(start), take_below(start.status.uid_next));
  lock.lock();
  // What came after `start` only adds messages.
  const auto advance = [&](const MailboxHeader& header) {
    view = view->next(view_header(header), {}, {}, take_below(header.status.uid_next));
    return view;
  };
  if (published_.status.highest_modseq > start.status.highest_modseq) advance(published_);
  published_view_ = view;
  for (Unpublished& commit : unpublished_) {
    commit.before = view;
    commit.after = advance(commit.header);
  }
  written_view_ = std::move(view);
}

std::uint32_t MailboxState::recent_after(std::uint32_t recent, Uid floor,
                                         const Unpublished& commit) {
  recent += commit.arrived;
  for (const mail::UidRange& range : commit.expunged.ranges()) {
    if (range.last >= floor) recent -= range.last.value - std::max(range.first, floor).value + 1;
  }
  return recent;
}

void MailboxState::wrote(const Applied& applied, mail::AccountId account) noexcept {
  std::lock_guard lock(mutex_);
  Unpublished commit{.header = applied.header,
                     .before = written_view_,
                     .after = nullptr,
                     .expunged = applied.expunged,
                     .arrived = static_cast<std::uint32_t>(applied.arrivals.size()),
                     .account = account};
  // Somebody may have claimed since applied was made.
  commit.header.recent_floor = written_.recent_floor;
  commit.header.status.recent = recent_after(written_.status.recent, written_.recent_floor, commit);
  if (written_view_) {
    commit.after = written_view_->next(view_header(commit.header), applied.updates,
                                       applied.expunged, applied.arrivals);
    written_view_ = commit.after;
  }
  written_ = commit.header;
  unpublished_.push_back(std::move(commit));
}

std::optional<Change> MailboxState::publish_next(ModSeq modseq) {
  std::lock_guard lock(mutex_);
  if (unpublished_.empty()) return std::nullopt;
  Unpublished& commit = unpublished_.front();
  if (commit.header.status.highest_modseq > modseq) return std::nullopt;
  Change change{.mailbox = id_,
                .modseq = commit.header.status.highest_modseq,
                .before = std::move(commit.before),
                .after = std::move(commit.after),
                .account = commit.account};
  // Without views nothing but messages is added; but a keyword may come with one.
  if (change.after == nullptr && commit.header.keywords == published_.keywords) {
    change.arrivals = Arrivals{published_.status.highest_modseq, commit.header.status.messages,
                               commit.header.status.uid_next};
  }
  published_ = std::move(commit.header);
  published_view_ = change.after;
  unpublished_.erase(unpublished_.begin());
  return change;
}

RecentRange MailboxState::claim_recent() {
  std::lock_guard lock(mutex_);
  return claim_locked();
}

RecentRange MailboxState::claim_locked() {
  const RecentRange range = take_recent(published_);
  std::uint32_t recent = 0;
  for (Unpublished& commit : unpublished_) {
    recent = recent_after(recent, published_.recent_floor, commit);
    commit.header.recent_floor = published_.recent_floor;
    commit.header.status.recent = recent;
  }
  written_.recent_floor = published_.recent_floor;
  written_.status.recent = recent;
  if (!range.empty()) unsaved_claims_ = true;
  return range;
}

bool MailboxState::take_unsaved_claims() {
  std::lock_guard lock(mutex_);
  return std::exchange(unsaved_claims_, false);
}

}  // namespace roost::store
