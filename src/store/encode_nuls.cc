#include "store/encode_nuls.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/base64.h"
#include "mail/header_fields.h"
#include "mail/part_tree.h"
#include "mail/transfer_encoding.h"
#include "store/message_writer.h"

namespace roost::store {
namespace {

constexpr std::uint64_t kLine = 57;  // octets that make a line of 76 characters
constexpr std::uint64_t kPiece = 1024 * kLine;

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

// Lives for one message.
class Encoder {
 public:
  Encoder(Store& store, const mail::Digest& digest)
      : store_(store), digest_(digest), writer_(store) {}

  // Whether a part was encoded.
  Result<bool> run() {
    const auto root = mail::decode_part_tree(digest_.structure);
    if (!root) return fail(root.error());
    if (auto done = visit(*root, Whose::kMessage); !done) return fail(std::move(done).error());
    if (done_ == 0) return false;
    if (auto copied = copy(digest_.size); !copied) return fail(std::move(copied).error());
    return true;
  }
  Result<NewMessage> finish() { return writer_.finish(); }

 private:
  // In the order of their octets.
  Result<void> visit(const mail::PartNode& part, Whose whose) {
    if (part.kind == mail::PartNode::Kind::kLeaf && mail::is_known_encoding(part.encoding) &&
        mail::is_identity_encoding(part.encoding) &&
        part.header.length <= mail::MessageParser::kMaxHeader) {
      const auto found = has_nul(part.body);
      if (!found) return fail(found.error());
      if (*found) return encode(part, whose);
    }
    const Whose theirs =
        part.kind == mail::PartNode::Kind::kMessage ? Whose::kMessage : Whose::kPart;
    for (const mail::PartNode& child : part.children) {
      if (auto done = visit(child, theirs); !done) return done;
    }
    return {};
  }

  template <typename Take>
  Result<void> read(mail::OctetRange range, Take&& take) {
    while (range.length > 0) {
      const std::uint64_t length = std::min(range.length, kPiece);
      const auto octets = store_.read_blob(digest_.blob, range.offset, length);
      if (!octets) return fail(octets.error());
      if (octets->size() != length) return fail(ErrorCode::kCorruption, "a blob is cut short");
      if (auto taken = take(*octets); !taken) return taken;
      range = {range.offset + length, range.length - length};
    }
    return {};
  }

  Result<bool> has_nul(mail::OctetRange range) {
    bool found = false;
    const auto done = read(range, [&](std::string_view octets) -> Result<void> {
      found = found || octets.contains('\0');
      return {};
    });
    if (!done) return fail(done.error());
    return found;
  }

  // What was not yet taken, up to there.
  Result<void> copy(std::uint64_t end) {
    const mail::OctetRange range{done_, end - done_};
    done_ = end;
    return read(range, [this](std::string_view octets) { return writer_.append(octets); });
  }

  Result<void> encode(const mail::PartNode& part, Whose whose) {
    if (auto copied = copy(part.header.offset); !copied) return copied;
    const auto header = store_.read_blob(digest_.blob, part.header.offset, part.header.length);
    if (!header) return fail(header.error());
    if (auto put = writer_.append(base64_header(*header, whose)); !put) return put;
    done_ = part.body.offset + part.body.length;
    const bool to_the_end = done_ == digest_.size;
    const auto encode_piece = [this](std::string_view octets) {
      std::string lines;
      for (; !octets.empty(); octets.remove_prefix(std::min<std::size_t>(kLine, octets.size()))) {
        if (!lines.empty() || wrote_line_) lines += "\r\n";
        lines += base64::encode(octets.substr(0, kLine));
      }
      wrote_line_ = true;
      return writer_.append(lines);
    };
    wrote_line_ = false;
    if (auto encoded = read(part.body, encode_piece); !encoded) return encoded;
    return to_the_end ? writer_.append("\r\n") : Result<void>();
  }

  Store& store_;
  const mail::Digest& digest_;
  MessageWriter writer_;
  std::uint64_t done_ = 0;   // octets of the message
  bool wrote_line_ = false;  // of the part that is being encoded
};

}  // namespace

Result<NewMessage> encode_nuls(Store& store, NewMessage message) {
  Encoder encoder(store, message.digest);
  const auto encoded = encoder.run();
  if (!encoded) return fail(encoded.error());
  if (!*encoded) return message;
  return encoder.finish();
}

}  // namespace roost::store
