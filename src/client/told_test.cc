#include "client/told.h"

#include <gtest/gtest.h>

namespace roost::client {
namespace {

using Names = std::vector<std::string>;
constexpr mail::Uid kUid{5};

TEST(Told, FlagsAreSetAndClearedAgainstWhatWasTold) {
  Told told;
  told.add(kUid, {"\\Seen", "work"});
  EXPECT_EQ(told.change_flags(kUid, {"\\seen", "\\Recent", "$Junk"}),
            (Told::FlagChange{.set = {"$Junk"}, .cleared = {"work"}}));
  EXPECT_EQ(told.change_flags(kUid, {"\\Seen", "$junk"}), Told::FlagChange());
  EXPECT_EQ(told.change_flags(kUid, {}), (Told::FlagChange{.cleared = {"$Junk", "\\Seen"}}));
  EXPECT_TRUE(told.flags.empty());
}

TEST(Told, AFlagThatIsNamedTwiceIsOne) {
  Told told;
  EXPECT_EQ(told.change_flags(kUid, {"b", "A", "B", "a"}).set.size(), 2U);
  EXPECT_EQ(told.change_flags(kUid, {"B"}), (Told::FlagChange{.cleared = {"A"}}));
  EXPECT_EQ(told.change_flags(kUid, Names(100'000, "b")), Told::FlagChange());
}

TEST(Told, RemovedMessagesLeaveNothing) {
  Told told;
  told.add(mail::Uid(1), {"a"});
  told.add(mail::Uid(2), {"a", "b"});
  told.remove(mail::UidSet({mail::Uid(2), mail::Uid(9)}));
  EXPECT_EQ(told.uids.to_string(), "1");
  EXPECT_EQ(told.ranges(), 2U);
  EXPECT_FALSE(told.flags.contains("b"));
}

TEST(Told, FlagsBeyondTheLimitsAreNotFollowed) {
  Told told;
  Names many;
  for (std::size_t i = 0; i < Told::kMaxFlags + 1; ++i) many.push_back("f" + std::to_string(i));
  EXPECT_EQ(told.change_flags(kUid, many).set.size(), Told::kMaxFlags);
  EXPECT_EQ(told.change_flags(mail::Uid(6), {std::string(Told::kMaxFlagName + 1, 'x')}),
            Told::FlagChange());
}

}  // namespace
}  // namespace roost::client
