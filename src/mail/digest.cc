#include "mail/digest.h"

#include "base/varint.h"

namespace roost::mail {
namespace {

constexpr std::uint64_t kVersion = 1;

}  // namespace

std::string encode_digest(const Digest& digest) {
  std::string out;
  out.reserve(48 + digest.envelope.size() + digest.bodystructure.size() + digest.structure.size());
  append_varint(out, kVersion);
  append_varint(out, digest.blob.value);
  append_varint(out, digest.size);
  append_varint(out, zigzag(digest.internal_date.unix_seconds));
  append_varint(out, zigzag(digest.internal_date.zone_minutes));
  append_varint(out, zigzag(digest.sent_date));
  append_counted(out, digest.envelope);
  append_counted(out, digest.bodystructure);
  append_counted(out, digest.structure);
  return out;
}

Result<Digest> decode_digest(std::string_view bytes) {
  VarintReader in(bytes);
  if (in.number() != kVersion) return fail(ErrorCode::kCorruption, "digest of unknown version");
  Digest digest;
  digest.blob = BlobId(in.number());
  digest.size = in.number();
  digest.internal_date.unix_seconds = in.signed_number();
  const std::int64_t zone = in.signed_number();
  digest.internal_date.zone_minutes = static_cast<std::int16_t>(zone);
  digest.sent_date = in.signed_number();
  digest.envelope = in.string();
  digest.bodystructure = in.string();
  digest.structure = in.string();
  if (!in.complete() || digest.internal_date.zone_minutes != zone) {
    return fail(ErrorCode::kCorruption, "malformed digest");
  }
  return digest;
}

}  // namespace roost::mail
