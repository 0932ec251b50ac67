// See move_messages.h. The copies are made in batches, so that memory stays bounded.
#include "store/move_messages.h"

#include <optional>

#include "store/mailbox_tree.h"

namespace roost::store {
namespace {

constexpr std::size_t kMessagesPerBatch = 1000;

}  // namespace

Result<void> move_messages(Store& store, mail::AccountId account, mail::MailboxId from,
                           mail::MailboxId to) {
  const auto view = store.view(from);
  if (!view) return fail(view.error());
  const mail::MailboxView& messages = **view;

  Batch moved{.mailbox = from, .account = account, .flags = {}, .expunge = {}, .messages = {}};
  Batch copies{.mailbox = to, .account = account, .flags = {}, .expunge = {}, .messages = {}};
  std::optional<Error> error;
  const auto write_copies = [&] {
    const auto committed = store.commit(copies);
    if (!committed) error = committed.error();
    copies.messages.clear();
    return committed.has_value();
  };
  const auto all = mail::UidSet(mail::UidRange{mail::Uid(1), messages.uid_next()});
  const auto copy = [&](mail::Uid uid, const mail::Digest& digest) {
    const auto seq = messages.find(uid);
    if (!seq) return true;  // it came after the view
    auto blob = store.pin_blob_of(from, uid, digest.blob);
    if (!blob) return true;  // it was expunged meanwhile
    copies.messages.push_back(
        {*std::move(blob), digest, messages.keywords().names_of(messages.at(*seq).flags)});
    moved.expunge.add(uid);
    return copies.messages.size() < kMessagesPerBatch || write_copies();
  };
  const auto read = store.digests(from, all, copy);
  if (!read) return read;
  if (!error && !copies.messages.empty()) write_copies();
  if (error) return fail(*std::move(error));

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
