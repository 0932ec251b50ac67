#include "mail/mailbox_view.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace roost::mail {

// Makes a view from entries and whole chunks, in UID order. Any two neighbouring chunks of a view
// hold more than kChunkEntries / 2 entries between them, so that expunges leave no trail of crumbs.
class MailboxView::Builder {
 public:
  Builder(Header header, std::size_t chunks)
      : view_(new MailboxView(std::move(header))) {  // private constructor: no make_shared
    ROOST_CHECK(view_->header_.keywords != nullptr);
    view_->chunks_.reserve(chunks);
    view_->starts_.reserve(chunks);
    view_->highest_.reserve(chunks);
    open_.reserve(kChunkEntries);
  }

  void add(const MessageEntry& entry) {
    ROOST_CHECK(last_ < entry.uid);
    last_ = entry.uid;
    open_.push_back(entry);
    if (open_.size() == kChunkEntries) close();
  }

  // Takes chunk i of another view as it is, unless it is a crumb beside another.
  void share(const MailboxView& other, std::size_t i) {
    const std::shared_ptr<const Chunk>& chunk = other.chunks_[i];
    if (!open_.empty() && small(open_.size() + chunk->size())) {
      for (const MessageEntry& entry : *chunk) add(entry);
      return;
    }
    close();
    last_ = chunk->back().uid;
    append(chunk, other.highest_[i]);
  }

  // Lets what is added next fill up the last chunk.
  void reopen() {
    if (!open_.empty() || view_->chunks_.empty()) return;
    if (view_->chunks_.back()->size() < kChunkEntries) open_ = take_back();
  }

  [[nodiscard]] ViewPtr finish() {
    close();
    ROOST_CHECK(view_->size_ == 0 || last_ < view_->header_.uid_next);
    return std::move(view_);
  }

 private:
  static bool small(std::size_t entries) { return entries <= kChunkEntries / 2; }

  void append(std::shared_ptr<const Chunk> chunk, ModSeq highest) {
    view_->starts_.push_back(view_->size_);
    view_->highest_.push_back(highest);
    view_->size_ += static_cast<std::uint32_t>(chunk->size());
    view_->chunks_.push_back(std::move(chunk));
  }

  [[nodiscard]] Chunk take_back() {
    Chunk entries;
    entries.reserve(kChunkEntries);
    entries = *view_->chunks_.back();
    view_->chunks_.pop_back();
    view_->size_ = view_->starts_.back();
    view_->starts_.pop_back();
    view_->highest_.pop_back();
    return entries;
  }

  void close() {
    if (open_.empty()) return;
    if (!view_->chunks_.empty() && small(view_->chunks_.back()->size() + open_.size())) {
      const Chunk before = take_back();
      open_.insert(open_.begin(), before.begin(), before.end());
    }
    // Copied, not moved: a chunk lives long and should hold no spare capacity.
    append(std::make_shared<const Chunk>(open_.begin(), open_.end()),
           std::ranges::max(open_, {}, &MessageEntry::modseq).modseq);
    open_.clear();
  }

  std::shared_ptr<MailboxView> view_;
  Chunk open_;  // entries not yet in a chunk; fewer than kChunkEntries
  Uid last_;    // the last one added
};

// A position in a view, which knows where chunks begin without reading them.
class MailboxView::Cursor {
 public:
  explicit Cursor(const MailboxView& view) : view_(view), position_(0) {}

  [[nodiscard]] bool at_end() const { return position_ == view_.size_; }
  [[nodiscard]] bool at_chunk_start() const {
    return !at_end() && position_ == view_.starts_[chunk_];
  }
  [[nodiscard]] const std::shared_ptr<const Chunk>& chunk() const { return view_.chunks_[chunk_]; }
  [[nodiscard]] const MessageEntry& entry() const {
    return (*chunk())[position_ - view_.starts_[chunk_]];
  }
  [[nodiscard]] SeqNum seq() const { return SeqNum(position_ + 1); }
  void share_chunk(Builder& into) const { into.share(view_, chunk_); }

  void advance() {
    if (++position_ == chunk_end()) ++chunk_;
  }
  void skip_chunk() {
    position_ = chunk_end();
    ++chunk_;
  }

 private:
  [[nodiscard]] std::uint32_t chunk_end() const {
    return chunk_ + 1 < view_.starts_.size() ? view_.starts_[chunk_ + 1] : view_.size_;
  }

  const MailboxView& view_;
  std::size_t chunk_ = 0;
  std::uint32_t position_;
};

