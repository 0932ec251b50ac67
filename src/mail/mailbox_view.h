// MailboxView: an immutable list of the messages of one mailbox as of one mod-sequence, in UID
// order, so that a message sequence number (RFC 3501 section 2.3.1.2) is a position in it.
//
// A view is made of chunks that later views share: making the next view copies the chunks that
// changed and the list of pointers, nothing else, and comparing two views skips what they share.
// Everything a client is told about its mailbox is the difference of two views (see ViewDiff).
//
// Thread: immutable after construction; shared freely between threads as ViewPtr.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "mail/flags.h"
#include "mail/ids.h"
#include "mail/uid_set.h"

namespace roost::mail {

struct MessageEntry {
  Uid uid;
  Flags flags;
  ModSeq modseq;  // of the last change to this message's flags
  // False: it is expunged, and what its flags were is forgotten (view_as_of); \Deleted stands
  // there.
  [[nodiscard]] bool known() const { return modseq != ModSeq(0); }
  bool operator==(const MessageEntry&) const = default;
};

struct ViewDiff;
class MailboxView;
using ViewPtr = std::shared_ptr<const MailboxView>;

class MailboxView {
 public:
  static constexpr std::size_t kChunkEntries = 256;
  using Chunk = std::vector<MessageEntry>;  // 1 to kChunkEntries entries, ascending UIDs

  // What holds for the view as a whole.
  struct Header {
    UidValidity uid_validity;
    Uid uid_next;
    ModSeq modseq;  // HIGHESTMODSEQ: the mailbox's, at least that of every entry
    std::shared_ptr<const KeywordTable> keywords;  // never null
  };

  // Requires: entries ascending by uid, all below header.uid_next.
  [[nodiscard]] static ViewPtr build(Header header, std::span<const MessageEntry> entries);

  [[nodiscard]] const Header& header() const { return header_; }
  [[nodiscard]] ModSeq modseq() const { return header_.modseq; }
  [[nodiscard]] Uid uid_next() const { return header_.uid_next; }
  [[nodiscard]] const KeywordTable& keywords() const { return *header_.keywords; }

  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  // Requires: 1 <= seq <= size(). O(log chunks).
  [[nodiscard]] const MessageEntry& at(SeqNum seq) const;
  [[nodiscard]] std::optional<SeqNum> find(Uid uid) const;  // O(log size)
  // The number of the first message whose UID is not below uid; size()+1 where there is none.
  [[nodiscard]] SeqNum lower_bound(Uid uid) const;
  // The highest UID; Uid(0) in an empty mailbox.
  [[nodiscard]] Uid last_uid() const;

  // Calls visit(SeqNum, const MessageEntry&) for the messages from..to (inclusive, clipped to the
  // mailbox) in order, chunk by chunk; visit returns false to stop.
  template <typename Visit>
  void for_each(SeqNum from, SeqNum to, Visit&& visit) const;
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for_each(SeqNum(1), SeqNum(size_), std::forward<Visit>(visit));
  }

  // The same for the messages of uids whose UID is not below `from`, in the order of UIDs.
  template <typename Visit>
  void for_each_in(const UidSet& uids, Uid from, Visit&& visit) const;

  // The number of the first message, `from` or a later one, whose mod-sequence is above since;
  // size()+1 where there is none. Chunks in which nothing has changed since are stepped over
  // unread.
  [[nodiscard]] SeqNum next_changed(SeqNum from, ModSeq since) const;

  // The next view: first the updates (entries replaced by UID; those of unknown UID are ignored),
  // then the expunges, then the arrivals at the end. All three ascending by UID.
  // header.modseq, header.uid_next and header.keywords are the new ones.
  [[nodiscard]] ViewPtr next(Header header, std::span<const MessageEntry> updates,
                             const UidSet& expunged, std::span<const MessageEntry> arrivals) const;

  [[nodiscard]] std::span<const std::shared_ptr<const Chunk>> chunks() const { return chunks_; }

