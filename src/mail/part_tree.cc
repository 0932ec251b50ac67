#include "mail/part_tree.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/varint.h"
#include "mail/header_fields.h"

namespace roost::mail {
namespace {

constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kMaxNesting = 200;  // more than MessageParser makes
constexpr std::size_t kMinNode = 9;       // octets of the smallest node

// Words that most parts have, stored as one octet. Only ever add at the end (docs/formats).
constexpr std::array<std::string_view, 25> kWords = {"",
                                                     "text/plain",
                                                     "text/html",
                                                     "multipart/mixed",
                                                     "multipart/alternative",
                                                     "multipart/related",
                                                     "multipart/signed",
                                                     "multipart/report",
                                                     "message/rfc822",
                                                     "message/delivery-status",
                                                     "application/octet-stream",
                                                     "application/pdf",
                                                     "application/pgp-signature",
                                                     "image/jpeg",
                                                     "image/png",
                                                     "image/gif",
                                                     "us-ascii",
                                                     "utf-8",
                                                     "iso-8859-1",
                                                     "windows-1252",
                                                     "7bit",
                                                     "8bit",
                                                     "quoted-printable",
                                                     "base64",
                                                     "binary"};

// An index into kWords doubled, or a length doubled plus one and the octets.
void append_word(std::string& out, std::string_view word) {
  const auto* known = std::ranges::find(kWords, word);
  if (known != kWords.end()) {
    append_varint(out, static_cast<std::uint64_t>(known - kWords.begin()) << 1);
  } else {
    append_varint(out, word.size() << 1 | 1);
    out.append(word);
  }
}

std::string read_word(VarintReader& in) {
  const std::uint64_t n = in.number();
  if (n & 1) return std::string(in.octets(n >> 1));
  if (n >> 1 < kWords.size()) return std::string(kWords[n >> 1]);
  in.fail();
  return {};
}

// Offsets are stored as the distance from where the last range ended or began, which is mostly
// small; the arithmetic wraps, so that any offsets come back as they were.
void append_range(std::string& out, const OctetRange& range, std::uint64_t from) {
  append_varint(out, zigzag(static_cast<std::int64_t>(range.offset - from)));
  append_varint(out, range.length);
}

OctetRange read_range(VarintReader& in, std::uint64_t from) {
  OctetRange range;
  range.offset = from + static_cast<std::uint64_t>(in.signed_number());
  range.length = in.number();
  if (range.offset + range.length < range.offset) in.fail();
  return range;
}

std::uint64_t end_of(const OctetRange& range) { return range.offset + range.length; }

void append_node(std::string& out, const PartNode& node, std::uint64_t from) {
  append_varint(out, static_cast<std::uint64_t>(node.kind));
  append_range(out, node.header, from);
  append_range(out, node.body, end_of(node.header));
  append_word(out, node.type);
  append_word(out, node.charset);
  append_word(out, node.encoding);
  append_varint(out, node.children.size());
  std::uint64_t child_from = node.body.offset;
  for (const PartNode& child : node.children) {
    append_node(out, child, child_from);
    child_from = end_of(child.body);
  }
}

PartNode read_node(VarintReader& in, std::uint64_t from, std::size_t nesting) {
  PartNode node;
  const std::uint64_t kind = in.number();
  node.kind = static_cast<PartNode::Kind>(kind);
  node.header = read_range(in, from);
  node.body = read_range(in, end_of(node.header));
  node.type = read_word(in);
  node.charset = read_word(in);
  node.encoding = read_word(in);
  const std::uint64_t children = in.number();
  const bool sane = kind <= 2 && nesting < kMaxNesting && children <= in.left() / kMinNode &&
                    (node.kind != PartNode::Kind::kLeaf || children == 0) &&
                    (node.kind != PartNode::Kind::kMessage || children == 1);
  if (!sane) in.fail();
  std::uint64_t child_from = node.body.offset;
  for (std::uint64_t i = 0; i < children && in.ok(); ++i) {
    node.children.push_back(read_node(in, child_from, nesting + 1));
    child_from = end_of(node.children.back().body);
  }
  return node;
}

// The part that a message's part number names: one of its parts, or itself where it is not
// multipart.
const PartNode* part_of_message(const PartNode& message, std::uint32_t number) {
  if (message.kind != PartNode::Kind::kMultipart) return number == 1 ? &message : nullptr;
  return number >= 1 && number <= message.children.size() ? &message.children[number - 1] : nullptr;
}

const PartNode* part_of_part(const PartNode& part, std::uint32_t number) {
  switch (part.kind) {
    case PartNode::Kind::kLeaf:
      return nullptr;
    case PartNode::Kind::kMultipart:
      return part_of_message(part, number);
    case PartNode::Kind::kMessage:
      return part_of_message(part.children.front(), number);
  }
  return nullptr;
}

}  // namespace

std::string encode_part_tree(const PartNode& root) {
  std::string out;
  append_varint(out, kVersion);
  append_node(out, root, 0);
  return out;
}

Result<PartNode> decode_part_tree(std::string_view bytes) {
  VarintReader in(bytes);
  if (in.number() != kVersion) return fail(ErrorCode::kCorruption, "part tree of unknown version");
  PartNode root = read_node(in, 0, 0);
  if (!in.complete()) return fail(ErrorCode::kCorruption, "malformed part tree");
  return root;
}

const PartNode* find_part(const PartNode& root, std::span<const std::uint32_t> numbers) {
  const PartNode* part = part_of_message(root, numbers.front());
  for (const std::uint32_t number : numbers.subspan(1)) {
    if (part == nullptr) return nullptr;
    part = part_of_part(*part, number);
  }
  return part;
}

std::optional<OctetRange> find_section(const PartNode& root, const Section& section) {
  using What = Section::What;
  const bool is_message = section.part.empty();
  const PartNode* part = is_message ? &root : find_part(root, section.part);
  if (part == nullptr) return std::nullopt;
  if (section.what == What::kMime) {
    return is_message ? std::nullopt : std::optional(part->header);
  }
  if (section.what == What::kAll) {
    if (!is_message) return part->body;
    return OctetRange{root.header.offset, end_of(root.body) - root.header.offset};
  }
  // HEADER and TEXT are of a message: of the whole one, or of the one that the part holds.
  if (!is_message) {
    if (part->kind != PartNode::Kind::kMessage) return std::nullopt;
    part = &part->children.front();
  }
  return section.what == What::kText ? part->body : part->header;
}

std::string filter_header(std::string_view header, std::span<const std::string> fields,
                          FieldFilter filter) {
  std::vector<std::string> names;
  names.reserve(fields.size());
  for (const std::string& field : fields) names.push_back(to_lower(field));
  std::ranges::sort(names);

  std::string out;
  HeaderFields in(header);
  while (const auto field = in.next()) {
    const bool named =
        !field->name.empty() && std::ranges::binary_search(names, to_lower(field->name));
    if (named == (filter == FieldFilter::kOnly)) out.append(field->octets);
  }
  out.append(in.rest());
  return out;
}

}  // namespace roost::mail
