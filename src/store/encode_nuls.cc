#include "store/encode_nuls.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/base64.h"
#include "mail/content_type.h"
#include "mail/header_fields.h"
#include "mail/part_tree.h"
#include "mail/transfer_encoding.h"
#include "store/message_writer.h"

namespace roost::store {
namespace {

constexpr std::uint64_t kLine = 57;  // octets that make a line of 76 characters
constexpr std::uint64_t kPiece = 4096 * kLine;

enum class Whose : std::uint8_t { kMessage, kPart };

// The header with another encoding in it.
std::string base64_header(std::string_view header, Whose whose) {
  std::string out;
  bool is_mime = whose == Whose::kPart;
  mail::HeaderFields in(header);
  while (const auto field = in.next()) {
    if (equal_ignoring_case(field->name, "Content-Transfer-Encoding")) continue;
    is_mime = is_mime || equal_ignoring_case(field->name, "MIME-Version");
    out += field->octets;
  }
  if (!is_mime) out += "MIME-Version: 1.0\r\n";
  out += "Content-Transfer-Encoding: base64\r\n";
  out += in.rest().empty() ? "\r\n" : in.rest();
  return out;
}

// A part that is made of others has no encoding of its own (RFC 2045 section 6.4), nor has one that
// only says so: too deep, or without the parts.
bool is_composite(std::string_view header) {
  mail::HeaderFields in(header);
  while (const auto field = in.next()) {
    if (!equal_ignoring_case(field->name, "Content-Type")) continue;
    const auto type = mail::parse_content_type(mail::unfold(field->body));
    if (type && (type->type == "multipart" || type->type == "message")) return true;
  }
  return false;
}

// Whether Base64 would say what the part's octets are. Not of those that are encoded already, or as
// nobody knows.
bool can_be_encoded(const mail::PartNode& part) {
  return part.kind == mail::PartNode::Kind::kLeaf && mail::is_known_encoding(part.encoding) &&
         mail::is_identity_encoding(part.encoding) &&
         part.header.length <= mail::MessageParser::kMaxHeader;
}

struct Leaf {
  const mail::PartNode* part;
  Whose whose;
  bool has_nul = false;
  [[nodiscard]] std::uint64_t end() const { return part->body.offset + part->body.length; }
};

// In the order of their octets.
void collect_leaves(const mail::PartNode& part, Whose whose, std::vector<Leaf>& leaves) {
  if (can_be_encoded(part)) leaves.push_back({&part, whose});
  const Whose theirs = part.kind == mail::PartNode::Kind::kMessage ? Whose::kMessage : Whose::kPart;
  for (const mail::PartNode& child : part.children) collect_leaves(child, theirs, leaves);
}

// Lives for one message.
class Encoder {
 public:
  Encoder(Store& store, const mail::Digest& digest)
      : store_(store), digest_(digest), writer_(store) {}

  enum class Done : std::uint8_t { kNothing, kAll, kCannot };
  Result<Done> run() {
    const auto root = mail::decode_part_tree(digest_.structure);
    if (!root) return fail(root.error());
    std::vector<Leaf> leaves;
    collect_leaves(*root, Whose::kMessage, leaves);
    const auto all = find_nuls(leaves);
    if (!all) return fail(all.error());
    if (!*all) return Done::kCannot;
    for (const Leaf& leaf : leaves) {
      if (!leaf.has_nul) continue;
      const auto done = encode(leaf);
      if (!done) return fail(done.error());
      if (!*done) return Done::kCannot;
    }
    if (done_ == 0) return Done::kNothing;
    if (auto copied = copy(digest_.size); !copied) return fail(std::move(copied).error());
    return Done::kAll;
  }
  Result<NewMessage> finish() { return writer_.finish(); }

