// A text that SEARCH looks for, and how closely another text has it: as a substring, or where FUZZY
// (RFC 6203) allows it word by word, in any order and without regard to accents.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace roost::mail {

// 0: not at all. 100: as it was asked for. Between: a relevancy score (RFC 6203 section 4).
using Closeness = int;
inline constexpr Closeness kExactly = 100;

class SearchText {
 public:
  enum class Matching : std::uint8_t { kSubstring, kFuzzy };
  static constexpr std::size_t kMaxWords = 32;  // of a fuzzy text that are looked for

  SearchText() = default;
  SearchText(std::string_view utf8, Matching matching);

  // An empty text is in every other.
  [[nodiscard]] bool empty() const { return folded_.empty(); }
  // Requires: folded is as fold() makes it.
  [[nodiscard]] Closeness in(std::string_view folded) const;

 private:
  std::string folded_;
  // Of a fuzzy one, without marks: all of it, and its words.
  std::string bare_;
  std::vector<std::string> words_;
};

}  // namespace roost::mail