 private:
  class Builder;
  class Cursor;
  explicit MailboxView(Header header) : header_(std::move(header)) {}
  [[nodiscard]] std::size_t chunk_of(SeqNum seq) const;  // Requires: 1 <= seq <= size()

  template <typename Visitor>
  static void compare(const MailboxView& from, const MailboxView& to, Visitor& visitor);
  friend ViewDiff diff(const MailboxView& from, const MailboxView& to);
  friend ViewPtr with_ghosts(const ViewPtr& from, const ViewPtr& to);
  friend ViewPtr view_as_of(const MailboxView& newer, ModSeq modseq, Uid uid_next,
                            const UidSet& expunged);

  Header header_;
  std::vector<std::shared_ptr<const Chunk>> chunks_;
  std::vector<std::uint32_t> starts_;  // messages before chunk i
  std::vector<ModSeq> highest_;        // mod-sequence in chunk i
  std::uint32_t size_ = 0;
};

// Those of uids whose mod-sequence is above since. O(chunks, and what has changed).
[[nodiscard]] UidSet changed_since(const MailboxView& view, const UidSet& uids, ModSeq since);

// Those of uids that no message of the view has. O(ranges, and messages between their ends).
[[nodiscard]] UidSet missing_from(const MailboxView& view, const UidSet& uids);

// What a client whose view is `from` must be told so that it arrives at `to`.
// O(chunks) plus the entries of the chunks that the two do not share.
// Requires: to is not older than from, so that what is new has higher UIDs than all of from.
struct ViewDiff {
  std::vector<SeqNum> expunged;    // numbers in `from`, ascending
  std::vector<Uid> expunged_uids;  // the same messages
  std::vector<SeqNum> changed;  // numbers in `to` of messages in both whose flags or modseq differ
  std::uint32_t arrived = 0;    // messages at the end of `to` that are not in `from`

  [[nodiscard]] bool empty() const { return expunged.empty() && changed.empty() && arrived == 0; }
};
[[nodiscard]] ViewDiff diff(const MailboxView& from, const MailboxView& to);

// The view of a client that may be told of everything but expunges (RFC 3501 section 7.4.1): `to`
// with the messages of `from` that `to` lacks still in their places. Its header is that of `to`.
[[nodiscard]] ViewPtr with_ghosts(const ViewPtr& from, const ViewPtr& to);

// What the mailbox looked like at `modseq`, when uid_next was its UIDNEXT, made from a newer view
// and the UIDs expunged since then (it may name some that the newer view still has). For diff() to
// the newer one, or to one newer still: flags that have changed since are not known any more, nor
// those of expunged messages, but each such entry differs from the newer one.
[[nodiscard]] ViewPtr view_as_of(const MailboxView& newer, ModSeq modseq, Uid uid_next,
                                 const UidSet& expunged);

template <typename Visit>
void MailboxView::for_each(SeqNum from, SeqNum to, Visit&& visit) const {
  if (from.value < 1) from = SeqNum(1);
  if (to.value > size_) to = SeqNum(size_);
  if (from > to) return;
  std::size_t i = chunk_of(from);
  std::size_t j = from.value - starts_[i] - 1;
  for (SeqNum seq = from; seq <= to; seq = seq.next(), ++j) {
    if (j == chunks_[i]->size()) {
      ++i;
      j = 0;
    }
    if (!visit(seq, (*chunks_[i])[j])) return;
  }
}

template <typename Visit>
void MailboxView::for_each_in(const UidSet& uids, Uid from, Visit&& visit) const {
  bool going = true;
  for (const UidRange& range : uids.ranges()) {
    if (!going || range.first > last_uid()) return;
    if (range.last < from) continue;
    for_each(lower_bound(std::max(range.first, from)), SeqNum(size_),
             [&](SeqNum seq, const MessageEntry& entry) {
               return entry.uid <= range.last && (going = visit(seq, entry));
             });
  }
}

}  // namespace roost::mail
