// See check_meta.h. One pass: the kinds come in the order of their letters, so that accounts,
// deleted mailboxes and headers are known when the mailbox names come, and those when the last
// UIDVALIDITYs come.
#include "store/rocks/check_meta.h"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "mail/mailbox_name.h"
#include "store/account_name.h"
#include "store/mailbox_tree.h"
#include "store/rocks/rows.h"

namespace roost::store {
namespace {

using mail::AccountId;
using mail::MailboxId;
using mail::UidValidity;

constexpr std::size_t kIdKeySize = 1 + sizeof(std::uint64_t);

// Whether key is of a known kind and has what its kind asks for.
bool well_formed(std::string_view key) {
  if (key.empty()) return false;
  switch (static_cast<MetaKind>(key.front())) {
    case MetaKind::kAccount:
    case MetaKind::kValidity:
    case MetaKind::kHeader:
    case MetaKind::kGone:
      return key.size() == kIdKeySize;
    case MetaKind::kMailbox:
    case MetaKind::kSubscription:
      return key.size() > kIdKeySize;
    case MetaKind::kName:
      return key.size() > 1;
    case MetaKind::kNextId:
      return key.size() == 2 && std::string_view("amb").contains(key.back());
    case MetaKind::kFormat:
      return key.size() == 1;
  }
  return false;
}

class MetaCheck {
 public:
  explicit MetaCheck(Findings& findings) : findings_(findings) {}

  Result<MetaRows> run(const Snapshot& snapshot) {
    Scan rows(snapshot, Column::kMeta, {}, Scan::Kind::kBulk);
    for (; rows.valid(); rows.next()) row(rows.key(), rows.value());
    if (auto status = rows.status(); !status) return fail(std::move(status).error());
    for (const auto& [id, known] : accounts_) complete(id, known);
    for (const MailboxId id : nowhere_) {
      findings_.problem(text("the header of mailbox", id) + " is of no mailbox");
      found_.headers.erase(id);
    }
    return std::move(found_);
  }

 private:
  struct KnownAccount {
    std::string key;  // its name, folded; empty: unreadable
    bool has_name_row = false;
    bool has_inbox = false;
    bool has_validity_row = false;
    UidValidity highest;  // that a mailbox has
  };

  void row(std::string_view key, std::string_view value);
  void account(AccountId id, std::string_view value);
  void gone(MailboxId id, std::string_view value);
  void header(MailboxId id, std::string_view value);
  void mailbox(AccountId account, std::string_view name, std::string_view value);
  void selectable(KnownAccount& account, const Mailbox& mailbox, const std::string& where);
  void name(const std::string& key, std::string_view value);
  void subscription(AccountId account, const std::string& name, std::string_view value);
  void validity(AccountId id, std::string_view value);
  void complete(AccountId id, const KnownAccount& known);

  // The account, or nothing once that is reported.
  KnownAccount* account_of(AccountId id, const std::string& where) {
    const auto found = accounts_.find(id);
    if (found != accounts_.end()) return &found->second;
    findings_.problem(where + ": there is no such account");
    return nullptr;
  }
  void normalised(std::string_view name, const std::string& where) {
    const auto normal = mail::normalise_mailbox_name(name);
    if (findings_.readable(normal, where) && *normal != name) {
      findings_.problem(where + " is not normalised");
    }
  }

