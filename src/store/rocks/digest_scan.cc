#include "store/rocks/digest_scan.h"

namespace roost::store {
namespace {

using mail::MailboxId;
using mail::Uid;
using mail::UidRange;

// Rows that are cheaper to step over than to jump.
constexpr int kStepsBeforeJump = 16;

// The digest rows of one mailbox, from some UID on.
class DigestRows {
 public:
  DigestRows(Database& database, MailboxId mailbox, Uid first)
      : mailbox_(mailbox),
        scan_(database, Column::kDigest, key_of(mailbox.value), message_key(mailbox, first)) {}

  [[nodiscard]] bool valid() const { return scan_.valid(); }
  [[nodiscard]] Uid uid() const { return Uid(read_big_endian<std::uint32_t>(scan_.key(), 8)); }
  [[nodiscard]] std::string_view value() const { return scan_.value(); }
  void next() { scan_.next(); }
  [[nodiscard]] Result<void> status() const { return scan_.status(); }

  // To the first row whose UID is not below uid.
  void advance_to(Uid wanted) {
    for (int steps = 0; scan_.valid() && uid() < wanted; ++steps) {
      if (steps == kStepsBeforeJump) {
        scan_.seek(message_key(mailbox_, wanted));
        return;
      }
      scan_.next();
    }
  }

 private:
  const MailboxId mailbox_;
  Scan scan_;
};

}  // namespace

Result<void> for_each_digest_row(Database& database, MailboxId mailbox, const mail::UidSet& uids,
                                 Uid uid_next, const DigestRowVisitor& visit) {
  if (uids.empty()) return {};
  DigestRows rows(database, mailbox, uids.ranges().front().first);
  for (const UidRange& range : uids.ranges()) {
    rows.advance_to(range.first);
    for (; rows.valid() && rows.uid() <= range.last; rows.next()) {
      if (rows.uid() >= uid_next) return {};
      const auto goes_on = visit(rows.uid(), rows.value());
      if (!goes_on) return fail(goes_on.error());
      if (!*goes_on) return {};
    }
    if (!rows.valid()) break;
  }
  return rows.status();
}

}  // namespace roost::store