// Walks both views in UID order, over shared chunks in one step. The visitor hears of each message
// once: shared(cursor of to, at the chunk), gone(cursor of from), both(…, …) or arrived(cursor of
// to).
template <typename Visitor>
void MailboxView::compare(const MailboxView& from, const MailboxView& to, Visitor& visitor) {
  Cursor a(from);
  Cursor b(to);
  while (!a.at_end() || !b.at_end()) {
    if (a.at_chunk_start() && b.at_chunk_start() && a.chunk() == b.chunk()) {
      visitor.shared(b);
      a.skip_chunk();
      b.skip_chunk();
    } else if (b.at_end() || (!a.at_end() && a.entry().uid < b.entry().uid)) {
      visitor.gone(a);
      a.advance();
    } else if (a.at_end() || b.entry().uid < a.entry().uid) {
      visitor.arrived(b);
      b.advance();
    } else {
      visitor.both(a, b);
      a.advance();
      b.advance();
    }
  }
}

ViewPtr MailboxView::build(Header header, std::span<const MessageEntry> entries) {
  Builder builder(std::move(header), entries.size() / kChunkEntries + 1);
  for (const MessageEntry& entry : entries) builder.add(entry);
  return builder.finish();
}

std::size_t MailboxView::chunk_of(SeqNum seq) const {
  const auto after = std::ranges::upper_bound(starts_, seq.value - 1);
  return static_cast<std::size_t>(after - starts_.begin()) - 1;
}

const MessageEntry& MailboxView::at(SeqNum seq) const {
  ROOST_CHECK(seq.value >= 1 && seq.value <= size_);
  const std::size_t chunk = chunk_of(seq);
  return (*chunks_[chunk])[seq.value - starts_[chunk] - 1];
}

std::optional<SeqNum> MailboxView::find(Uid uid) const {
  const SeqNum seq = lower_bound(uid);
  if (seq.value > size_ || at(seq).uid != uid) return std::nullopt;
  return seq;
}

SeqNum MailboxView::lower_bound(Uid uid) const {
  const auto chunk =
      std::ranges::lower_bound(chunks_, uid, {}, [](const auto& c) { return c->back().uid; });
  if (chunk == chunks_.end()) return SeqNum(size_ + 1);
  const auto entry = std::ranges::lower_bound(**chunk, uid, {}, &MessageEntry::uid);
  const auto before = starts_[static_cast<std::size_t>(chunk - chunks_.begin())];
  return SeqNum(before + static_cast<std::uint32_t>(entry - (*chunk)->begin()) + 1);
}

Uid MailboxView::last_uid() const { return empty() ? Uid(0) : chunks_.back()->back().uid; }

SeqNum MailboxView::next_changed(SeqNum from, ModSeq since) const {
  if (from.value > size_) return SeqNum(size_ + 1);
  std::size_t first = from.value - starts_[chunk_of(from)] - 1;
  for (std::size_t i = chunk_of(from); i < chunks_.size(); ++i, first = 0) {
    if (highest_[i] <= since) continue;
    const Chunk& chunk = *chunks_[i];
    for (std::size_t j = first; j < chunk.size(); ++j) {
      if (chunk[j].modseq > since) return SeqNum(starts_[i] + static_cast<std::uint32_t>(j) + 1);
    }
  }
  return SeqNum(size_ + 1);
}

ViewPtr MailboxView::next(Header header, std::span<const MessageEntry> updates,
                          const UidSet& expunged, std::span<const MessageEntry> arrivals) const {
  Builder builder(std::move(header), chunks_.size() + arrivals.size() / kChunkEntries + 1);
  auto update = updates.begin();
  auto range = expunged.ranges().begin();
  const auto no_more = expunged.ranges().end();
  // Moves both to the first that could concern uid or a later one.
  const auto seek = [&](Uid uid) {
    while (update != updates.end() && update->uid < uid) ++update;
    while (range != no_more && range->last < uid) ++range;
  };

  for (std::size_t i = 0; i < chunks_.size(); ++i) {
    const auto& chunk = chunks_[i];
    if (update != updates.end() || range != no_more) seek(chunk->front().uid);
    const bool touched = (update != updates.end() && update->uid <= chunk->back().uid) ||
                         (range != no_more && range->first <= chunk->back().uid);
    if (!touched) {
      builder.share(*this, i);
      continue;
    }
    for (const MessageEntry& entry : *chunk) {
      seek(entry.uid);
      if (range != no_more && range->first <= entry.uid) continue;
      const bool updated = update != updates.end() && update->uid == entry.uid;
      builder.add(updated ? *update : entry);
    }
  }

  if (!arrivals.empty()) builder.reopen();
  for (const MessageEntry& entry : arrivals) builder.add(entry);
  return builder.finish();
}

