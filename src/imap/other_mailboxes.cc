#include "imap/other_mailboxes.h"

#include <array>
#include <span>
#include <utility>

#include "imap/commands/list_response.h"
#include "imap/commands/status_items.h"
#include "imap/protocol/response_writer.h"
#include "push/account_diff.h"

namespace roost::imap {

namespace {

// With HIGHESTMODSEQ where the client has enabled CONDSTORE (RFC 5465 section 5.1).
std::span<const StatusAtt> announced_atts(Enabled enabled) {
  static constexpr std::array kAll = {StatusAtt::kMessages, StatusAtt::kUidNext,
                                      StatusAtt::kUidValidity, StatusAtt::kUnseen,
                                      StatusAtt::kHighestModSeq};
  return std::span(kAll).first(enabled.condstore ? kAll.size() : kAll.size() - 1);
}

void write_name(ResponseWriter writer, const push::AccountDiff::Name& told) {
  ListItem item{.name = told.name, .old_name = told.old_name};
  if (told.entry == nullptr || !told.entry->exists) {
    item.kind = ListItem::Kind::kNonExistent;
  } else if (!told.entry->selectable()) {
    item.kind = ListItem::Kind::kNoselect;
  }
  if (told.entry != nullptr) {
    item.children =
        told.entry->has_children ? ListItem::Children::kHas : ListItem::Children::kHasNo;
    item.subscribed = told.entry->subscribed;
    item.special_use = told.entry->special_use;
  }
  write_list(writer, item);
}

}  // namespace

void OtherMailboxes::begin() {
  if (auto read = watch_.read(); read && !known()) told_ = *std::move(read);
}

void OtherMailboxes::tell(mail::MailboxId selected, Enabled enabled, std::string& out) {
  const push::AccountViewPtr newest = watch_.newest();
  if (!known() || newest == told_) return;
  const ResponseWriter writer(out, mail::NameEncoding::kUtf8);
  const push::AccountDiff difference = push::diff(*told_, *newest);
  for (const auto& name : difference.names) write_name(writer, name);
  for (const auto& state : difference.states) {
    const push::AccountView::Entry& entry = *state.entry;
    if (entry.id == selected || (state.only_modseq && !enabled.condstore)) continue;
    write_status(writer, {.name = state.name, .mailbox = entry.id, .status = entry.status()},
                 announced_atts(enabled));
  }
  told_ = newest;
}

}  // namespace roost::imap