 private:
  // The message is walked once, whatever it is made of. False: a NUL is in none of the leaves.
  Result<bool> find_nuls(std::vector<Leaf>& leaves) {
    auto leaf = leaves.begin();
    std::uint64_t offset = 0;  // of the piece
    std::uint64_t looked = 0;  // up to there: the rest of a leaf that holds one is not looked at
    bool all = true;
    const auto look = [&](std::string_view piece) -> Result<void> {
      const auto next = [&] { return piece.find('\0', looked - std::min(looked, offset)); };
      for (auto nul = next(); all && nul != std::string_view::npos; nul = next()) {
        const std::uint64_t at = offset + nul;
        while (leaf != leaves.end() && leaf->end() <= at) ++leaf;
        all = leaf != leaves.end() && at >= leaf->part->body.offset;
        if (!all) break;
        leaf->has_nul = true;
        looked = leaf->end();
      }
      offset += piece.size();
      return {};
    };
    if (auto done = read({0, digest_.size}, look); !done) return fail(std::move(done).error());
    return all;
  }

  // Takes pieces of kPiece octets, and the rest.
  template <typename Take>
  Result<void> read(mail::OctetRange range, Take&& take) {
    while (range.length > 0) {
      const std::uint64_t length = std::min(range.length, kPiece);
      const auto octets = at_hand(range.offset, length);
      if (!octets) return fail(octets.error());
      if (auto taken = take(*octets); !taken) return taken;
      range = {range.offset + length, range.length - length};
    }
    return {};
  }

  // Many small parts are read together. Good until the next call.
  Result<std::string_view> at_hand(std::uint64_t offset, std::uint64_t length) {
    if (offset < window_at_ || offset + length > window_at_ + window_.size()) {
      auto octets = store_.read_blob(digest_.blob, offset, kPiece);
      if (!octets) return fail(std::move(octets).error());
      if (octets->size() < length) return fail(ErrorCode::kCorruption, "a blob is cut short");
      window_ = *std::move(octets);
      window_at_ = offset;
    }
    return std::string_view(window_).substr(offset - window_at_, length);
  }

  // What was not yet taken, up to there.
  Result<void> copy(std::uint64_t end) {
    const mail::OctetRange range{done_, end - done_};
    done_ = end;
    return read(range, [this](std::string_view octets) { return writer_.append(octets); });
  }

  // False: it cannot be.
  Result<bool> encode(const Leaf& leaf) {
    if (auto copied = copy(leaf.part->header.offset); !copied) return fail(copied.error());
    std::string header;
    const auto take_header = [&header](std::string_view octets) -> Result<void> {
      header += octets;
      return {};
    };
    if (auto taken = read(leaf.part->header, take_header); !taken) return fail(taken.error());
    if (is_composite(header)) return false;
    if (auto put = writer_.append(base64_header(header, leaf.whose)); !put) {
      return fail(put.error());
    }
    done_ = leaf.end();
    if (auto encoded = encode_body(leaf.part->body); !encoded) return fail(encoded.error());
    return true;
  }

  Result<void> encode_body(mail::OctetRange body) {
    bool wrote_line = false;
    const auto encode_piece = [&](std::string_view octets) {
      std::string lines;
      for (; !octets.empty(); octets.remove_prefix(std::min<std::size_t>(kLine, octets.size()))) {
        if (wrote_line) lines += "\r\n";
        lines += base64::encode(octets.substr(0, kLine));
        wrote_line = true;
      }
      return writer_.append(lines);
    };
    if (auto encoded = read(body, encode_piece); !encoded) return encoded;
    return done_ == digest_.size ? writer_.append("\r\n") : Result<void>();
  }

  Store& store_;
  const mail::Digest& digest_;
  MessageWriter writer_;
  std::string window_;  // octets of the message that were read last
  std::uint64_t window_at_ = 0;
  std::uint64_t done_ = 0;  // octets of the message
};

}  // namespace

Result<std::optional<NewMessage>> encode_nuls(Store& store, NewMessage message) {
  Encoder encoder(store, message.digest);
  const auto done = encoder.run();
  if (!done) return fail(done.error());
  switch (*done) {
    case Encoder::Done::kNothing:
      return message;
    case Encoder::Done::kCannot:
      return std::nullopt;
    case Encoder::Done::kAll:
      return encoder.finish();
  }
  return std::nullopt;
}

}  // namespace roost::store