UidSet changed_since(const MailboxView& view, const UidSet& uids, ModSeq since) {
  UidSet changed;
  if (uids.empty()) return changed;
  for (SeqNum seq = view.next_changed(view.lower_bound(uids.ranges().front().first), since);
       seq.value <= view.size(); seq = view.next_changed(seq.next(), since)) {
    const Uid uid = view.at(seq).uid;
    if (uid > uids.ranges().back().last) break;
    if (uids.contains(uid)) changed.add(uid);
  }
  return changed;
}

UidSet missing_from(const MailboxView& view, const UidSet& uids) {
  UidSet missing;
  for (const UidRange& range : uids.ranges()) {
    Uid next = range.first;  // 0: behind the last UID there can be
    view.for_each(view.lower_bound(next), SeqNum(view.size()),
                  [&](SeqNum, const MessageEntry& entry) {
                    if (entry.uid > range.last) return false;
                    if (next < entry.uid) missing.add(UidRange{next, entry.uid.prev()});
                    next = entry.uid.next();
                    return true;
                  });
    if (next != Uid(0) && next <= range.last) missing.add(UidRange{next, range.last});
  }
  return missing;
}

ViewDiff diff(const MailboxView& from, const MailboxView& to) {
  struct Visitor {
    ViewDiff result;
    void shared(const MailboxView::Cursor&) {}
    void gone(const MailboxView::Cursor& a) {
      ROOST_CHECK(result.arrived == 0);
      result.expunged.push_back(a.seq());
      result.expunged_uids.push_back(a.entry().uid);
    }
    void both(const MailboxView::Cursor& a, const MailboxView::Cursor& b) {
      ROOST_CHECK(result.arrived == 0);
      if (a.entry() != b.entry()) result.changed.push_back(b.seq());
    }
    void arrived(const MailboxView::Cursor&) { ++result.arrived; }
  } visitor;
  MailboxView::compare(from, to, visitor);
  return std::move(visitor.result);
}

ViewPtr with_ghosts(const ViewPtr& from, const ViewPtr& to) {
  struct Visitor {
    MailboxView::Builder builder;
    bool any = false;
    void shared(const MailboxView::Cursor& b) { b.share_chunk(builder); }
    void gone(const MailboxView::Cursor& a) {
      any = true;
      builder.add(a.entry());
    }
    void both(const MailboxView::Cursor&, const MailboxView::Cursor& b) { builder.add(b.entry()); }
    void arrived(const MailboxView::Cursor& b) { builder.add(b.entry()); }
  } visitor{MailboxView::Builder(to->header(), to->chunks().size() + 1)};
  MailboxView::compare(*from, *to, visitor);
  return visitor.any ? visitor.builder.finish() : to;
}

ViewPtr view_as_of(const MailboxView& newer, ModSeq modseq, Uid uid_next, const UidSet& expunged) {
  std::vector<Uid> gone;
  for (const UidRange& range : expunged.ranges()) {
    for (Uid uid = range.first; uid <= range.last && uid < uid_next; uid = uid.next()) {
      if (!newer.find(uid)) gone.push_back(uid);
    }
  }
  auto ghost = gone.begin();
  const auto is_as_it_was = [&](std::size_t i) {
    const Uid last = newer.chunks_[i]->back().uid;
    return newer.highest_[i] <= modseq && last < uid_next && (ghost == gone.end() || last < *ghost);
  };

  MailboxView::Header header = newer.header();
  header.modseq = modseq;
  header.uid_next = uid_next;
  MailboxView::Builder builder(std::move(header), newer.chunks().size() + 1);
  const Flags deleted{.system = static_cast<std::uint8_t>(SystemFlag::kDeleted)};
  const auto add_ghosts_below = [&](Uid uid) {
    for (; ghost != gone.end() && *ghost < uid; ++ghost) builder.add({*ghost, deleted, ModSeq(0)});
  };
  for (std::size_t i = 0; i < newer.chunks_.size(); ++i) {
    if (is_as_it_was(i)) {
      builder.share(newer, i);
      continue;
    }
    for (const MessageEntry& entry : *newer.chunks_[i]) {
      if (entry.uid >= uid_next) break;
      add_ghosts_below(entry.uid);
      builder.add({entry.uid, entry.flags, std::min(entry.modseq, modseq)});
    }
  }
  add_ghosts_below(uid_next);
  return builder.finish();
}

}  // namespace roost::mail
