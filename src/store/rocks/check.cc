// See check.h. One snapshot, read column by column: meta (check_meta.h); messages, with the state
// and digest columns side by side; the log; threads; and bodies, with the body, link and candidate
// columns side by side. Memory is a header for each mailbox, and the accounts; the rest streams.
// Each row is read once, but for looks from a message at its link, from a link at its digest, from
// a candidate at a link, and from a range of the log at the message that would be the first in it.
#include "store/rocks/check.h"

#include <algorithm>

#include "mail/part_tree.h"
#include "store/rocks/bodies.h"
#include "store/rocks/check_meta.h"
#include "store/rocks/rows.h"

namespace roost::store {
namespace {

using mail::AccountId;
using mail::BlobId;
using mail::MailboxId;
using mail::Uid;

constexpr auto kSystemFlags =
    static_cast<std::uint8_t>(2 * static_cast<std::uint8_t>(mail::SystemFlag::kDraft) - 1);

// Whether all octets of the part and of those in it are among the first size ones.
bool within(const mail::PartNode& part, std::uint64_t size) {
  const auto fits = [size](const mail::OctetRange& range) {
    return range.length == 0 || range.offset + range.length <= size;
  };
  return fits(part.header) && fits(part.body) &&
         std::ranges::all_of(part.children,
                             [size](const auto& child) { return within(child, size); });
}

// The rows of a column, but for those whose key is not of the size that it should be: they are
// problems.
class Rows {
 public:
  Rows(const Snapshot& snapshot, Column column, std::size_t key_size, Findings& findings)
      : scan_(snapshot, column, {}, Scan::Kind::kBulk),
        column_(column),
        key_size_(key_size),
        findings_(findings) {
    pass_malformed();
  }

  [[nodiscard]] bool valid() const { return scan_.valid(); }
  // Whether there is a row, and its key begins with prefix.
  [[nodiscard]] bool in(std::string_view prefix) const {
    return valid() && key().starts_with(prefix);
  }
  [[nodiscard]] std::string_view key() const { return scan_.key(); }
  [[nodiscard]] std::string_view value() const { return scan_.value(); }
  void next() {
    scan_.next();
    pass_malformed();
  }
  [[nodiscard]] Result<void> status() const { return scan_.status(); }

 private:
  void pass_malformed() {
    for (; scan_.valid() && scan_.key().size() != key_size_; scan_.next()) {
      findings_.problem("a malformed key of " + std::to_string(scan_.key().size()) +
                        " octets in column " + name_of(column_));
    }
  }

  Scan scan_;
  const Column column_;
  const std::size_t key_size_;
  Findings& findings_;
};

class Check {
 public:
  explicit Check(Database& database) : snapshot_(database) {}

  Result<CheckReport> run() {
    auto meta = check_meta(snapshot_, findings_);
    if (!meta) return fail(std::move(meta).error());
    meta_ = *std::move(meta);
    for (const auto pass : {&Check::messages, &Check::logs, &Check::threads, &Check::bodies}) {
      if (auto done = (this->*pass)(); !done) return fail(std::move(done).error());
    }
    ids();
    return findings_.take();
  }

 private:
  // What the messages of a mailbox add up to.
  struct Tally {
    MailboxStatus status{};
    Uid last;
  };
  // What the chunks of a blob add up to.
  struct Octets {
    std::uint32_t chunks = 0;
    std::uint64_t size = 0;
  };

  void problem(std::string words) { findings_.problem(std::move(words)); }

  Result<void> messages();
  Result<void> logs();
  Result<void> threads();
  Result<void> bodies();
  void ids();

  Result<void> message(MailboxId mailbox, Uid uid, std::string_view state, std::string_view digest);
  void compare(MailboxId mailbox, const MailboxHeader& header, const Tally& tally);
  Result<void> expunged(Scan& states, MailboxId mailbox, const mail::UidSet& uids,
                        const std::string& where);
  Octets octets(BlobId blob, Rows& chunks);
  Result<void> link(BlobId blob, const Rows& row, const Octets& octets);
  Result<void> candidate(BlobId blob, const Rows& row, const Octets& octets);

