// See apply.h. Everything is linear in the batch and in the messages it touches, but that the first
// unseen message is looked for from where it was; a UID range that spans the whole number space
// costs no more than the messages in it.
#include "store/apply.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/check.h"

namespace roost::store {
namespace {

using mail::FlagNames;
using mail::Flags;
using mail::MailboxView;
using mail::MessageEntry;
using mail::SeqNum;
using mail::SystemFlag;
using mail::Uid;
using mail::UidRange;
using mail::UidSet;

// Calls visit(entry) for the messages of uids, ascending.
template <typename Visit>
void for_each_in(const MailboxView& view, const UidSet& uids, Visit&& visit) {
  view.for_each_in(uids, Uid(1), [&](SeqNum, const MessageEntry& entry) {
    visit(entry);
    return true;
  });
}

// One batch on its way into one mailbox.
class Application {
 public:
  Application(const MailboxHeader& header, const MailboxView* view, const Batch& batch)
      : view_(view),
        batch_(batch),
        keywords_(*header.keywords),
        before_(header.status.highest_modseq) {
    applied_.header = header;
    applied_.header.status.highest_modseq = header.status.highest_modseq.next();
  }

  Result<Applied> run() {
    if (view_ != nullptr) {
      update_flags();
      expunge();
      if (error_) return fail(*std::move(error_));
      find_first_unseen();
    }
    append();
    if (error_) return fail(*std::move(error_));
    if (!applied_.changed()) status().highest_modseq = before_;
    if (applied_.header.keywords->names().size() != keywords_.names().size()) {
      applied_.header.keywords = std::make_shared<mail::KeywordTable>(std::move(keywords_));
    }
    return std::move(applied_);
  }

 private:
  MailboxStatus& status() { return applied_.header.status; }

  Flags bits_of(const FlagNames& names) {
    Flags flags{names.system, 0};
    for (const std::string& keyword : names.keywords) {
      const auto bit = keywords_.intern(keyword);
      if (!bit) {
        error_ = Error{ErrorCode::kLimit, "too many keywords in this mailbox"};
        return flags;
      }
      flags.keywords |= std::uint64_t{1} << *bit;
    }
    return flags;
  }

  // A removed keyword that the mailbox does not know need not become known for it.
  Flags operand_of(const FlagUpdate& update) {
    return update.op == FlagUpdate::Op::kRemove ? keywords_.known(update.flags)
                                                : bits_of(update.flags);
  }

  // RFC 7162 section 3.1.3. A message has one mod-sequence for all its flags; so that another flag
  // does not fail +FLAGS and -FLAGS, the named ones are compared with what they were (section
  // 3.1.12). Keywords that a message lacks have no mod-sequence: they pass any.
  [[nodiscard]] bool passes(const FlagUpdate& update, const MessageEntry& now) const {
    if (!update.unchanged_since) return true;
    const auto& [modseq, known] = *update.unchanged_since;
    if (now.modseq <= modseq) return true;
    if (update.op == FlagUpdate::Op::kReplace) return false;
    const Flags named = keywords_.known(update.flags);
    if (modseq == mail::ModSeq(0)) {
      return named.system == 0 && (now.flags.keywords & named.keywords) == 0;
    }
    const auto seq = known != nullptr ? known->find(now.uid) : std::nullopt;
    if (!seq) return false;
    const MessageEntry& before = known->at(*seq);
    return before.known() && before.modseq <= modseq &&
           ((before.flags.system ^ now.flags.system) & named.system) == 0 &&
           ((before.flags.keywords ^ now.flags.keywords) & named.keywords) == 0;
  }

  void count(Flags flags, std::uint32_t by) {
    if (!flags.has(SystemFlag::kSeen)) status().unseen += by;
    if (flags.has(SystemFlag::kDeleted)) status().deleted += by;
  }

  void update_flags() {
    std::vector<UidRange> touched;
    for (const FlagUpdate& update : batch_.flags) {
      touched.insert(touched.end(), update.uids.ranges().begin(), update.uids.ranges().end());
    }
    // Filled when the first message needs it: an update of no message makes no keyword known.
    std::vector<std::optional<Flags>> operands(batch_.flags.size());
    for_each_in(*view_, UidSet::from_ranges(std::move(touched)), [&](const MessageEntry& before) {
      MessageEntry after = before;
      for (std::size_t i = 0; i < batch_.flags.size(); ++i) {
        const FlagUpdate& update = batch_.flags[i];
        if (!update.uids.contains(before.uid)) continue;
        if (!passes(update, before)) {
          applied_.modified.add(before.uid);
          continue;
        }
        if (!operands[i]) operands[i] = operand_of(update);
        after.flags = combine(after.flags, update.op, *operands[i]);
      }
      if (after.flags == before.flags) return;
      after.modseq = status().highest_modseq;
      applied_.updates.push_back(after);
      count(before.flags, -1U);
      count(after.flags, 1);
    });
  }

