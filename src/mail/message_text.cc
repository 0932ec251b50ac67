#include "mail/message_text.h"

#include <algorithm>

#include "base/ascii.h"
#include "mail/charset.h"
#include "mail/fold.h"
#include "mail/header_fields.h"
#include "mail/rfc2047.h"
#include "mail/transfer_encoding.h"

namespace roost::mail {
namespace {

bool is_text(const PartNode& part) { return part.type.starts_with("text/"); }

std::string fold_header(std::string_view header) {
  std::string out;
  HeaderFields in(header);
  while (const auto field = in.next()) {
    if (out.size() > std::max(header.size(), kMaxGrown)) break;
    out += fold(field->name);
    out += ": ";
    out += fold(decode_encoded_words(unfold(field->body)));
    out += '\n';
  }
  return out;
}

}  // namespace

MessageText::MessageText(std::string_view message, const PartNode& root)
    : message_(message), header_{Piece::Kind::kHeader, &root, {}} {
  collect(root);
}

void MessageText::collect(const PartNode& part) {
  switch (part.kind) {
    case PartNode::Kind::kLeaf:
      if (is_text(part) || is_identity_encoding(part.encoding)) {
        body_.push_back({Piece::Kind::kBody, &part, {}});
      }
      return;
    case PartNode::Kind::kMessage:
      body_.push_back({Piece::Kind::kHeader, &part.children.front(), {}});
      break;
    case PartNode::Kind::kMultipart:
      break;
  }
  for (const PartNode& child : part.children) collect(child);
}

// What is stored of a message may not fit it: the part of the range that exists.
std::string_view MessageText::octets(const OctetRange& range) const {
  if (range.offset >= message_.size()) return {};
  return message_.substr(range.offset, range.length);
}

std::string MessageText::fold_piece(const Piece& piece) const {
  const PartNode& part = *piece.part;
  if (piece.kind == Piece::Kind::kHeader) return fold_header(octets(part.header));
  const std::string_view charset = is_text(part) ? std::string_view(part.charset) : "";
  const std::string_view body = octets(part.body);
  if (is_identity_encoding(part.encoding)) return fold(text_from_charset(body, charset));
  return fold(text_from_charset(decode_transfer(body, part.encoding), charset));
}

Closeness MessageText::in_piece(Piece& piece, const SearchText& text) const {
  if (!piece.text) piece.text.emplace(fold_piece(piece));
  return text.in(*piece.text);
}

Closeness MessageText::in_field(std::string_view name, const SearchText& text) const {
  Closeness best = 0;
  HeaderFields in(octets(header_.part->header));
  while (const auto field = in.next()) {
    if (!equal_ignoring_case(field->name, name)) continue;
    if (text.empty()) return kExactly;
    FoldedText body(fold(decode_encoded_words(unfold(field->body))));
    best = std::max(best, text.in(body));
    if (best == kExactly) break;
  }
  return best;
}

Closeness MessageText::in_header(const SearchText& text) { return in_piece(header_, text); }

Closeness MessageText::in_body(const SearchText& text) {
  if (text.empty()) return kExactly;
  Closeness best = 0;
  for (Piece& piece : body_) {
    best = std::max(best, in_piece(piece, text));
    if (best == kExactly) break;
  }
  return best;
}

}  // namespace roost::mail
