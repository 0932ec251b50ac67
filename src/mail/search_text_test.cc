#include "mail/search_text.h"

#include <gtest/gtest.h>

#include "mail/fold.h"

namespace roost::mail {
namespace {

Closeness closeness(std::string_view text, std::string_view wanted, SearchText::Matching matching) {
  FoldedText folded(fold(text));
  return SearchText(wanted, matching).in(folded);
}
Closeness fuzzy(std::string_view text, std::string_view wanted) {
  return closeness(text, wanted, SearchText::Matching::kFuzzy);
}

TEST(SearchText, SubstringsAreExact) {
  const auto plain = [](std::string_view text, std::string_view wanted) {
    return closeness(text, wanted, SearchText::Matching::kSubstring);
  };
  EXPECT_EQ(plain("a broken IMAP", "n imap"), kExactly);
  EXPECT_EQ(plain("a broken IMAP", "imap broken"), 0);
  EXPECT_EQ(plain("Ärger", "arger"), 0);
  EXPECT_EQ(plain("", ""), kExactly);
}

TEST(SearchText, FuzzyWordsInAnyOrder) {
  EXPECT_EQ(fuzzy("IMAP break", "imap break"), kExactly);
  const Closeness in_order = fuzzy("IMAP does break", "imap break");
  const Closeness any_order = fuzzy("broken: the IMAP", "imap broken");
  EXPECT_LT(in_order, kExactly);
  EXPECT_LT(any_order, in_order);
  EXPECT_GT(any_order, 0);
  EXPECT_EQ(fuzzy("IMAP", "imap break"), 0);
}

TEST(SearchText, FuzzyWithoutAccents) {
  EXPECT_GT(fuzzy("Ärger im Café", "arger"), 0);
  EXPECT_GT(fuzzy("Arger im Cafe", "café ärger"), 0);
  EXPECT_EQ(fuzzy("Ärger", "ärger"), kExactly);
  EXPECT_LT(fuzzy("Arger", "ärger"), kExactly);
}

TEST(SearchText, FuzzyWithoutAWord) {
  EXPECT_EQ(fuzzy("what?", "?"), kExactly);
  EXPECT_EQ(fuzzy("what", "?!"), 0);
  EXPECT_EQ(fuzzy("anything", ""), kExactly);
}

}  // namespace
}  // namespace roost::mail
