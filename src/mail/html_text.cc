#include "mail/html_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "base/ascii.h"
#include "mail/character.h"

namespace roost::mail {
namespace {

constexpr std::size_t kEnough = 4096;  // octets of text
constexpr std::size_t kMaxReference = 12;

// What is between them is not shown.
constexpr std::array<std::string_view, 4> kHidden = {"script", "style", "title", "template"};
// They do not part words.
constexpr std::array<std::string_view, 24> kInline = {
    "a",   "abbr", "acronym", "b", "big",   "cite", "code",   "del", "em",  "font", "i", "ins",
    "kbd", "mark", "o:p",     "s", "small", "span", "strong", "sub", "sup", "tt",   "u", "wbr"};

constexpr auto kReferences = std::to_array<std::pair<std::string_view, std::uint32_t>>({
    {"amp", '&'},      {"lt", '<'},       {"gt", '>'},       {"quot", '"'},     {"apos", '\''},
    {"nbsp", 0xa0},    {"iexcl", 0xa1},   {"pound", 0xa3},   {"sect", 0xa7},    {"copy", 0xa9},
    {"laquo", 0xab},   {"shy", 0xad},     {"reg", 0xae},     {"deg", 0xb0},     {"middot", 0xb7},
    {"raquo", 0xbb},   {"iquest", 0xbf},  {"Agrave", 0xc0},  {"Aacute", 0xc1},  {"Acirc", 0xc2},
    {"Atilde", 0xc3},  {"Auml", 0xc4},    {"Aring", 0xc5},   {"AElig", 0xc6},   {"Ccedil", 0xc7},
    {"Egrave", 0xc8},  {"Eacute", 0xc9},  {"Ecirc", 0xca},   {"Euml", 0xcb},    {"Iacute", 0xcd},
    {"Ntilde", 0xd1},  {"Oacute", 0xd3},  {"Ocirc", 0xd4},   {"Ouml", 0xd6},    {"Oslash", 0xd8},
    {"Uacute", 0xda},  {"Uuml", 0xdc},    {"szlig", 0xdf},   {"agrave", 0xe0},  {"aacute", 0xe1},
    {"acirc", 0xe2},   {"atilde", 0xe3},  {"auml", 0xe4},    {"aring", 0xe5},   {"aelig", 0xe6},
    {"ccedil", 0xe7},  {"egrave", 0xe8},  {"eacute", 0xe9},  {"ecirc", 0xea},   {"euml", 0xeb},
    {"igrave", 0xec},  {"iacute", 0xed},  {"icirc", 0xee},   {"iuml", 0xef},    {"ntilde", 0xf1},
    {"ograve", 0xf2},  {"oacute", 0xf3},  {"ocirc", 0xf4},   {"otilde", 0xf5},  {"ouml", 0xf6},
    {"oslash", 0xf8},  {"ugrave", 0xf9},  {"uacute", 0xfa},  {"ucirc", 0xfb},   {"uuml", 0xfc},
    {"ndash", 0x2013}, {"mdash", 0x2014}, {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"sbquo", 0x201a},
    {"ldquo", 0x201c}, {"rdquo", 0x201d}, {"bdquo", 0x201e}, {"bull", 0x2022},  {"hellip", 0x2026},
    {"euro", 0x20ac},  {"trade", 0x2122}, {"rarr", 0x2192},  {"zwnj", 0x200c},  {"zwj", 0x200d},
});

// The character of "amp", "#38" or "#x26"; 0: none.
std::uint32_t referred_to(std::string_view name) {
  if (!name.starts_with('#')) {
    const auto* known =
        std::ranges::find(kReferences, name, [](const auto& row) { return row.first; });
    return known == kReferences.end() ? 0 : known->second;
  }
  name.remove_prefix(1);
  const bool is_hex = name.starts_with('x') || name.starts_with('X');
  if (is_hex) name.remove_prefix(1);
  std::uint32_t code = 0;
  const char* const end = name.data() + name.size();
  const auto [read, error] = std::from_chars(name.data(), end, code, is_hex ? 16 : 10);
  const bool is_character = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return error == std::errc() && read == end && is_character ? code : 0;
}

class Reader {
 public:
  explicit Reader(std::string_view html) : rest_(html) {}

  std::string read() && {
    while (!rest_.empty() && out_.size() < kEnough) {
      const std::size_t text = std::min(rest_.find_first_of("<& \t\r\n"), rest_.size());
      out_ += rest_.substr(0, text);
      rest_.remove_prefix(text);
      if (rest_.empty()) break;
      switch (rest_.front()) {
        case '<':
          markup();
          break;
        case '&':
          reference();
          break;
        default:
          blank();
          rest_.remove_prefix(1);
      }
    }
    return std::move(out_);
  }

 private:
  void blank() {
    if (!out_.empty() && out_.back() != ' ') out_ += ' ';
  }

  void skip_behind(std::string_view end) {
    const std::size_t at = rest_.find(end);
    rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + end.size());
  }

  // "&" name ";"; anything else is text.
  void reference() {
    const std::size_t end = rest_.substr(0, kMaxReference).find(';');
    const std::uint32_t code =
        end == std::string_view::npos ? 0 : referred_to(rest_.substr(1, end - 1));
    if (code == 0) {
      out_ += '&';
      rest_.remove_prefix(1);
    } else {
      append_utf8(out_, code);
      rest_.remove_prefix(end + 1);
    }
  }

  void markup() {
    if (rest_.starts_with("<!--")) return skip_behind("-->");
    std::string_view inside = rest_.substr(1);
    if (inside.starts_with('/') || inside.starts_with('!') || inside.starts_with('?')) {
      inside.remove_prefix(1);
    }
    std::size_t length = 0;
    while (length < inside.size() && (is_alnum(inside[length]) || inside[length] == ':')) ++length;
    if (inside.data() == rest_.data() + 1 && length == 0) {  // "a < b"
      out_ += '<';
      rest_.remove_prefix(1);
      return;
    }
    const bool opens = inside.data() == rest_.data() + 1;
    const std::string name = to_lower(inside.substr(0, length));
    skip_tag();
    if (std::ranges::find(kInline, name) == kInline.end()) blank();
    if (opens && std::ranges::find(kHidden, name) != kHidden.end()) skip_element(name);
  }

  // To behind the ">" that ends the tag: one in quotes does not.
  void skip_tag() {
    char quote = 0;
    std::size_t at = 1;
    for (; at < rest_.size(); ++at) {
      const char c = rest_[at];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '>') {
        break;
      } else if ((c == '"' || c == '\'') && rest_[at - 1] == '=') {
        quote = c;
      }
    }
    rest_.remove_prefix(std::min(at + 1, rest_.size()));
  }

  void skip_element(std::string_view name) {
    while (!rest_.empty()) {
      skip_behind("</");
      if (starts_with_ignoring_case(rest_, name)) return skip_behind(">");
    }
  }

  std::string_view rest_;
  std::string out_;
};

}  // namespace

std::string html_text(std::string_view utf8) { return Reader(utf8).read(); }

}  // namespace roost::mail
