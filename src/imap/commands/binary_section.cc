#include "imap/commands/binary_section.h"

#include <algorithm>
#include <utility>

#include "imap/commands/section_octets.h"
#include "mail/charset.h"

namespace roost::imap {

namespace {

// An encoding of a part that holds others is void (RFC 2045 section 6.4): it is theirs.
std::string_view encoding_of(const mail::PartNode& part) {
  return part.kind == mail::PartNode::Kind::kLeaf ? std::string_view(part.encoding) : "binary";
}

// Lines end with CRLF on the wire (RFC 3516 section 6), but for charsets in which that octet is no
// line feed: UTF-16, by whatever name, and its like.
mail::TransferDecoder::LineEnds line_ends_of(const mail::PartNode& part) {
  const bool is_text = part.kind == mail::PartNode::Kind::kLeaf && part.type.starts_with("text/");
  return is_text && mail::text_from_charset("\n", part.charset) == "\n"
             ? mail::TransferDecoder::LineEnds::kCrlf
             : mail::TransferDecoder::LineEnds::kAsTheyAre;
}

}  // namespace

BinarySection::BinarySection(store::BlobRef blob, mail::OctetRange message, mail::OctetRange wanted)
    : blob_(std::move(blob)),
      range_(message),
      wanted_(wanted),
      fresh_("binary"),
      decoder_(fresh_) {}

BinarySection::BinarySection(store::BlobRef blob, const mail::PartNode& part,
                             mail::OctetRange wanted)
    : blob_(std::move(blob)),
      range_(part.body),
      wanted_(wanted),
      fresh_(encoding_of(part), line_ends_of(part)),
      decoder_(fresh_) {}

bool BinarySection::can_decode(const mail::PartNode& part) {
  return mail::is_known_encoding(encoding_of(part));
}

bool BinarySection::at_end() const {
  return taken_ == range_.length ||
         (decoded_ >= wanted_.offset && decoded_ - wanted_.offset >= wanted_.length);
}

Result<std::string_view> BinarySection::next(store::Store& store) {
  const std::uint64_t length = std::min(range_.length - taken_, kSectionPiece);
  const auto octets = read_exactly(store, blob_.id(), {range_.offset + taken_, length});
  if (!octets) return fail(octets.error());
  taken_ += length;
  piece_.clear();
  decoder_.feed(*octets, piece_);
  if (taken_ == range_.length) decoder_.finish(piece_);
  const std::uint64_t start = decoded_;
  decoded_ += piece_.size();
  const std::uint64_t skip =
      std::min<std::uint64_t>(wanted_.offset - std::min(wanted_.offset, start), piece_.size());
  const std::uint64_t past = start + skip - std::min(wanted_.offset, start + skip);
  return std::string_view(piece_).substr(skip, wanted_.length - std::min(wanted_.length, past));
}

Result<bool> BinarySection::measure(store::Store& store) {
  if (!at_end()) {
    const auto wanted = next(store);
    if (!wanted) return fail(wanted.error());
    size_ += wanted->size();
    has_nul_ = has_nul_ || wanted->contains('\0');
    if (!at_end()) return false;
  }
  if (range_.length > kSectionPiece) {
    taken_ = decoded_ = 0;
    decoder_ = fresh_;
  }
  return true;
}

Result<bool> BinarySection::send(store::Store& store, std::string& out) {
  if (range_.length <= kSectionPiece) {
    // All of it was taken for measuring.
    out.append(piece_, std::min<std::uint64_t>(wanted_.offset, piece_.size()), size_);
    return true;
  }
  if (at_end()) return true;
  const auto wanted = next(store);
  if (!wanted) return fail(wanted.error());
  out.append(*wanted);
  return at_end();
}

}  // namespace roost::imap
