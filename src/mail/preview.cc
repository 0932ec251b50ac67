#include "mail/preview.h"

#include <algorithm>
#include <cstdint>

#include "base/ascii.h"
#include "mail/character.h"
#include "mail/charset.h"
#include "mail/html_text.h"
#include "mail/transfer_encoding.h"

namespace roost::mail {
namespace {

// Most messages show enough in that much; the rest is decoded only where they do not.
constexpr std::size_t kFirstLook = 4 * 1024;
constexpr std::size_t kMaxHtml = 32 * 1024;  // it begins with style sheets

enum class Quotes : std::uint8_t { kShow, kSkip };
enum class End : std::uint8_t { kWhole, kMaybeCut };

bool is_space(char32_t code) {
  return code <= ' ' || (code >= 0x7f && code <= 0xa0) || (code >= 0x2000 && code <= 0x200a) ||
         code == 0x2028 || code == 0x2029 || code == 0x202f || code == 0x3000;
}

// Seen by nobody; senders fill previews with them. U+200C is one only where it joins nothing.
bool is_invisible(char32_t code, bool after_space) {
  return code == 0xad || code == 0x34f || code == 0x200b || code == 0x2060 || code == 0xfeff ||
         (code == 0x200c && after_space);
}

struct Folded {
  std::string text;
  std::size_t characters = 0;
  [[nodiscard]] bool full() const { return characters == kMaxPreview; }
};

Folded fold_to_line(std::string_view utf8, Quotes quotes) {
  Folded out;
  bool space = false;
  bool at_line_start = true;
  while (!utf8.empty() && !out.full()) {
    if (at_line_start && quotes == Quotes::kSkip && utf8.front() == '>') {
      utf8.remove_prefix(std::min(utf8.find('\n'), utf8.size()));
      space = true;
      at_line_start = false;
      continue;
    }
    at_line_start = utf8.front() == '\n';
    const Character next = first_character(utf8);
    if (is_space(next.code)) {
      space = true;
    } else if (!is_invisible(next.code, space || out.text.empty())) {
      if (space && !out.text.empty()) {
        out.text += ' ';
        if (++out.characters == kMaxPreview) break;
      }
      space = false;
      out.text += utf8.substr(0, next.length);
      ++out.characters;
    }
    utf8.remove_prefix(next.length);
  }
  if (out.text.ends_with(' ')) out.text.pop_back();
  return out;
}

// A character that the end of what is looked at cuts in two is not shown.
void drop_cut_character(std::string& octets) {
  for (std::size_t n = 1; n <= std::min<std::size_t>(3, octets.size()); ++n) {
    const auto octet = static_cast<unsigned char>(octets[octets.size() - n]);
    if (octet < 0x80) return;
    if (octet < 0xc0) continue;
    const std::size_t length = octet < 0xe0 ? 2 : octet < 0xf0 ? 3 : 4;
    if (length > n) octets.resize(octets.size() - n);
    return;
  }
}

Folded look(std::string_view body, std::string_view type, std::string_view charset,
            std::string_view encoding, End end) {
  std::string octets = decode_transfer(body, encoding);
  const bool may_be_utf8 =
      charset.empty() || charset.contains("utf-8") || charset.contains("ascii");
  if (may_be_utf8 && end == End::kMaybeCut) drop_cut_character(octets);
  const std::string text = text_from_charset(octets, charset);
  if (type == "text/html") return fold_to_line(html_text(text), Quotes::kShow);
  // What is encrypted says nothing.
  if (trim(text).starts_with("-----BEGIN PGP MESSAGE")) return {};
  Folded folded = fold_to_line(text, Quotes::kSkip);
  return folded.text.empty() ? fold_to_line(text, Quotes::kShow) : folded;
}

void collect_parts(const PartNode& node, std::vector<const PartNode*>& parts) {
  if (node.kind == PartNode::Kind::kLeaf && preview_octets(node.type) > 0) parts.push_back(&node);
  for (const PartNode& child : node.children) {
    if (parts.size() == kMaxPreviewParts) return;
    collect_parts(child, parts);
  }
}

}  // namespace

std::size_t preview_octets(std::string_view type) {
  if (type == "text/plain") return kFirstLook;
  return type == "text/html" ? kMaxHtml : 0;
}

std::vector<const PartNode*> preview_parts(const PartNode& root) {
  std::vector<const PartNode*> parts;
  collect_parts(root, parts);
  return parts;
}

std::string make_preview(std::string_view body, std::string_view type, std::string_view charset,
                         std::string_view encoding) {
  if (body.size() > kFirstLook) {
    // To the end of a line: no character is cut, nor what it is encoded as.
    const std::size_t line_end = body.rfind('\n', kFirstLook);
    const std::size_t length = line_end == std::string_view::npos ? kFirstLook : line_end + 1;
    const End end = line_end == std::string_view::npos ? End::kMaybeCut : End::kWhole;
    Folded first = look(body.substr(0, length), type, charset, encoding, end);
    if (first.full()) return std::move(first.text);
  }
  const End end = body.size() < preview_octets(type) ? End::kWhole : End::kMaybeCut;
  return look(body, type, charset, encoding, end).text;
}

}  // namespace roost::mail
