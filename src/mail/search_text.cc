#include "mail/search_text.h"

#include <unicode/uchar.h>

#include <algorithm>

#include "base/ascii.h"
#include "mail/character.h"
#include "mail/fold.h"

namespace roost::mail {
namespace {

constexpr Closeness kWithoutMarks = 90;
constexpr Closeness kWordsInOrder = 75;
constexpr Closeness kAllWords = 50;

// Folded text is decomposed, so that accents are characters of their own.
std::string without_marks(std::string_view folded) {
  std::string out;
  out.reserve(folded.size());
  while (!folded.empty()) {
    const std::size_t ascii = ascii_prefix(folded);
    out += folded.substr(0, ascii);
    folded.remove_prefix(ascii);
    if (folded.empty()) break;
    const Character next = first_character(folded);
    if (u_charType(static_cast<UChar32>(next.code)) != U_NON_SPACING_MARK) {
      out += folded.substr(0, next.length);
    }
    folded.remove_prefix(next.length);
  }
  return out;
}

std::vector<std::string> words_of(std::string_view text) {
  const auto is_apart = [](char c) { return is_ascii(c) && !is_alnum(c); };
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto start = std::ranges::find_if_not(text, is_apart);
    text.remove_prefix(static_cast<std::size_t>(start - text.begin()));
    const auto length =
        static_cast<std::size_t>(std::ranges::find_if(text, is_apart) - text.begin());
    if (length > 0) words.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return words;
}

bool contains_in_order(std::string_view text, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    const std::size_t at = find(text, word);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + word.size());
  }
  return true;
}

}  // namespace

SearchText::SearchText(std::string_view utf8, Matching matching) : folded_(fold(utf8)) {
  if (matching == Matching::kSubstring) return;
  bare_ = without_marks(folded_);
  words_ = words_of(bare_);
  // A word that is given twice is looked for once.
  if (words_.size() > 1) {
    std::vector<std::string> once;
    for (std::string& word : words_) {
      if (std::ranges::find(once, word) == once.end()) once.push_back(std::move(word));
      if (once.size() == kMaxWords) break;
    }
    words_ = std::move(once);
  }
}

const std::string& FoldedText::bare() {
  if (!bare_) bare_ = without_marks(folded_);
  return *bare_;
}

Closeness SearchText::in(FoldedText& text) const {
  if (contains(text.folded(), folded_)) return kExactly;
  if (words_.empty()) return 0;
  const std::string& bare = text.bare();
  if (contains(bare, bare_)) return kWithoutMarks;
  const auto has = [&](const std::string& word) { return contains(bare, word); };
  if (!std::ranges::all_of(words_, has)) return 0;
  return contains_in_order(bare, words_) ? kWordsInOrder : kAllWords;
}

}  // namespace roost::mail
