#include "mail/uid_set.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <set>

namespace roost::mail {
namespace {

constexpr std::uint32_t kHighest = std::numeric_limits<std::uint32_t>::max();

UidRange range(std::uint32_t first, std::uint32_t last) { return {Uid(first), Uid(last)}; }
UidSet of(std::initializer_list<UidRange> ranges) { return UidSet::from_ranges(ranges); }

TEST(UidSet, StartsEmpty) {
  const UidSet set;
  EXPECT_TRUE(set.empty());
  EXPECT_EQ(set.count(), 0U);
  EXPECT_EQ(set.to_string(), "");
  EXPECT_FALSE(set.contains(Uid(0)));
}

TEST(UidSet, NeighboursBecomeOneRange) {
  UidSet set;
  set.add(Uid(1));
  set.add(Uid(3));
  EXPECT_EQ(set.to_string(), "1,3");
  set.add(Uid(2));
  EXPECT_EQ(set.to_string(), "1:3");
  EXPECT_EQ(set.ranges().size(), 1U);
}

TEST(UidSet, ARangeSwallowsWhatItCovers) {
  UidSet set;
  for (std::uint32_t uid : {2, 5, 9, 20}) set.add(Uid(uid));
  set.add(range(4, 10));
  EXPECT_EQ(set.to_string(), "2,4:10,20");
  set.add(range(3, 19));
  EXPECT_EQ(set.to_string(), "2:20");
}

TEST(UidSet, InsertsBeforeAndBetween) {
  UidSet set(range(10, 12));
  set.add(range(1, 2));
  set.add(Uid(5));
  EXPECT_EQ(set.to_string(), "1:2,5,10:12");
}

TEST(UidSet, KnowsTheHighestUid) {
  UidSet set(range(kHighest - 1, kHighest));
  set.add(Uid(kHighest));
  EXPECT_EQ(set.to_string(), "4294967294:4294967295");
  EXPECT_TRUE(set.contains(Uid(kHighest)));
  set.add(range(0, kHighest));
  EXPECT_EQ(set.count(), std::uint64_t{1} << 32);
}

TEST(UidSet, FromRangesTakesAnyOrder) {
  const UidSet set = UidSet::from_ranges({range(9, 10), range(1, 3), range(2, 5), range(6, 6)});
  EXPECT_EQ(set.to_string(), "1:6,9:10");
  EXPECT_TRUE(UidSet::from_ranges({}).empty());
}

TEST(UidSet, AgreesWithASetOfNumbers) {
  std::mt19937 random(20260101);
  for (int round = 0; round < 300; ++round) {
    std::set<std::uint32_t> model;
    UidSet set;
    std::vector<UidRange> all;
    for (int i = 0; i < 40; ++i) {
      const std::uint32_t first = random() % 120;
      const std::uint32_t last = first + random() % 5;
      set.add(range(first, last));
      all.push_back(range(first, last));
      for (std::uint32_t uid = first; uid <= last; ++uid) model.insert(uid);

      ASSERT_EQ(set.count(), model.size());
      for (std::size_t r = 1; r < set.ranges().size(); ++r) {
        ASSERT_GT(set.ranges()[r].first.value, set.ranges()[r - 1].last.value + 1);
      }
    }
    for (std::uint32_t uid = 0; uid < 130; ++uid) {
      ASSERT_EQ(set.contains(Uid(uid)), model.contains(uid)) << uid << " in " << set.to_string();
    }
    ASSERT_EQ(UidSet::from_ranges(all), set);
  }
}

TEST(UidSetTest, IntersectsRangeByRange) {
  EXPECT_EQ(intersection(of({range(1, 5), range(8, 20)}), of({range(4, 9), range(15, 30)})),
            of({range(4, 5), range(8, 9), range(15, 20)}));
  EXPECT_EQ(intersection(of({range(1, 5)}), of({range(1, 1), range(3, 3), range(5, 9)})),
            of({range(1, 1), range(3, 3), range(5, 5)}));
  EXPECT_TRUE(intersection(of({range(1, 5)}), of({range(6, 9)})).empty());
  EXPECT_TRUE(intersection(UidSet(), of({range(6, 9)})).empty());
}

TEST(UidSetTest, Unions) {
  EXPECT_EQ(united(of({range(1, 5), range(20, 30)}), of({range(4, 9), range(11, 12)})),
            of({range(1, 9), range(11, 12), range(20, 30)}));
  EXPECT_EQ(united(of({range(1, 5)}), of({range(6, 6), range(8, 9)})),
            of({range(1, 6), range(8, 9)}));
  EXPECT_EQ(united(UidSet(), of({range(6, 9)})), of({range(6, 9)}));
  EXPECT_EQ(united(of({range(6, 9)}), UidSet()), of({range(6, 9)}));
}

TEST(UidSetTest, Differences) {
  EXPECT_EQ(difference(of({range(1, 5), range(8, 20)}), of({range(4, 9), range(11, 12)})),
            of({range(1, 3), range(10, 10), range(13, 20)}));
  EXPECT_EQ(difference(of({range(1, 3), range(5, 7)}), of({range(2, 2), range(7, 9)})),
            of({range(1, 1), range(3, 3), range(5, 6)}));
  EXPECT_TRUE(difference(of({range(3, 5)}), of({range(1, 9)})).empty());
  EXPECT_EQ(difference(of({range(3, 5)}), UidSet()), of({range(3, 5)}));
  EXPECT_TRUE(difference(UidSet(), of({range(3, 5)})).empty());
  const Uid highest(0xffff'ffff);
  EXPECT_EQ(difference(of({{Uid(7), highest}}), of({{highest, highest}})),
            of({{Uid(7), highest.prev()}}));
  EXPECT_TRUE(difference(of({{Uid(7), highest}}), of({{Uid(7), highest}})).empty());
}

TEST(UidSetTest, IsWrittenInPieces) {
  const UidSet set = UidSet::from_ranges({range(1, 2), range(4, 4), range(7, 9)});
  std::size_t first = 0;
  std::string out;
  set.append_ranges(first, 2, out);
  EXPECT_EQ(out, "1:2,4");
  set.append_ranges(first, 2, out = {});
  EXPECT_EQ(out, "7:9");
  EXPECT_EQ(first, 3u);
}

TEST(UidSetTest, CountsWithinARange) {
  UidSet set(UidRange{Uid(3), Uid(5)});
  set.add(UidRange{Uid(8), Uid(9)});
  EXPECT_EQ(set.count_in({Uid(1), Uid(2)}), 0u);
  EXPECT_EQ(set.count_in({Uid(5), Uid(8)}), 2u);
  EXPECT_EQ(set.count_in({Uid(1), Uid(100)}), 5u);
  EXPECT_EQ(set.count_in({Uid(10), Uid(11)}), 0u);
  EXPECT_EQ(UidSet().count_in({Uid(1), Uid(1)}), 0u);
}

TEST(UidSet, RemovingCutsRanges) {
  UidSet set(range(1, 10));
  set.remove(range(4, 5));
  EXPECT_EQ(set.to_string(), "1:3,6:10");
  set.remove(range(3, 6));
  EXPECT_EQ(set.to_string(), "1:2,7:10");
  set.remove(range(20, kHighest));
  set.remove(range(3, 6));
  EXPECT_EQ(set.to_string(), "1:2,7:10");
  set.remove(range(1, 8));
  EXPECT_EQ(set.to_string(), "9:10");
  set.remove(range(1, kHighest));
  EXPECT_TRUE(set.empty());
}

TEST(UidSet, TheNthIsFoundAcrossRanges) {
  const UidSet set = UidSet::from_ranges({range(2, 3), range(7, 7), range(kHighest - 1, kHighest)});
  EXPECT_EQ(set.nth(0), Uid(2));
  EXPECT_EQ(set.nth(1), Uid(3));
  EXPECT_EQ(set.nth(2), Uid(7));
  EXPECT_EQ(set.nth(4), Uid(kHighest));
  EXPECT_EQ(set.nth(5), std::nullopt);
  EXPECT_EQ(UidSet().nth(0), std::nullopt);
}

TEST(UidSet, RemovingAndDifferenceAgreeWithAPlainSet) {
  std::mt19937 random(7);
  const auto pick = [&random](std::uint32_t below) {
    return std::uniform_int_distribution<std::uint32_t>(1, below)(random);
  };
  for (int round = 0; round < 2'000; ++round) {
    UidSet a;
    UidSet b;
    std::set<std::uint32_t> expected;
    for (int i = 0; i < 8; ++i) {
      const std::uint32_t first = pick(40);
      const std::uint32_t last = first + pick(6);
      a.add(range(first, last));
      for (std::uint32_t uid = first; uid <= last; ++uid) expected.insert(uid);
    }
    UidSet removed = a;
    for (int i = 0; i < 5; ++i) {
      const std::uint32_t first = pick(40);
      const std::uint32_t last = first + pick(6);
      b.add(range(first, last));
      removed.remove(range(first, last));
      for (std::uint32_t uid = first; uid <= last; ++uid) expected.erase(uid);
    }
    UidSet plain;
    for (const std::uint32_t uid : expected) plain.add(Uid(uid));
    EXPECT_EQ(removed, plain);
    EXPECT_EQ(difference(a, b), plain);
  }
}

}  // namespace
}  // namespace roost::mail
