// Any octets are a message: its structure covers no octet that it does not have, does not depend on
// how it was cut into pieces, and survives its own encoding.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/utf8.h"
#include "mail/body_structure.h"
#include "mail/digest.h"
#include "mail/html_text.h"
#include "mail/message_parser.h"
#include "mail/part_tree.h"
#include "mail/preview.h"
#include "mail/thread_keys.h"
#include "mail/transfer_encoding.h"
#include "mail/wire_walk.h"

namespace {

using namespace roost::mail;

void check_node(const PartNode& node, std::uint64_t from, std::uint64_t to) {
  ROOST_CHECK(node.header.offset >= from);
  ROOST_CHECK(node.body.offset == node.header.offset + node.header.length);
  // A part whose delimiter follows its header at once has its empty body behind what is its
  // parent's.
  ROOST_CHECK(node.body.length == 0 || node.body.offset + node.body.length <= to);
  for (const PartNode& child : node.children) {
    check_node(child, node.body.offset, node.body.offset + node.body.length);
  }
}

void check_wire(std::string_view text) {
  WireWalk walk(text);
  walk.value();
  ROOST_CHECK(walk.ok() && walk.at_end());
}

// A body is the same however it was cut.
void check_decoding(std::string_view body, std::size_t piece) {
  using enum TransferDecoder::LineEnds;
  for (const std::string_view encoding : {"base64", "quoted-printable", "8bit"}) {
    for (const auto line_ends : {kAsTheyAre, kCrlf}) {
      std::string whole;
      TransferDecoder at_once(encoding, line_ends);
      at_once.feed(body, whole);
      at_once.finish(whole);
      std::string joined;
      TransferDecoder decoder(encoding, line_ends);
      for (std::size_t at = 0; at < body.size(); at += piece) {
        decoder.feed(body.substr(at, piece), joined);
      }
      decoder.finish(joined);
      ROOST_CHECK(joined == whole);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  MessageParser whole;
  whole.feed(input);
  const Digest digest = whole.finish();
  ROOST_CHECK(digest.size == size);

  const std::size_t piece = size == 0 ? 1 : 1 + bytes[size / 2] % 64;
  MessageParser pieces;
  for (std::size_t at = 0; at < size; at += piece) pieces.feed(input.substr(at, piece));
  ROOST_CHECK(pieces.finish() == digest);
  ROOST_CHECK(thread_keys(digest).size() <= kMaxThreadKeys);
  ROOST_CHECK(roost::is_utf8(*digest.preview) && digest.preview->size() <= 4 * kMaxPreview);
  (void)html_text(input);
  check_decoding(input, piece);

  check_wire(digest.envelope);
  check_wire(digest.bodystructure);
  constexpr BodyForm kLeast{BodyForm::Extension::kDropped, BodyForm::Global::kLeaf};
  check_wire(body_structure_as(digest.bodystructure, kLeast));
  (void)body_structure_as(input, kLeast);
  constexpr BodyForm kDecoded{.parameters = BodyForm::Parameters::kDecoded};
  check_wire(body_structure_as(digest.bodystructure, kDecoded));
  (void)body_structure_as(input, kDecoded);

  const auto tree = decode_part_tree(digest.structure);
  ROOST_CHECK(tree.has_value());
  check_node(*tree, 0, size);
  ROOST_CHECK(encode_part_tree(*tree) == digest.structure);
  const auto again = decode_digest(encode_digest(digest));
  ROOST_CHECK(again.has_value() && *again == digest);

  // What is read is what can be copied, and a copy is the same.
  auto any = decode_digest(input);
  const auto row = read_digest_row(input);
  ROOST_CHECK(any.has_value() == row.has_value());
  if (row) {
    if (any->saved.thread == ThreadId())
      any->saved.thread = own_thread(any->blob);  // never written
    ROOST_CHECK(*decode_digest(row->octets + saved_octets(*row, any->saved)) == *any);
  }
  if (const auto other = decode_part_tree(input)) {
    const auto same = decode_part_tree(encode_part_tree(*other));
    ROOST_CHECK(same.has_value() && *same == *other);
  }
  return 0;
}
