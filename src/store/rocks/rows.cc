#include "store/rocks/rows.h"

#include <limits>

#include "base/varint.h"

namespace roost::store {
namespace {

constexpr std::uint64_t kVersion = 1;
constexpr std::uint64_t kHeaderVersion = 2;  // 1 knew no first unseen message

std::string versioned(std::uint64_t version = kVersion) {
  std::string out;
  append_varint(out, version);
  return out;
}

// A reader behind the version; one that has failed already if the version is another.
VarintReader reader_of(std::string_view bytes) {
  VarintReader in(bytes);
  if (in.number() != kVersion) in.fail();
  return in;
}

template <typename Id>
Id read_id(VarintReader& in) {
  const std::uint64_t number = in.number();
  using Rep = decltype(Id::value);
  if (number > std::numeric_limits<Rep>::max()) in.fail();
  return Id(static_cast<Rep>(number));
}

std::uint32_t read_count(VarintReader& in) {
  const std::uint64_t number = in.number();
  if (number > std::numeric_limits<std::uint32_t>::max()) in.fail();
  return static_cast<std::uint32_t>(number);
}

template <typename T>
Result<T> finished(const VarintReader& in, T value, const char* what) {
  if (!in.complete()) {
    return fail(ErrorCode::kCorruption, std::string(what) + " is malformed or of a newer version");
  }
  return value;
}

}  // namespace

std::string encode_account(const Account& account) {
  std::string out = versioned();
  append_counted(out, account.name);
  append_counted(out, account.password_hash);
  return out;
}

Result<Account> decode_account(mail::AccountId id, std::string_view bytes) {
  VarintReader in = reader_of(bytes);
  Account account{id, {}, {}};
  account.name = in.string();
  account.password_hash = in.string();
  return finished(in, std::move(account), "an account row");
}

std::string encode_mailbox(const Mailbox& mailbox) {
  std::string out = versioned();
  append_varint(out, mailbox.id.value);
  append_varint(out, mailbox.uid_validity.value);
  append_varint(out, static_cast<std::uint8_t>(mailbox.special_use));
  append_varint(out, mailbox.selectable ? 1 : 0);
  return out;
}

Result<Mailbox> decode_mailbox(std::string_view name, std::string_view bytes) {
  VarintReader in = reader_of(bytes);
  Mailbox mailbox;
  mailbox.name = name;
  mailbox.id = read_id<mail::MailboxId>(in);
  mailbox.uid_validity = read_id<mail::UidValidity>(in);
  const std::uint64_t use = in.number();
  if (use > static_cast<std::uint8_t>(mail::SpecialUse::kTrash)) {
    in.fail();
  } else {
    mailbox.special_use = static_cast<mail::SpecialUse>(use);
  }
  mailbox.selectable = in.number() != 0;
  return finished(in, std::move(mailbox), "a mailbox row");
}

std::string encode_header(const MailboxHeader& header) {
  std::string out = versioned(kHeaderVersion);
  const MailboxStatus& status = header.status;
  for (const std::uint64_t number :
       {std::uint64_t{status.uid_validity.value}, std::uint64_t{status.uid_next.value},
        status.highest_modseq.value, std::uint64_t{status.messages}, std::uint64_t{status.unseen},
        std::uint64_t{status.recent}, std::uint64_t{status.deleted}, status.size,
        std::uint64_t{header.recent_floor.value}, header.log_floor.value,
        std::uint64_t{header.log_rows}, std::uint64_t{status.first_unseen.value},
        std::uint64_t{header.keywords->names().size()}}) {
    append_varint(out, number);
  }
  for (const std::string& keyword : header.keywords->names()) append_counted(out, keyword);
  return out;
}

Result<MailboxHeader> decode_header(std::string_view bytes) {
  VarintReader in(bytes);
  const std::uint64_t version = in.number();
  if (version != kVersion && version != kHeaderVersion) in.fail();
  MailboxHeader header;
  MailboxStatus& status = header.status;
  status.uid_validity = read_id<mail::UidValidity>(in);
  status.uid_next = read_id<mail::Uid>(in);
  status.highest_modseq = read_id<mail::ModSeq>(in);
  status.messages = read_count(in);
  status.unseen = read_count(in);
  status.recent = read_count(in);
  status.deleted = read_count(in);
  status.size = in.number();
  header.recent_floor = read_id<mail::Uid>(in);
  header.log_floor = read_id<mail::ModSeq>(in);
  header.log_rows = read_count(in);
  header.first_unseen_known = version == kHeaderVersion;
  if (header.first_unseen_known) status.first_unseen = read_id<mail::SeqNum>(in);
  const std::uint64_t keywords = in.number();
  if (keywords > mail::kMaxKeywords) in.fail();
  std::vector<std::string> names;
  for (std::uint64_t i = 0; i < keywords && in.ok(); ++i) names.emplace_back(in.string());
  if (!names.empty()) {
    header.keywords = std::make_shared<const mail::KeywordTable>(std::move(names));
  }
  return finished(in, std::move(header), "a mailbox header");
}

std::string encode_state(const mail::MessageEntry& entry) {
  std::string out = versioned();
  append_varint(out, entry.modseq.value);
  append_varint(out, entry.flags.system);
  append_varint(out, entry.flags.keywords);
  return out;
}

Result<mail::MessageEntry> decode_state(mail::Uid uid, std::string_view bytes) {
  VarintReader in = reader_of(bytes);
  mail::MessageEntry entry{uid, {}, read_id<mail::ModSeq>(in)};
  const std::uint64_t system = in.number();
  if (system > 0xff) in.fail();
  entry.flags = {static_cast<std::uint8_t>(system), in.number()};
  return finished(in, entry, "a message's flags");
}

std::string encode_expunged(const mail::UidSet& uids) {
  std::string out = versioned();
  append_varint(out, uids.ranges().size());
  std::uint32_t last = 0;
  for (const mail::UidRange& range : uids.ranges()) {
    append_varint(out, range.first.value - last);
    append_varint(out, range.last.value - range.first.value);
    last = range.last.value;
  }
  return out;
}

Result<mail::UidSet> decode_expunged(std::string_view bytes) {
  VarintReader in = reader_of(bytes);
  mail::UidSet uids;
  std::uint64_t last = 0;
  const std::uint64_t ranges = in.number();
  for (std::uint64_t i = 0; i < ranges && in.ok(); ++i) {
    const std::uint64_t first = last + read_count(in);
    last = first + read_count(in);
    if (last > std::numeric_limits<std::uint32_t>::max()) in.fail();
    if (!in.ok()) break;
    uids.add(mail::UidRange{mail::Uid(static_cast<std::uint32_t>(first)),
                            mail::Uid(static_cast<std::uint32_t>(last))});
  }
  return finished(in, std::move(uids), "a log row");
}

std::string encode_thread(const ThreadRow& row) {
  std::string out = versioned();
  append_varint(out, row.thread.value);
  append_varint(out, row.day);
  return out;
}

Result<ThreadRow> decode_thread(std::string_view bytes) {
  VarintReader in = reader_of(bytes);
  ThreadRow row{.thread = read_id<mail::ThreadId>(in)};
  row.day = in.number();
  return finished(in, row, "a thread row");
}

std::string encode_number(std::uint64_t number) {
  std::string out = versioned();
  append_varint(out, number);
  return out;
}

Result<std::uint64_t> decode_number(std::string_view bytes) {
  VarintReader in = reader_of(bytes);
  const std::uint64_t number = in.number();
  return finished(in, number, "a number");
}

}  // namespace roost::store
