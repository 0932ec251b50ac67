#include "mail/rfc2047.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "mail/charset.h"
#include "mail/fold.h"
#include "mail/transfer_encoding.h"

namespace roost::mail {
namespace {

// Charset and language; longer ones do not exist.
constexpr std::size_t kMaxCharset = 100;

struct EncodedWord {
  std::string_view charset;
  std::string octets;      // in that charset
  std::size_t length = 0;  // of the word itself
};

// The "Q" encoding: quoted-printable with "_" for a space.
std::string decode_q(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '=' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
        hex_value(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i] == '_' ? ' ' : text[i]);
    }
  }
  return out;
}

class Decoder {
 public:
  explicit Decoder(std::string_view text) : text_(text) {}

  std::string decode() && {
    std::size_t done = 0;
    std::size_t at = text_.find("=?");
    while (at != std::string_view::npos) {
      if (const auto word = word_at(at)) {
        add_word(*word, text_.substr(done, at - done), at);
        at += word->length;
        done = at;
      } else {
        at += 2;
      }
      at = text_.find("=?", at);
    }
    flush_words();
    add_plain(text_.substr(done));
    return std::move(out_);
  }

 private:
  // "=?" charset ["*" language] "?" encoding "?" text "?="
  std::optional<EncodedWord> word_at(std::size_t at) {
    const std::string_view s = text_.substr(at + 2);
    const std::size_t charset_end = s.substr(0, kMaxCharset).find('?');
    if (charset_end == std::string_view::npos || charset_end + 2 >= s.size()) return std::nullopt;
    const char encoding = to_lower(s[charset_end + 1]);
    if ((encoding != 'b' && encoding != 'q') || s[charset_end + 2] != '?') return std::nullopt;
    const std::size_t start = at + 2 + charset_end + 3;
    const std::size_t end = end_of_word(start);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view text = text_.substr(start, end - start);
    const std::string_view charset = s.substr(0, charset_end);
    return EncodedWord{.charset = charset.substr(0, charset.find('*')),
                       .octets = encoding == 'b' ? decode_mime_base64(text) : decode_q(text),
                       .length = end + 2 - at};
  }

  // The next "?=". Remembered, so that text full of beginnings without an end stays linear.
  std::size_t end_of_word(std::size_t from) {
    if (end_ < from) end_ = text_.find("?=", from);
    return end_;
  }

  void add_plain(std::string_view text) { out_ += text_from_charset(text, {}); }

  // Blanks between two words are not there (RFC 2047 section 6.2).
  void add_word(const EncodedWord& word, std::string_view text_before, std::size_t at) {
    if (words_.empty() || !std::ranges::all_of(text_before, is_space)) {
      flush_words();
      add_plain(text_before);
    } else if (!equal_ignoring_case(charset_, word.charset)) {
      flush_words();
    }
    const std::size_t words_start = words_.empty() ? at : at - text_before.size() - words_.size();
    words_ = text_.substr(words_start, at + word.length - words_start);
    charset_ = word.charset;
    octets_ += word.octets;
  }

  void flush_words() {
    if (words_.empty()) return;
    out_ += from_charset(octets_, charset_).value_or(std::string(words_));
    octets_.clear();
    words_ = {};
  }

  std::string_view text_;
  std::string out_;
  std::size_t end_ = 0;  // of a word, see end_of_word
  // The words that wait for a neighbour:
  std::string_view words_;  // as they stand
  std::string_view charset_;
  std::string octets_;
};

}  // namespace

std::string decode_encoded_words(std::string_view text) {
  if (!text.contains("=?") && ascii_prefix(text) == text.size()) return std::string(text);
  return Decoder(text).decode();
}

}  // namespace roost::mail
