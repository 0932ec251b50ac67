#include "mail/link_cut_forest.h"

#include <gtest/gtest.h>

#include <random>

namespace roost::mail {
namespace {

TEST(LinkCutForest, AgreesWithAPlainListOfParents) {
  constexpr std::uint32_t kNodes = 60;
  constexpr std::uint32_t kNone = ~0U;
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    LinkCutForest forest;
    std::vector<std::uint32_t> parents(kNodes, kNone);
    for (std::uint32_t i = 0; i < kNodes; ++i) ASSERT_EQ(forest.add(), i);
    const auto root_of = [&](std::uint32_t node) {
      while (parents[node] != kNone) node = parents[node];
      return node;
    };
    for (int step = 0; step < 1000; ++step) {
      const std::uint32_t child = random() % kNodes;
      const std::uint32_t parent = random() % kNodes;
      if (parents[child] != kNone) {
        forest.cut(child);
        parents[child] = kNone;
      } else if (root_of(parent) != child) {
        forest.link(child, parent);
        parents[child] = parent;
      }
      const std::uint32_t asked = random() % kNodes;
      ASSERT_EQ(forest.root_of(asked), root_of(asked));
    }
  }
}

TEST(LinkCutForest, ADeepChainCostsLittle) {
  LinkCutForest forest;
  constexpr std::uint32_t kNodes = 200'000;
  for (std::uint32_t i = 0; i < kNodes; ++i) {
    forest.add();
    if (i > 0) forest.link(i, i - 1);
  }
  for (std::uint32_t i = 0; i < kNodes; ++i) ASSERT_EQ(forest.root_of(kNodes - 1 - i), 0U);
}

}  // namespace
}  // namespace roost::mail
