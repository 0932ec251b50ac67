#include "mail/digest.h"

#include "base/varint.h"
#include "mail/envelope.h"
#include "mail/sent_date.h"

namespace roost::mail {
namespace {

constexpr std::uint64_t kVersion = 2;  // 1 ended with the structure

// The fields that may be missing. On disk: never change one, never use one again.
enum class Field : std::uint8_t { kSaveDate = 1, kThread = 2, kPreview = 3, kMessageIds = 4 };

void append_field(std::string& out, Field field, std::string_view value) {
  append_varint(out, static_cast<std::uint8_t>(field));
  append_counted(out, value);
}

void append_date(std::string& out, const InternalDate& date) {
  append_varint(out, zigzag(date.unix_seconds));
  append_varint(out, zigzag(date.zone_minutes));
}

InternalDate read_date(VarintReader& in) {
  InternalDate date{.unix_seconds = in.signed_number()};
  const std::int64_t zone = in.signed_number();
  date.zone_minutes = static_cast<std::int16_t>(zone);
  if (date.zone_minutes != zone) in.fail();
  return date;
}

// What is not said is what most messages have: kSaveDate and kThread may be missing.
void append_saved(std::string& out, BlobId blob, const InternalDate& internal_date,
                  const Saved& saved) {
  std::string value;
  if (saved.date != internal_date) {
    append_date(value, saved.date);
    append_field(out, Field::kSaveDate, value);
  }
  if (saved.thread != ThreadId() && saved.thread != own_thread(blob)) {
    value.clear();
    append_varint(value, saved.thread.value);
    append_field(out, Field::kThread, value);
  }
}

std::unexpected<Error> malformed() { return fail(ErrorCode::kCorruption, "malformed digest"); }

// 1 or kVersion.
Result<std::uint64_t> read_version(VarintReader& in) {
  const std::uint64_t version = in.number();
  if (version == 1 || version == kVersion) return version;
  return fail(ErrorCode::kCorruption, "digest of unknown version");
}

// Into the string that is there: rows are decoded one after the other into the same digest.
void assign(std::optional<std::string>& to, std::string_view value) {
  if (to) {
    to->assign(value);
  } else {
    to.emplace(value);
  }
}

// What a newer Roost added is passed over. False: the field is malformed.
bool read_field(std::uint64_t field, std::string_view value, Digest& into) {
  VarintReader in(value);
  switch (field) {
    case static_cast<std::uint8_t>(Field::kSaveDate):
      into.saved.date = read_date(in);
      return in.complete();
    case static_cast<std::uint8_t>(Field::kThread):
      into.saved.thread = ThreadId(in.number());
      return in.complete();
    case static_cast<std::uint8_t>(Field::kPreview):
      assign(into.preview, value);
      return true;
    case static_cast<std::uint8_t>(Field::kMessageIds):
      assign(into.message_ids, value);
      return true;
    default:
      return true;
  }
}

}  // namespace

std::size_t octets_of(const Digest& digest) {
  return digest.envelope.size() + digest.bodystructure.size() + digest.structure.size() +
         (digest.message_ids ? digest.message_ids->size() : 0) +
         (digest.preview ? digest.preview->size() : 0);
}

// 0 may also be that the Date: header says so.
std::int64_t sent_date_of(const Digest& digest) {
  if (digest.sent_date != 0) return digest.sent_date;
  const auto date = date_of_envelope(digest.envelope);
  const auto sent = date ? parse_sent_date(*date) : std::nullopt;
  return sent ? sent->unix_seconds : digest.internal_date.unix_seconds;
}

std::string encode_digest(const Digest& digest, const Saved& saved) {
  std::string out;
  out.reserve(72 + octets_of(digest));
  append_varint(out, kVersion);
  append_varint(out, digest.blob.value);
  append_varint(out, digest.size);
  append_date(out, digest.internal_date);
  append_varint(out, zigzag(digest.sent_date));
  append_counted(out, digest.envelope);
  append_counted(out, digest.bodystructure);
  append_counted(out, digest.structure);
  if (digest.preview) append_field(out, Field::kPreview, *digest.preview);
  if (digest.message_ids) append_field(out, Field::kMessageIds, *digest.message_ids);
  append_saved(out, digest.blob, digest.internal_date, saved);
  return out;
}

Result<Digest> decode_digest(std::string_view bytes) {
  Digest digest;
  if (auto read = decode_digest(bytes, digest); !read) return fail(std::move(read).error());
  return digest;
}

Result<void> decode_digest(std::string_view bytes, Digest& digest) {
  VarintReader in(bytes);
  const auto version = read_version(in);
  if (!version) return fail(version.error());
  digest.blob = BlobId(in.number());
  digest.size = in.number();
  digest.internal_date = read_date(in);
  digest.saved = {.date = digest.internal_date, .thread = own_thread(digest.blob)};
  digest.sent_date = in.signed_number();
  digest.envelope = in.string();
  digest.bodystructure = in.string();
  digest.structure = in.string();
  bool has_preview = false;
  bool has_message_ids = false;
  while (*version == kVersion && in.left() > 0) {
    const std::uint64_t field = in.number();
    const std::string_view value = in.string();
    if (!in.ok() || !read_field(field, value, digest)) in.fail();
    has_preview = has_preview || field == static_cast<std::uint8_t>(Field::kPreview);
    has_message_ids = has_message_ids || field == static_cast<std::uint8_t>(Field::kMessageIds);
  }
  if (!has_preview) digest.preview.reset();
  if (!has_message_ids) digest.message_ids.reset();
  if (!in.complete()) return malformed();
  return {};
}

Result<DigestHead> read_digest_head(std::string_view bytes) {
  VarintReader in(bytes);
  if (const auto version = read_version(in); !version) return fail(version.error());
  DigestHead head;
  head.blob = BlobId(in.number());
  head.size = in.number();
  if (!in.ok()) return malformed();
  return head;
}

Result<DigestRow> read_digest_row(std::string_view bytes) {
  VarintReader in(bytes);
  const auto version = read_version(in);
  if (!version) return fail(version.error());
  DigestRow row;
  row.octets.reserve(bytes.size());
  append_varint(row.octets, kVersion);
  std::size_t taken = bytes.size() - in.left();  // what stands before it is taken, or left out
  const auto take_until = [&](std::size_t end) { row.octets += bytes.substr(taken, end - taken); };
  row.blob = BlobId(in.number());
  row.size = in.number();
  row.internal_date = read_date(in);
  row.thread = own_thread(row.blob);
  (void)in.signed_number();                 // the sent date
  for (int i = 0; i < 3; ++i) in.string();  // envelope, bodystructure, structure
  while (*version == kVersion && in.left() > 0) {
    const std::size_t begin = bytes.size() - in.left();
    const std::uint64_t field = in.number();
    const std::string_view value = in.string();
    const bool is_thread = field == static_cast<std::uint8_t>(Field::kThread);
    if (!in.ok() || (!is_thread && field != static_cast<std::uint8_t>(Field::kSaveDate))) continue;
    take_until(begin);
    taken = bytes.size() - in.left();
    VarintReader left_out(value);
    if (is_thread) {
      row.thread = ThreadId(left_out.number());
    } else {
      (void)read_date(left_out);
    }
    if (!left_out.complete()) in.fail();
  }
  if (!in.complete()) return malformed();
  take_until(bytes.size());
  return row;
}

std::string saved_octets(const DigestRow& row, const Saved& saved) {
  std::string out;
  append_saved(out, row.blob, row.internal_date, saved);
  return out;
}

}  // namespace roost::mail
