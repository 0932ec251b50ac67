// See check.h. Three passes over one snapshot: the meta column; messages, with the state and digest
// columns side by side; and bodies, with the body, link and candidate columns side by side. Memory
// is a header for each mailbox; the rest streams.
#include "store/rocks/check.h"

#include <map>
#include <set>

#include "mail/mailbox_name.h"
#include "store/account_name.h"
#include "store/mailbox_tree.h"
#include "store/rocks/bodies.h"
#include "store/rocks/rows.h"

namespace roost::store {
namespace {

using mail::BlobId;
using mail::MailboxId;
using mail::Uid;

constexpr std::size_t kMaxProblems = 1000;  // that are written out

template <typename Id>
std::string text(const char* what, Id id) {
  return std::string(what) + " " + std::to_string(id.value);
}

class Check {
 public:
  explicit Check(Database& database) : snapshot_(database) {}

  Result<CheckReport> run() {
    for (const auto pass : {&Check::accounts, &Check::trees, &Check::headers, &Check::messages,
                            &Check::logs, &Check::bodies, &Check::ids}) {
      if (auto done = (this->*pass)(); !done) return fail(std::move(done).error());
    }
    if (problems_ > kMaxProblems) {
      problem_text(std::to_string(problems_ - kMaxProblems) + " more problems");
    }
    return std::move(report_);
  }

 private:
  // What the rows of a mailbox add up to.
  struct Tally {
    MailboxHeader header;
    bool in_tree = false;
    MailboxStatus found{};
    std::uint32_t log_rows = 0;
  };

  void problem_text(std::string words) { report_.problems.push_back(std::move(words)); }
  void problem(std::string words) {
    if (++problems_ <= kMaxProblems) problem_text(std::move(words));
  }
  // Reports what a decoder says of a row.
  template <typename T>
  bool readable(const Result<T>& row, const std::string& where) {
    if (!row) problem(where + ": " + row.error().detail);
    return row.has_value();
  }

  Result<void> accounts();
  Result<void> trees();
  Result<void> headers();
  Result<void> messages();
  Result<void> logs();
  Result<void> bodies();
  Result<void> ids();

  void tree_row(std::uint64_t account, const Mailbox& mailbox);
  Result<void> message(MailboxId mailbox, Uid uid, std::string_view state, std::string_view digest);
  void compare(MailboxId mailbox, const Tally& tally);
  Result<void> blob(BlobId blob, Scan& chunks, Scan& links, bool candidate);
  Result<void> link(BlobId blob, std::string_view key, std::uint64_t size);