  void expunge() {
    std::vector<MessageEntry> kept;
    auto update = applied_.updates.begin();
    for_each_in(*view_, batch_.expunge, [&](const MessageEntry& entry) {
      for (; update != applied_.updates.end() && update->uid < entry.uid; ++update) {
        kept.push_back(*update);
      }
      const bool updated = update != applied_.updates.end() && update->uid == entry.uid;
      const Flags flags = updated ? update->flags : entry.flags;
      if (batch_.which == Batch::Expunge::kOnlyDeleted && !flags.has(SystemFlag::kDeleted)) return;
      if (updated) ++update;
      applied_.expunged.add(entry.uid);
      count(flags, -1U);
      --status().messages;
      if (entry.uid >= applied_.header.recent_floor) --status().recent;
    });
    if (batch_.which == Batch::Expunge::kEach &&
        applied_.expunged.count() != batch_.expunge.count()) {
      error_ = Error{ErrorCode::kNotFound, "no such message"};
    }
    kept.insert(kept.end(), update, applied_.updates.end());
    applied_.updates = std::move(kept);
  }

  // From the first that was unseen before, or that has become it now, whichever is first.
  void find_first_unseen() {
    mail::SeqNum& first = status().first_unseen;
    Uid from = view_->uid_next();
    if (first.value > view_->size()) {
      from = Uid(1);  // the header contradicts the messages, which are right
    } else if (first != SeqNum(0)) {
      from = view_->at(first).uid;
    }
    for (const MessageEntry& update : applied_.updates) {
      if (!update.flags.has(SystemFlag::kSeen)) from = std::min(from, update.uid);
    }
    first = SeqNum(0);
    auto update = applied_.updates.begin();
    view_->for_each(view_->lower_bound(from), SeqNum(view_->size()),
                    [&](SeqNum seq, const MessageEntry& entry) {
                      while (update != applied_.updates.end() && update->uid < entry.uid) ++update;
                      const bool updated =
                          update != applied_.updates.end() && update->uid == entry.uid;
                      const Flags flags = updated ? update->flags : entry.flags;
                      if (flags.has(SystemFlag::kSeen) || applied_.expunged.contains(entry.uid)) {
                        return true;
                      }
                      first = SeqNum(seq.value - expunged_below(entry.uid));
                      return false;
                    });
  }

  [[nodiscard]] std::uint32_t expunged_below(Uid uid) const {
    std::uint32_t count = 0;
    for (const UidRange& range : applied_.expunged.ranges()) {
      if (range.first >= uid) break;
      count += std::min(range.last, uid.prev()).value - range.first.value + 1;
    }
    return count;
  }

  void append() {
    const std::uint64_t left = std::numeric_limits<std::uint32_t>::max() - status().uid_next.value;
    const std::size_t arriving = batch_.messages.size() + batch_.copies.size();
    if (arriving > left) {
      error_ = Error{ErrorCode::kLimit, "no UIDs left in this mailbox"};
      return;
    }
    applied_.arrivals.reserve(arriving);
    for (const NewMessage& message : batch_.messages) {
      if (!error_) append(message);
    }
    for (const MessageCopy& copy : batch_.copies) {
      if (!error_) append(copy);
    }
  }

  template <typename Message>
  void append(const Message& message) {
    if (message.digest.blob != message.blob.id()) {
      error_ = Error{ErrorCode::kInvalid, "digest and blob are not of the same message"};
      return;
    }
    const MessageEntry entry{status().uid_next, bits_of(message.flags), status().highest_modseq};
    applied_.arrivals.push_back(entry);
    status().uid_next = entry.uid.next();
    count(entry.flags, 1);
    ++status().messages;
    if (status().first_unseen == SeqNum(0) && !entry.flags.has(SystemFlag::kSeen)) {
      status().first_unseen = SeqNum(status().messages);
    }
    ++status().recent;
    status().size += message.digest.size;
  }

  const MailboxView* view_;
  const Batch& batch_;
  mail::KeywordTable keywords_;
  const mail::ModSeq before_;
  Applied applied_;
  std::optional<Error> error_;
};

}  // namespace

Flags combine(Flags flags, FlagUpdate::Op op, Flags operand) {
  switch (op) {
    case FlagUpdate::Op::kReplace:
      return operand;
    case FlagUpdate::Op::kAdd:
      flags.system |= operand.system;
      flags.keywords |= operand.keywords;
      return flags;
    case FlagUpdate::Op::kRemove:
      flags.system &= static_cast<std::uint8_t>(~operand.system);
      flags.keywords &= ~operand.keywords;
      return flags;
  }
  return flags;
}

Result<Applied> apply(const MailboxHeader& header, const MailboxView* view, const Batch& batch) {
  ROOST_CHECK(view != nullptr || !needs_view(batch));
  ROOST_CHECK(view == nullptr || view->modseq() == header.status.highest_modseq);
  return Application(header, view, batch).run();
}

Committed committed_of(const Applied& applied) {
  Committed committed{applied.header.status.highest_modseq, {}, applied.expunged, applied.modified};
  if (!applied.arrivals.empty()) {
    committed.assigned =
        UidSet(UidRange{applied.arrivals.front().uid, applied.arrivals.back().uid});
  }
  return committed;
}

}  // namespace roost::store
