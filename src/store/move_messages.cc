// See move_messages.h. The copies are made in batches, so that memory stays bounded.
#include "store/move_messages.h"

#include <algorithm>

#include "store/mailbox_tree.h"

namespace roost::store {
namespace {

constexpr std::uint32_t kMessagesPerBatch = 1000;

}  // namespace

Result<void> move_messages(Store& store, mail::AccountId account, mail::MailboxId from,
                           mail::MailboxId to) {
  const auto view = store.view(from);
  if (!view) return fail(view.error());
  const mail::MailboxView& messages = **view;

  Batch moved{.mailbox = from, .account = account, .flags = {}, .expunge = {}};
  for (std::uint32_t first = 1; first <= messages.size(); first += kMessagesPerBatch) {
    const auto last = std::min(first + kMessagesPerBatch - 1, messages.size());
    mail::UidSet uids;
    messages.for_each(mail::SeqNum(first), mail::SeqNum(last),
                      [&](mail::SeqNum, const mail::MessageEntry& entry) {
                        uids.add(entry.uid);
                        return true;
                      });
    Batch batch{.mailbox = to, .account = account, .flags = {}, .expunge = {}};
    const auto read = store.copies(from, uids, [&](mail::Uid uid, MessageCopy&& copy) {
      const auto flags = messages.at(*messages.find(uid)).flags;
      copy.flags = messages.keywords().names_of(flags);
      batch.copies.push_back(std::move(copy));
      moved.expunge.add(uid);
      return true;
    });
    if (!read) return read;
    if (batch.copies.empty()) continue;
    if (const auto copied = store.commit(batch); !copied) return fail(copied.error());
  }
  const auto expunged = store.commit(moved);
  if (!expunged) return fail(expunged.error());
  return {};
}

Result<void> rename_inbox(Store& store, mail::AccountId account, std::string_view to) {
  const auto inbox = store.find_mailbox(account, kInbox);
  if (!inbox) return fail(inbox.error());
  const auto made = store.create_mailbox(account, to, mail::SpecialUse::kNone);
  if (!made) return fail(made.error());
  return move_messages(store, account, inbox->id, made->id);
}

}  // namespace roost::store