  Snapshot snapshot_;
  CheckReport report_;
  std::size_t problems_ = 0;
  std::set<std::uint64_t> accounts_;
  std::map<std::uint64_t, std::set<std::string, std::less<>>> names_;  // of mailboxes, by account
  std::map<MailboxId, Tally> tallies_;
  std::set<MailboxId> gone_;
  std::uint64_t last_account_ = 0, last_mailbox_ = 0, last_blob_ = 0;
};

// --- the meta column ---

Result<void> Check::accounts() {
  std::map<std::uint64_t, std::string> keys;  // account keys, as the account rows have them
  Scan rows(snapshot_, Column::kMeta, meta_key(MetaKind::kAccount));
  for (; rows.valid(); rows.next()) {
    const auto id = read_big_endian<std::uint64_t>(rows.key(), 1);
    accounts_.insert(id);
    last_account_ = id;
    ++report_.accounts;
    const auto account = decode_account(mail::AccountId(id), rows.value());
    if (!readable(account, "account " + std::to_string(id))) continue;
    const auto key = account_key(account->name);
    if (readable(key, "account " + std::to_string(id))) keys[id] = *key;
  }
  if (auto status = rows.status(); !status) return status;

  Scan names(snapshot_, Column::kMeta, meta_key(MetaKind::kName));
  for (; names.valid(); names.next()) {
    const std::string key(names.key().substr(1));
    const auto id = decode_number(names.value());
    if (!readable(id, "account name " + key)) continue;
    if (keys.erase(*id) == 0) problem("the name " + key + " is of no account");
  }
  for (const auto& [id, key] : keys) {
    problem("account " + std::to_string(id) + " (" + key + ") cannot be found by its name");
  }
  return names.status();
}

Result<void> Check::headers() {
  for (auto& [id, tally] : tallies_) {
    const auto row = snapshot_.get(Column::kMeta, meta_key(MetaKind::kHeader, id.value));
    if (!row) return fail(row.error());
    if (!*row) {
      problem(text("mailbox", id) + " has no header");
      continue;
    }
    const auto header = decode_header(**row);
    if (!readable(header, text("header of mailbox", id))) continue;
    if (header->status.uid_validity != tally.header.status.uid_validity) {
      problem(text("mailbox", id) + " has two UIDVALIDITYs");
    }
    tally.header = *header;
  }
  Scan rows(snapshot_, Column::kMeta, meta_key(MetaKind::kHeader));
  for (; rows.valid(); rows.next()) {
    const MailboxId id(read_big_endian<std::uint64_t>(rows.key(), 1));
    if (!tallies_.contains(id)) problem(text("the header of mailbox", id) + " is of no mailbox");
  }
  if (auto status = rows.status(); !status) return status;
  Scan gone(snapshot_, Column::kMeta, meta_key(MetaKind::kGone));
  for (; gone.valid(); gone.next()) {
    const MailboxId id(read_big_endian<std::uint64_t>(gone.key(), 1));
    if (tallies_.contains(id)) problem(text("mailbox", id) + " is deleted and is not");
    gone_.insert(id);
  }
  return gone.status();
}

Result<void> Check::trees() {
  Scan rows(snapshot_, Column::kMeta, meta_key(MetaKind::kMailbox));
  for (; rows.valid(); rows.next()) {
    const auto account = read_big_endian<std::uint64_t>(rows.key(), 1);
    const auto mailbox = decode_mailbox(rows.key().substr(9), rows.value());
    if (readable(mailbox, "a mailbox of account " + std::to_string(account))) {
      tree_row(account, *mailbox);
    }
  }
  for (const std::uint64_t account : accounts_) {
    if (!names_[account].contains(kInbox)) {
      problem("account " + std::to_string(account) + " has no INBOX");
    }
  }
  return rows.status();
}

// Rows come in the order of names, so superiors come before their inferiors.
void Check::tree_row(std::uint64_t account, const Mailbox& mailbox) {
  const std::string where = "mailbox " + mailbox.name + " of account " + std::to_string(account);
  if (!accounts_.contains(account)) problem(where + ": there is no such account");
  auto& names = names_[account];
  names.insert(mailbox.name);
  if (const auto parent = mail::parent_of(mailbox.name); parent && !names.contains(*parent)) {
    problem(where + " has no superior");
  }
  if (!mailbox.selectable) return;
  ++report_.mailboxes;
  last_mailbox_ = std::max(last_mailbox_, mailbox.id.value);
  Tally& tally = tallies_[mailbox.id];
  if (tally.in_tree) problem(where + " has the id of another mailbox");
  tally.in_tree = true;
  tally.header.status.uid_validity = mailbox.uid_validity;
}

Result<void> Check::ids() {
  const std::pair<IdKind, std::uint64_t> used[] = {{IdKind::kAccount, last_account_},
                                                   {IdKind::kMailbox, last_mailbox_},
                                                   {IdKind::kBlob, last_blob_}};
  for (const auto& [kind, last] : used) {
    const std::string letter(1, static_cast<char>(kind));
    const auto row = snapshot_.get(Column::kMeta, meta_key(MetaKind::kNextId, letter));
    if (!row) return fail(row.error());
    const Result<std::uint64_t> next = *row ? decode_number(**row) : 1;
    if (readable(next, "next id of kind " + letter) && last >= *next) {
      problem("ids of kind " + letter + " up to " + std::to_string(last) +
              " are used, but would be given again from " + std::to_string(*next));
    }
  }
  return {};
}

// --- messages ---

Result<void> Check::messages() {
  Scan states(snapshot_, Column::kState, {});
  Scan digests(snapshot_, Column::kDigest, {});
  while (states.valid() || digests.valid()) {
    const bool have_state = states.valid() && (!digests.valid() || states.key() <= digests.key());
    const bool have_digest = digests.valid() && (!states.valid() || digests.key() <= states.key());
    const std::string_view key = have_state ? states.key() : digests.key();
    if (key.size() != kMessageKeySize) return fail(ErrorCode::kCorruption, "a malformed key");
    const MailboxId mailbox(read_big_endian<std::uint64_t>(key, 0));
    const Uid uid(read_big_endian<std::uint32_t>(key, 8));
    const std::string where = text("message", uid) + text(" of mailbox", mailbox);
    // A mailbox that is gone may be half swept.
    if (!gone_.contains(mailbox)) {
      if (!tallies_.contains(mailbox)) {
        problem(where + ": there is no such mailbox");
      } else if (!have_state) {
        problem(where + " has no flags");
      } else if (!have_digest) {
        problem(where + " has no digest");
      } else if (auto done = message(mailbox, uid, states.value(), digests.value()); !done) {
        return done;
      }
    }
    if (have_state) states.next();
    if (have_digest) digests.next();
  }
  for (const auto& [mailbox, tally] : tallies_) compare(mailbox, tally);
  if (auto status = states.status(); !status) return status;
  return digests.status();
}

Result<void> Check::message(MailboxId mailbox, Uid uid, std::string_view state,
                            std::string_view digest_row) {
  const std::string where = text("message", uid) + text(" of mailbox", mailbox);
  Tally& tally = tallies_[mailbox];
  MailboxStatus& found = tally.found;
  ++report_.messages;
  ++found.messages;
  found.uid_next = uid.next();
  if (uid >= tally.header.recent_floor) ++found.recent;

  const auto entry = decode_state(uid, state);
  if (readable(entry, where)) {
    if (!entry->flags.has(mail::SystemFlag::kSeen)) ++found.unseen;
    if (entry->flags.has(mail::SystemFlag::kDeleted)) ++found.deleted;
    found.highest_modseq = std::max(found.highest_modseq, entry->modseq);
    const std::size_t keywords = tally.header.keywords->names().size();
    if (keywords < mail::kMaxKeywords && entry->flags.keywords >> keywords != 0) {
      problem(where + " has keywords that its mailbox does not know");
    }
  }
  const auto digest = mail::decode_digest(digest_row);
  if (!readable(digest, where)) return {};
  found.size += digest->size;
  const auto link = snapshot_.get(Column::kLink, link_key(digest->blob, mailbox, uid));
  if (!link) return fail(link.error());
  if (!*link) problem(where + " does not hold " + text("blob", digest->blob));
  return {};
}

void Check::compare(MailboxId mailbox, const Tally& tally) {
  const MailboxStatus& says = tally.header.status;
  const MailboxStatus& has = tally.found;
  const auto same = [&](const char* what, std::uint64_t counted, std::uint64_t found) {
    if (counted == found) return;
    problem(text("mailbox", mailbox) + " counts " + std::to_string(counted) + " " + what +
            " and has " + std::to_string(found));
  };
  same("messages", says.messages, has.messages);
  same("unseen messages", says.unseen, has.unseen);
  same("deleted messages", says.deleted, has.deleted);
  same("recent messages", says.recent, has.recent);
  same("octets", says.size, has.size);
  if (has.uid_next > says.uid_next) {
    problem(text("mailbox", mailbox) + " has a UID not below its UIDNEXT");
  }
  if (has.highest_modseq > says.highest_modseq) {
    problem(text("mailbox", mailbox) + " has a mod-sequence above its HIGHESTMODSEQ");
  }
}

Result<void> Check::logs() {
  Scan rows(snapshot_, Column::kLog, {});
  for (; rows.valid(); rows.next()) {
    if (rows.key().size() != kLogKeySize) return fail(ErrorCode::kCorruption, "a malformed key");
    const MailboxId mailbox(read_big_endian<std::uint64_t>(rows.key(), 0));
    const mail::ModSeq modseq(read_big_endian<std::uint64_t>(rows.key(), 8));
    if (gone_.contains(mailbox)) continue;
    const std::string where = text("log of mailbox", mailbox) + text(" at", modseq);
    const auto tally = tallies_.find(mailbox);
    if (tally == tallies_.end()) {
      problem(where + ": there is no such mailbox");
      continue;
    }
    const MailboxHeader& header = tally->second.header;
    ++tally->second.log_rows;
    if (modseq <= header.log_floor) problem(where + " is below its floor");
    if (modseq > header.status.highest_modseq) problem(where + " is above HIGHESTMODSEQ");
    const auto uids = decode_expunged(rows.value());
    if (!readable(uids, where)) continue;
    if (uids->empty() || uids->ranges().back().last >= header.status.uid_next) {
      problem(where + " names UIDs that never were");
    }
  }
  for (const auto& [mailbox, tally] : tallies_) {
    if (tally.log_rows == tally.header.log_rows) continue;
    problem(text("mailbox", mailbox) + " counts " + std::to_string(tally.header.log_rows) +
            " log rows and has " + std::to_string(tally.log_rows));
  }
  return rows.status();
}

// --- bodies ---

Result<void> Check::bodies() {
  Scan chunks(snapshot_, Column::kBody, {});
  Scan links(snapshot_, Column::kLink, {});
  Scan candidates(snapshot_, Column::kCandidate, {});
  const auto next_blob = [&] {
    std::uint64_t lowest = ~std::uint64_t{0};
    for (const Scan* scan : {&chunks, &links, &candidates}) {
      if (scan->valid()) lowest = std::min(lowest, read_big_endian<std::uint64_t>(scan->key(), 0));
    }
    return BlobId(lowest);
  };
  while (chunks.valid() || links.valid() || candidates.valid()) {
    const BlobId next = next_blob();
    last_blob_ = next.value;
    const std::string prefix = key_of(next.value);
    bool candidate = false;
    for (; candidates.valid() && candidates.key().starts_with(prefix); candidates.next()) {
      candidate = true;
    }
    if (auto done = blob(next, chunks, links, candidate); !done) return done;
  }
  for (const Scan* scan : {&chunks, &links, &candidates}) {
    if (auto status = scan->status(); !status) return status;
  }
  return {};
}

Result<void> Check::blob(BlobId blob, Scan& chunks, Scan& links, bool candidate) {
  const std::string prefix = key_of(blob.value);
  std::uint64_t size = 0;
  std::uint32_t count = 0;
  bool ended = false;
  for (; chunks.valid() && chunks.key().starts_with(prefix); chunks.next()) {
    if (chunks.key().size() != kBodyKeySize || chunks.value().empty()) {
      return fail(ErrorCode::kCorruption, "a malformed row in the body column");
    }
    if (ended || read_big_endian<std::uint32_t>(chunks.key(), 8) != count) {
      problem(text("blob", blob) + " has a hole");
    }
    ++count;
    size += chunks.value().size() - 1;
    ended = chunks.value().size() - 1 < kChunkSize;
  }
  if (count != 0) ++report_.blobs;
  if (links.valid() && links.key().starts_with(prefix)) {
    if (count == 0) problem(text("blob", blob) + " is missing");
  } else if (!candidate) {
    problem(text("blob", blob) + " is not referred to and would never be swept");
  }
  for (; links.valid() && links.key().starts_with(prefix); links.next()) {
    if (auto done = link(blob, links.key(), size); !done) return done;
  }
  return {};
}

Result<void> Check::link(BlobId blob, std::string_view key, std::uint64_t size) {
  if (key.size() != kLinkKeySize) return fail(ErrorCode::kCorruption, "a malformed key");
  const MailboxId mailbox(read_big_endian<std::uint64_t>(key, 8));
  const Uid uid(read_big_endian<std::uint32_t>(key, 16));
  const std::string where =
      text("blob", blob) + text(" of message", uid) + text(" of mailbox", mailbox);
  const auto row = snapshot_.get(Column::kDigest, message_key(mailbox, uid));
  if (!row) return fail(row.error());
  if (!*row) {
    problem(where + ": there is no such message");
    return {};
  }
  const auto digest = mail::decode_digest(**row);
  if (!digest) return {};  // said before
  if (digest->blob != blob) problem(where + ": the message has another blob");
  if (digest->size != size) {
    problem(where + ": " + std::to_string(size) + " octets instead of " +
            std::to_string(digest->size));
  }
  return {};
}

}  // namespace

Result<CheckReport> check_database(Database& database) { return Check(database).run(); }

}  // namespace roost::store
