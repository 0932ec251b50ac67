// What is in memory of one mailbox, in two versions: `written` is where the last commit left it,
// `published` is what readers see. Between them stand the commits that are written and wait for a
// sync: they are published in their order, and announced right after.
//
// Locks, taken in this order:
//   committing  one writer at a time; held over database writes; guards that `written` moves only
//               together with the rows
//   announcing  held while changes are published and the sink is called, so that both keep the
//               order
//   (private)   the fields; never held over anything that blocks
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "mail/mailbox_view.h"
#include "store/apply.h"
#include "store/change.h"
#include "store/mailbox_header.h"

namespace roost::store {

// Owner: MailboxCache, and whoever works on the mailbox. Any thread.
class MailboxState {
 public:
  // kEnding: its deletion is being written. It takes no more commits, but it is still read, for the
  // deletion may fail.
  enum class Phase : std::uint8_t { kUnread, kLive, kEnding, kEnded };

  explicit MailboxState(mail::MailboxId id) : id_(id) {}

  std::mutex committing;
  std::mutex announcing;

  [[nodiscard]] mail::MailboxId id() const { return id_; }
  [[nodiscard]] Phase phase() const;
  // From kUnread, with the header's row. Requires committing.
  void begin(MailboxHeader header);
  // The mailbox is being deleted. Requires committing.
  void end();
  // For good: that is durable, or the mailbox was never there.
  void ended();

  // What readers see. The view is null until it is loaded.
  [[nodiscard]] MailboxStatus status() const;
  [[nodiscard]] mail::ViewPtr view() const;
  [[nodiscard]] OpenedMailbox open(Store::Recent recent);

  // What the next commit builds on.
  [[nodiscard]] MailboxHeader written() const;
  [[nodiscard]] mail::ViewPtr written_view() const;
  [[nodiscard]] bool has_unpublished() const;

  // rows: of all messages as written, ascending. Requires committing.
  void set_view(std::span<const mail::MessageEntry> rows);
  // The rows of `applied` are written; applied.header is complete. Requires committing. Without
  // memory for it the process ends: going on, the next commit would write over the same UIDs.
  void wrote(const Applied& applied, mail::AccountId account) noexcept;
  // Publishes the next change up to and including modseq; nothing if there is none left. Requires
  // announcing, and that the change is durable.
  [[nodiscard]] std::optional<Change> publish_next(mail::ModSeq modseq);

  [[nodiscard]] RecentRange claim_recent();
  // Whether claims were made since the header was last written; and from now on they were not.
  [[nodiscard]] bool take_unsaved_claims();

  // Whether the rows show what readers see, so that this may leave memory.
  [[nodiscard]] bool can_be_read_again() const;
  // Messages whose entries are in memory, for the cache's bound.
  [[nodiscard]] std::size_t cached_messages() const;

 private:
  // A commit between written and published.
  struct Unpublished {
    MailboxHeader header;  // after it
    mail::ViewPtr before, after;
    mail::UidSet expunged;
    std::uint32_t arrived = 0;
    mail::AccountId account;
  };
  // Recent messages after a commit, when there were `recent` before it.
  [[nodiscard]] static std::uint32_t recent_after(std::uint32_t recent, mail::Uid floor,
                                                  const Unpublished& commit);

  [[nodiscard]] RecentRange claim_locked();

  const mail::MailboxId id_;
  mutable std::mutex mutex_;
  Phase phase_ = Phase::kUnread;
  bool unsaved_claims_ = false;
  MailboxHeader published_, written_;
  mail::ViewPtr published_view_, written_view_;  // both null or neither
  // Invariant: while the views are null, these only add messages.
  std::vector<Unpublished> unpublished_;
};

}  // namespace roost::store
