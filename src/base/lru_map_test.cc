#include "base/lru_map.h"

#include <gtest/gtest.h>

#include <string>

namespace roost {
namespace {

TEST(LruMap, ForgetsWhatWasNotUsedLongest) {
  LruMap<std::string, int> map(2);
  map["wren"] = 1;
  map["rook"] = 2;
  ASSERT_NE(map.find("wren"), nullptr);
  map["kite"] = 3;
  EXPECT_EQ(map.size(), 2U);
  EXPECT_EQ(map.find("rook"), nullptr);
  EXPECT_EQ(*map.find("wren"), 1);
  EXPECT_EQ(*map.find("kite"), 3);
}

TEST(LruMap, ANewEntryIsMadeByDefaultAndAnOldOneKept) {
  LruMap<int, int> map(4);
  EXPECT_EQ(map[7]++, 0);
  EXPECT_EQ(map[7], 1);
  EXPECT_EQ(map.size(), 1U);
}

TEST(LruMap, EraseMakesRoom) {
  LruMap<int, int> map(2);
  map[1] = 10;
  map[2] = 20;
  map.erase(1);
  map.erase(1);
  map[3] = 30;
  EXPECT_EQ(map.find(1), nullptr);
  EXPECT_EQ(*map.find(2), 20);
}

}  // namespace
}  // namespace roost
