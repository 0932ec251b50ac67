#include "cli/watch/words.h"

#include <optional>
#include <utility>

#include "base/ascii.h"

namespace roost::cli {

Result<std::vector<std::string>> split_words(std::string_view line) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote == '\0' && is_space(c)) {
      if (word) words.push_back(*std::exchange(word, std::nullopt));
      continue;
    }
    if (!word) word.emplace();
    if (c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == '\\' && quote != '\'') {
      if (i + 1 == line.size()) return fail(ErrorCode::kInvalid, "a \\ before nothing");
      const char next = line[++i];
      // Within "…" it quotes only what means something there.
      if (quote == '"' && !std::string_view("\"\\$`").contains(next)) *word += '\\';
      *word += next;
    } else {
      *word += c;
    }
  }
  if (quote != '\0') return fail(ErrorCode::kInvalid, std::string("a ") + quote + " without end");
  if (word) words.push_back(*std::move(word));
  if (words.empty()) return fail(ErrorCode::kInvalid, "no command");
  return words;
}

}  // namespace roost::cli