  Snapshot snapshot_;
  Findings findings_;
  MetaRows meta_;
  std::map<MailboxId, Tally> tallies_;
  MailboxId last_candidate_mailbox_;  // the highest; it may be gone for good
  BlobId last_blob_;
  mail::ThreadId last_thread_;  // the highest
};

// --- messages ---

Result<void> Check::messages() {
  Rows states(snapshot_, Column::kState, kMessageKeySize, findings_);
  Rows digests(snapshot_, Column::kDigest, kMessageKeySize, findings_);
  while (states.valid() || digests.valid()) {
    const bool have_state = states.valid() && (!digests.valid() || states.key() <= digests.key());
    const bool have_digest = digests.valid() && (!states.valid() || digests.key() <= states.key());
    const std::string_view key = have_state ? states.key() : digests.key();
    const MailboxId mailbox(read_big_endian<std::uint64_t>(key, 0));
    const Uid uid(read_big_endian<std::uint32_t>(key, 8));
    const std::string where = text("message", uid) + text(" of mailbox", mailbox);
    // A mailbox that is gone may be half swept.
    if (!meta_.gone.contains(mailbox)) {
      if (!meta_.headers.contains(mailbox)) {
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
  for (const auto& [mailbox, header] : meta_.headers) compare(mailbox, header, tallies_[mailbox]);
  if (auto status = states.status(); !status) return status;
  return digests.status();
}

Result<void> Check::message(MailboxId mailbox, Uid uid, std::string_view state,
                            std::string_view digest_row) {
  const std::string where = text("message", uid) + text(" of mailbox", mailbox);
  const MailboxHeader& header = meta_.headers[mailbox];
  Tally& tally = tallies_[mailbox];
  MailboxStatus& found = tally.status;
  ++findings_.report.messages;
  ++found.messages;
  tally.last = uid;
  if (uid >= header.recent_floor) ++found.recent;
  if (uid == Uid()) problem(where + " has the UID that is none");

  const auto entry = decode_state(uid, state);
  if (findings_.readable(entry, where)) {
    if (!entry->flags.has(mail::SystemFlag::kSeen) && ++found.unseen == 1) {
      found.first_unseen = mail::SeqNum(found.messages);
    }
    if (entry->flags.has(mail::SystemFlag::kDeleted)) ++found.deleted;
    found.highest_modseq = std::max(found.highest_modseq, entry->modseq);
    if (entry->modseq == mail::ModSeq()) problem(where + " has a mod-sequence of 0");
    if ((entry->flags.system & ~kSystemFlags) != 0) problem(where + " has unknown system flags");
    const std::size_t keywords = header.keywords->names().size();
    if (keywords < mail::kMaxKeywords && entry->flags.keywords >> keywords != 0) {
      problem(where + " has keywords that its mailbox does not know");
    }
  }
  const auto digest = mail::decode_digest(digest_row);
  if (!findings_.readable(digest, where)) return {};
  found.size += digest->size;
  last_thread_ = std::max(last_thread_, digest->saved.thread);
  const auto parts = mail::decode_part_tree(digest->structure);
  if (findings_.readable(parts, where) && !within(*parts, digest->size)) {
    problem(where + " has a part behind its end");
  }
  const auto link = snapshot_.get(Column::kLink, link_key(digest->blob, mailbox, uid));
  if (!link) return fail(link.error());
  if (!*link) problem(where + " does not hold " + text("blob", digest->blob));
  return {};
}

void Check::compare(MailboxId mailbox, const MailboxHeader& header, const Tally& tally) {
  const MailboxStatus& says = header.status;
  const MailboxStatus& has = tally.status;
  if (says.uid_next == Uid()) return;  // said before
  const auto same = [&](const char* what, std::uint64_t counted, std::uint64_t found) {
    if (counted == found) return;
    problem(text("mailbox", mailbox) + " counts " + std::to_string(counted) + " " + what +
            " and has " + std::to_string(found));
  };
  same("messages", says.messages, has.messages);
  same("unseen messages", says.unseen, has.unseen);
  if (header.first_unseen_known && says.first_unseen != has.first_unseen) {
    problem(text("mailbox", mailbox) + " takes message " + std::to_string(says.first_unseen.value) +
            " for its first unseen, which is " + std::to_string(has.first_unseen.value));
  }
  same("deleted messages", says.deleted, has.deleted);
  same("recent messages", says.recent, has.recent);
  same("octets", says.size, has.size);
  if (tally.last >= says.uid_next) {
    problem(text("mailbox", mailbox) + " has a UID not below its UIDNEXT");
  }
  if (has.highest_modseq > says.highest_modseq) {
    problem(text("mailbox", mailbox) + " has a mod-sequence above its HIGHESTMODSEQ");
  }
}

// --- the log ---

Result<void> Check::logs() {
  Rows rows(snapshot_, Column::kLog, kLogKeySize, findings_);
  Scan states(snapshot_, Column::kState, {}, Scan::Kind::kShort);
  std::map<MailboxId, std::uint32_t> counts;
  for (; rows.valid(); rows.next()) {
    const MailboxId mailbox(read_big_endian<std::uint64_t>(rows.key(), 0));
    const mail::ModSeq modseq(read_big_endian<std::uint64_t>(rows.key(), 8));
    if (meta_.gone.contains(mailbox)) continue;
    const std::string where = text("log of mailbox", mailbox) + text(" at", modseq);
    const auto found = meta_.headers.find(mailbox);
    if (found == meta_.headers.end()) {
      problem(where + ": there is no such mailbox");
      continue;
    }
    const MailboxHeader& header = found->second;
    ++counts[mailbox];
    if (modseq <= header.log_floor) problem(where + " is below its floor");
    if (modseq > header.status.highest_modseq) problem(where + " is above HIGHESTMODSEQ");
    const auto uids = decode_expunged(rows.value());
    if (!findings_.readable(uids, where)) continue;
    if (encode_expunged(*uids) != rows.value()) problem(where + " has ranges that touch");
    if (uids->empty() || uids->ranges().front().first == Uid() ||
        uids->ranges().back().last >= header.status.uid_next) {
      problem(where + " names UIDs that never were");
    }
    if (auto done = expunged(states, mailbox, *uids, where); !done) return done;
  }
  for (const auto& [mailbox, header] : meta_.headers) {
    const std::uint32_t count = counts[mailbox];
    if (count == header.log_rows) continue;
    problem(text("mailbox", mailbox) + " counts " + std::to_string(header.log_rows) +
            " log rows and has " + std::to_string(count));
  }
  return rows.status();
}

// A seek for each range, however wide: no message may be in it.
Result<void> Check::expunged(Scan& states, MailboxId mailbox, const mail::UidSet& uids,
                             const std::string& where) {
  for (const mail::UidRange& range : uids.ranges()) {
    states.seek(message_key(mailbox, range.first));
    if (!states.valid()) {
      if (auto status = states.status(); !status) return status;
      continue;
    }
    if (states.key().size() == kMessageKeySize &&
        states.key() <= message_key(mailbox, range.last)) {
      problem(where + ": " + text("message", Uid(read_big_endian<std::uint32_t>(states.key(), 8))) +
              " was expunged and is there");
    }
  }
  return {};
}

// --- threads ---

Result<void> Check::threads() {
  Rows rows(snapshot_, Column::kThread, kThreadKeySize, findings_);
  for (; rows.valid(); rows.next()) {
    const AccountId account(read_big_endian<std::uint64_t>(rows.key(), 0));
    const std::string where = text("a thread key of account", account);
    if (!meta_.accounts.contains(account)) problem(where + ": there is no such account");
    const auto row = decode_thread(rows.value());
    if (!findings_.readable(row, where)) continue;
    if (row->thread == mail::ThreadId()) problem(where + " is of the thread that is none");
    last_thread_ = std::max(last_thread_, row->thread);
  }
  return rows.status();
}

// --- bodies ---

Result<void> Check::bodies() {
  Rows chunks(snapshot_, Column::kBody, kBodyKeySize, findings_);
  Rows links(snapshot_, Column::kLink, kLinkKeySize, findings_);
  Rows candidates(snapshot_, Column::kCandidate, kLinkKeySize, findings_);
  while (chunks.valid() || links.valid() || candidates.valid()) {
    std::uint64_t lowest = ~std::uint64_t{0};
    for (const Rows* rows : {&chunks, &links, &candidates}) {
      if (rows->valid()) lowest = std::min(lowest, read_big_endian<std::uint64_t>(rows->key(), 0));
    }
    const BlobId blob(lowest);
    last_blob_ = blob;
    const std::string prefix = key_of(blob.value);
    const Octets found = octets(blob, chunks);
    if (found.chunks != 0) ++findings_.report.blobs;
    if (links.in(prefix)) {
      if (found.chunks == 0) problem(text("blob", blob) + " is missing");
    } else if (!candidates.in(prefix)) {
      problem(text("blob", blob) + " is not referred to and would never be swept");
    }
    for (; candidates.in(prefix); candidates.next()) {
      if (auto done = candidate(blob, candidates, found); !done) return done;
    }
    for (; links.in(prefix); links.next()) {
      if (auto done = link(blob, links, found); !done) return done;
    }
  }
  for (const Rows* rows : {&chunks, &links, &candidates}) {
    if (auto status = rows->status(); !status) return status;
  }
  return {};
}

Check::Octets Check::octets(BlobId blob, Rows& chunks) {
  const std::string prefix = key_of(blob.value);
  Octets found;
  bool ended = false;
  for (; chunks.in(prefix); chunks.next()) {
    std::string_view piece = chunks.value();
    if (piece.starts_with(kChunkVersion)) {
      piece.remove_prefix(kChunkVersion.size());
    } else {
      problem(text("blob", blob) + " has a chunk of an unknown version");
    }
    if (piece.size() > kChunkSize) problem(text("blob", blob) + " has a chunk that is too long");
    if (ended || read_big_endian<std::uint32_t>(chunks.key(), 8) != found.chunks) {
      problem(text("blob", blob) + " has a hole");
    }
    ++found.chunks;
    found.size += piece.size();
    ended = piece.size() < kChunkSize;
  }
  return found;
}

Result<void> Check::candidate(BlobId blob, const Rows& row, const Octets& octets) {
  const MailboxId mailbox(read_big_endian<std::uint64_t>(row.key(), 8));
  const Uid uid(read_big_endian<std::uint32_t>(row.key(), 16));
  const std::string where =
      text("candidate", blob) + text(" of message", uid) + text(" of mailbox", mailbox);
  last_candidate_mailbox_ = std::max(last_candidate_mailbox_, mailbox);
  if ((mailbox == MailboxId()) != (uid == Uid())) {
    problem(where + " is neither of a message nor of a new blob");
  }
  // The sweeper goes by the size. Where another candidate was swept first, there are no chunks.
  const auto size = decode_number(row.value());
  if (findings_.readable(size, where) && *size != 0 && octets.chunks != 0 && *size != octets.size) {
    problem(where + ": " + std::to_string(octets.size) + " octets instead of " +
            std::to_string(*size));
  }
  const auto header = meta_.headers.find(mailbox);
  if (header != meta_.headers.end() && uid >= header->second.status.uid_next) {
    problem(where + ": the message never was");
  }
  const auto link = snapshot_.get(Column::kLink, row.key());
  if (!link) return fail(link.error());
  if (*link) problem(where + ": the message was expunged and has the blob");
  return {};
}

Result<void> Check::link(BlobId blob, const Rows& row, const Octets& octets) {
  const MailboxId mailbox(read_big_endian<std::uint64_t>(row.key(), 8));
  const Uid uid(read_big_endian<std::uint32_t>(row.key(), 16));
  const std::string where =
      text("blob", blob) + text(" of message", uid) + text(" of mailbox", mailbox);
  if (!row.value().empty()) problem(where + ": the link is not empty");
  const auto digest_row = snapshot_.get(Column::kDigest, message_key(mailbox, uid));
  if (!digest_row) return fail(digest_row.error());
  if (!*digest_row) {
    problem(where + ": there is no such message");
    return {};
  }
  const auto digest = mail::decode_digest(**digest_row);
  if (!digest) return {};  // said before
  if (digest->blob != blob) problem(where + ": the message has another blob");
  if (digest->size != octets.size) {
    problem(where + ": " + std::to_string(octets.size) + " octets instead of " +
            std::to_string(digest->size));
  }
  return {};
}

// --- ids ---

void Check::ids() {
  MailboxId last_mailbox = last_candidate_mailbox_;
  if (!meta_.headers.empty()) last_mailbox = std::max(last_mailbox, meta_.headers.rbegin()->first);
  if (!meta_.gone.empty()) last_mailbox = std::max(last_mailbox, *meta_.gone.rbegin());
  const AccountId last_account = meta_.accounts.empty() ? AccountId() : *meta_.accounts.rbegin();
  const std::pair<IdKind, std::uint64_t> used[] = {
      {IdKind::kAccount, last_account.value},
      {IdKind::kMailbox, last_mailbox.value},
      // A thread has the id of its first blob.
      {IdKind::kBlob, std::max(last_blob_.value, last_thread_.value)}};
  for (const auto& [kind, last] : used) {
    const auto found = meta_.next_ids.find(kind);
    const std::uint64_t next = found != meta_.next_ids.end() ? found->second : 1;
    if (last < next) continue;
    problem("ids of kind " + std::string(1, static_cast<char>(kind)) + " up to " +
            std::to_string(last) + " are used, but would be given again from " +
            std::to_string(next));
  }
}

}  // namespace

Result<CheckReport> check_database(Database& database) { return Check(database).run(); }

}  // namespace roost::store
