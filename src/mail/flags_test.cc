#include "mail/flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace roost::mail {
namespace {

using testing::ElementsAre;

TEST(Flags, SystemFlagsByNameInAnyCase) {
  EXPECT_EQ(system_flag("\\Seen"), SystemFlag::kSeen);
  EXPECT_EQ(system_flag("\\ANSWERED"), SystemFlag::kAnswered);
  EXPECT_EQ(system_flag("\\flagged"), SystemFlag::kFlagged);
  EXPECT_EQ(system_flag("\\Deleted"), SystemFlag::kDeleted);
  EXPECT_EQ(system_flag("\\Draft"), SystemFlag::kDraft);
}

TEST(Flags, RecentAndUnknownAreNoSystemFlags) {
  for (const auto* name : {"\\Recent", "\\Important", "Seen", "\\", "", "\\Seen ", "\\*"}) {
    EXPECT_EQ(system_flag(name), std::nullopt) << name;
  }
}

TEST(KeywordTable, KeepsTheFirstSpelling) {
  KeywordTable table;
  EXPECT_EQ(table.intern("$Forwarded"), 0U);
  EXPECT_EQ(table.intern("work"), 1U);
  EXPECT_EQ(table.intern("WORK"), 1U);
  EXPECT_EQ(table.find("$forwarded"), 0U);
  EXPECT_EQ(table.find("wor"), std::nullopt);
  EXPECT_THAT(table.names(), ElementsAre("$Forwarded", "work"));
}

TEST(KeywordTable, IsFullAtSixtyFour) {
  KeywordTable table;
  for (std::size_t i = 0; i < kMaxKeywords; ++i) {
    EXPECT_EQ(table.intern("k" + std::to_string(i)), i);
  }
  EXPECT_EQ(table.intern("one-more"), std::nullopt);
  EXPECT_EQ(table.intern("K63"), 63U);
  EXPECT_EQ(table.names().size(), kMaxKeywords);
}

TEST(KeywordTable, NamesToBitsAndBack) {
  KeywordTable table({"a", "b", "c"});
  FlagNames names;
  names.add(SystemFlag::kSeen);
  names.add(SystemFlag::kDraft);
  names.keywords = {"C", "unknown", "a"};

  const Flags flags = table.known(names);
  EXPECT_TRUE(flags.has(SystemFlag::kSeen));
  EXPECT_TRUE(flags.has(SystemFlag::kDraft));
  EXPECT_FALSE(flags.has(SystemFlag::kDeleted));
  EXPECT_EQ(flags.keywords, 0b101U);

  const FlagNames back = table.names_of(flags);
  EXPECT_EQ(back.system, names.system);
  EXPECT_THAT(back.keywords, ElementsAre("a", "c"));
}

TEST(KeywordTable, TheLastBitHasAName) {
  KeywordTable table;
  for (std::size_t i = 0; i < kMaxKeywords; ++i) (void)table.intern("k" + std::to_string(i));
  EXPECT_THAT(table.names_of({.keywords = std::uint64_t{1} << 63}).keywords, ElementsAre("k63"));
}

TEST(KeywordTable, AppendsNamesWithOneSpaceBetween) {
  const KeywordTable table({"work", "$MDNSent"});
  std::string out = "FLAGS (";
  table.append_names({}, out);
  EXPECT_EQ(out, "FLAGS (");
  table.append_names({.system = 1 | 4, .keywords = 0b11}, out);
  EXPECT_EQ(out, "FLAGS (\\Seen \\Flagged work $MDNSent");

  std::string one;
  table.append_names({.keywords = 0b10}, one);
  EXPECT_EQ(one, "$MDNSent");
}

TEST(KeywordTable, BitsWithoutANameAreSilent) {
  const KeywordTable table({"a"});
  std::string out;
  table.append_names({.keywords = 0b110}, out);
  EXPECT_EQ(out, "");
  EXPECT_TRUE(table.names_of({.keywords = 0b110}).keywords.empty());
}

}  // namespace
}  // namespace roost::mail
