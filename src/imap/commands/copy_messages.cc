#include "imap/commands/copy_messages.h"

#include "imap/commands/mailbox_argument.h"

namespace roost::imap {

namespace {

// All or none means one batch, in memory.
constexpr std::uint32_t kMostAtOnce = 100'000;

std::uint32_t count_in(const mail::MailboxView& view, const mail::UidSet& uids) {
  std::uint32_t count = 0;
  view.for_each_in(uids, mail::Uid(1), [&](mail::SeqNum, const mail::MessageEntry&) {
    ++count;
    return true;
  });
  return count;
}

}  // namespace

Result<std::optional<Copied>> copy_messages(Session& session, const mail::UidSet& uids,
                                            std::string_view mailbox, Originals originals) {
  const auto target = find_mailbox(session, mailbox, MissingMailbox::kTryCreate);
  if (!target) return std::nullopt;
  store::Store& store = session.server.store;
  const mail::MailboxId source = session.selected().mailbox.id;
  auto view = store.view(source);
  if (!view) return fail(std::move(view.error()));

  const std::uint32_t count = count_in(**view, uids);
  if (count > kMostAtOnce) return fail(ErrorCode::kLimit, "At most 100000 messages at once");
  session.in_progress.set_goal(count);
  Copied copied;
  std::uint64_t octets = 0;
  store::Batch batch{.mailbox = target->id, .account = session.account().id};
  batch.copies.reserve(count);
  auto visited = store.copies(source, uids, [&](mail::Uid uid, store::MessageCopy&& copy) {
    session.in_progress.add(1);
    const auto seq = (*view)->find(uid);
    if (!seq) return true;  // it came after the view
    copy.flags = (*view)->keywords().names_of((*view)->at(*seq).flags);
    copied.uids.add(uid);
    octets += copy.digest.size;
    batch.copies.push_back(std::move(copy));
    return true;
  });
  if (!visited) return fail(std::move(visited.error()));
  if (batch.copies.empty()) return copied;
  if (originals == Originals::kStay) {
    if (auto room = session.check_room(octets); !room) return fail(std::move(room.error()));
  }

  auto committed = store.commit(batch);
  if (!committed && committed.error().code == ErrorCode::kLimit) {
    // The target can take no more keywords. Flags SHOULD be kept (section 6.4.7); messages must.
    for (store::MessageCopy& copy : batch.copies) copy.flags.keywords.clear();
    committed = store.commit(batch);
  }
  if (!committed) return fail(std::move(committed.error()));
  copied.copyuid_code = "COPYUID " + std::to_string(target->uid_validity.value) + " " +
                        copied.uids.to_string() + " " + committed->assigned.to_string();
  return copied;
}

}  // namespace roost::imap