  Findings& findings_;
  MetaRows found_;
  std::map<AccountId, KnownAccount> accounts_;
  std::set<MailboxId> nowhere_;  // have a header, and no name so far
  AccountId names_of_;           // whose mailbox names these are
  std::set<std::string, std::less<>> names_;
};

void MetaCheck::row(std::string_view key, std::string_view value) {
  if (!well_formed(key)) {
    findings_.problem("a malformed key of " + std::to_string(key.size()) +
                      " octets in column meta");
    return;
  }
  const auto id = [key] { return read_big_endian<std::uint64_t>(key, 1); };
  const auto name_behind_id = [key] { return key.substr(kIdKeySize); };
  switch (static_cast<MetaKind>(key.front())) {
    case MetaKind::kAccount:
      return account(AccountId(id()), value);
    case MetaKind::kGone:
      return gone(MailboxId(id()), value);
    case MetaKind::kHeader:
      return header(MailboxId(id()), value);
    case MetaKind::kNextId: {
      const auto next = decode_number(value);
      if (findings_.readable(next, "next id of kind " + std::string(1, key.back()))) {
        found_.next_ids[static_cast<IdKind>(key.back())] = *next;
      }
      return;
    }
    case MetaKind::kMailbox:
      return mailbox(AccountId(id()), name_behind_id(), value);
    case MetaKind::kName:
      return name(std::string(key.substr(1)), value);
    case MetaKind::kSubscription:
      return subscription(AccountId(id()), std::string(name_behind_id()), value);
    case MetaKind::kValidity:
      return validity(AccountId(id()), value);
    case MetaKind::kFormat:
      return;  // else the database would not have been opened
  }
}

void MetaCheck::account(AccountId id, std::string_view value) {
  const std::string where = text("account", id);
  KnownAccount& known = accounts_[id];
  found_.accounts.insert(id);
  ++findings_.report.accounts;
  if (id == kRemovedAccounts) findings_.problem(where + " has the id that is none");
  const auto account = decode_account(id, value);
  if (!findings_.readable(account, where)) return;
  if (auto key = account_key(account->name); findings_.readable(key, where)) {
    known.key = *std::move(key);
  }
}

void MetaCheck::gone(MailboxId id, std::string_view value) {
  if (findings_.readable(decode_number(value), text("deleted mailbox", id))) {
    found_.gone.insert(id);
  }
}

void MetaCheck::header(MailboxId id, std::string_view value) {
  const std::string where = text("mailbox", id);
  nowhere_.insert(id);
  MailboxHeader& header = found_.headers[id];
  auto read = decode_header(value);
  if (!findings_.readable(read, text("header of mailbox", id))) return;
  header = *std::move(read);
  const MailboxStatus& status = header.status;
  if (status.uid_next == mail::Uid()) findings_.problem(where + " has a UIDNEXT of 0");
  if (status.highest_modseq == mail::ModSeq()) {
    findings_.problem(where + " has a HIGHESTMODSEQ of 0");
  }
  if (header.recent_floor == mail::Uid() || header.recent_floor > status.uid_next) {
    findings_.problem(where + " gives \\Recent from a UID that is not within 1 and its UIDNEXT");
  }
  if (header.log_floor > status.highest_modseq) {
    findings_.problem(where + " has a log that begins above its HIGHESTMODSEQ");
  }
}

// Superiors come before their inferiors.
void MetaCheck::mailbox(AccountId account, std::string_view name, std::string_view value) {
  const std::string where = "mailbox " + std::string(name) + " of " + text("account", account);
  if (std::exchange(names_of_, account) != account) names_.clear();
  names_.emplace(name);
  normalised(name, where);
  if (const auto parent = mail::parent_of(name); parent && !names_.contains(*parent)) {
    findings_.problem(where + " has no superior");
  }
  KnownAccount* const known = account_of(account, where);
  const auto mailbox = decode_mailbox(name, value);
  if (!findings_.readable(mailbox, where)) return;
  KnownAccount nobody;
  if (mailbox->selectable) {
    selectable(known != nullptr ? *known : nobody, *mailbox, where);
  } else if (mailbox->id != MailboxId() || mailbox->uid_validity != UidValidity()) {
    findings_.problem(where + " is \\Noselect and has an id or a UIDVALIDITY");
  }
}

void MetaCheck::selectable(KnownAccount& account, const Mailbox& mailbox,
                           const std::string& where) {
  ++findings_.report.mailboxes;
  if (mailbox.name == kInbox) account.has_inbox = true;
  account.highest = std::max(account.highest, mailbox.uid_validity);
  if (mailbox.id == MailboxId() || mailbox.uid_validity == UidValidity()) {
    findings_.problem(where + " has no id or no UIDVALIDITY");
  }
  if (found_.gone.contains(mailbox.id)) {
    findings_.problem(text("mailbox", mailbox.id) + " is deleted and is not");
  }
  const auto [header, missing] = found_.headers.try_emplace(mailbox.id);
  if (missing) {
    findings_.problem(text("mailbox", mailbox.id) + " has no header");
  } else if (nowhere_.erase(mailbox.id) == 0) {
    findings_.problem(where + " has the id of another mailbox");
  }
  const MailboxStatus& status = header->second.status;
  if (status.uid_next != mail::Uid() && status.uid_validity != mailbox.uid_validity) {
    findings_.problem(text("mailbox", mailbox.id) + " has two UIDVALIDITYs");
  }
}

void MetaCheck::name(const std::string& key, std::string_view value) {
  const auto id = decode_number(value);
  if (!findings_.readable(id, "account name " + key)) return;
  const auto found = accounts_.find(AccountId(*id));
  if (found == accounts_.end()) {
    findings_.problem("the name " + key + " is of no account");
  } else if (!found->second.key.empty() && found->second.key != key) {
    findings_.problem("the name " + key + " is of " + text("account", AccountId(*id)) +
                      ", which has another");
  } else {
    found->second.has_name_row = true;
  }
}

void MetaCheck::subscription(AccountId account, const std::string& name, std::string_view value) {
  const std::string where = "subscription to " + name + " of " + text("account", account);
  (void)account_of(account, where);
  (void)findings_.readable(decode_number(value), where);
  normalised(name, where);
}

void MetaCheck::validity(AccountId id, std::string_view value) {
  const std::string where = text("last UIDVALIDITY of account", id);
  const auto last = decode_number(value);
  const bool readable = findings_.readable(last, where);
  if (readable && *last > std::numeric_limits<std::uint32_t>::max()) {
    findings_.problem(where + " is above 32 bits");
  }
  if (id == kRemovedAccounts) return;
  KnownAccount* const known = account_of(id, where);
  if (known == nullptr) return;
  known->has_validity_row = true;
  if (readable && *last < known->highest.value) {
    findings_.problem(where + ": " + std::to_string(known->highest.value) +
                      " is used, but would be given again from " + std::to_string(*last + 1));
  }
}

void MetaCheck::complete(AccountId id, const KnownAccount& known) {
  const std::string where = text("account", id);
  if (!known.has_name_row && !known.key.empty()) {
    findings_.problem(where + " (" + known.key + ") cannot be found by its name");
  }
  if (!known.has_inbox) findings_.problem(where + " has no INBOX");
  if (!known.has_validity_row) findings_.problem(where + " has no last UIDVALIDITY");
}

}  // namespace

Result<MetaRows> check_meta(const Snapshot& snapshot, Findings& findings) {
  return MetaCheck(findings).run(snapshot);
}

}  // namespace roost::store
