// A text that SEARCH looks for, and how closely another text has it: as a substring, or where FUZZY
// (RFC 6203) allows it word by word, in any order and without regard to accents.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roost::mail {

// 0: not at all. 100: as it was asked for. Between: a relevancy score (RFC 6203 section 4).
using Closeness = int;
inline constexpr Closeness kExactly = 100;

// What is looked into. Without marks only once somebody asks for that.
class FoldedText {
 public:
  // folded: as fold() makes it.
  explicit FoldedText(std::string folded) : folded_(std::move(folded)) {}

  [[nodiscard]] const std::string& folded() const { return folded_; }
  [[nodiscard]] const std::string& bare();

 private:
  std::string folded_;
  std::optional<std::string> bare_;
};

class SearchText {
 public:
  enum class Matching : std::uint8_t { kSubstring, kFuzzy };
  static constexpr std::size_t kMaxWords = 32;  // of a fuzzy text that are looked for

  SearchText() = default;
  SearchText(std::string_view utf8, Matching matching);

  // An empty text is in every other.
  [[nodiscard]] bool empty() const { return folded_.empty(); }
  [[nodiscard]] Closeness in(FoldedText& text) const;

 private:
  std::string folded_;
  // Of a fuzzy one, without marks: all of it, and its words.
  std::string bare_;
  std::vector<std::string> words_;
};

}  // namespace roost::mail
