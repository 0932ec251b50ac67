// The finer points of the tree; what a store's caller sees of it is in
// conformance/mailboxes_test.cc.
#include "store/mailbox_tree.h"

#include <gmock/gmock.h>

namespace roost::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

MailboxTree tree_of(std::initializer_list<const char*> names) {
  MailboxTree tree;
  std::uint64_t id = 0;
  for (const char* name : names) {
    tree[name] = {.id = mail::MailboxId(++id), .name = name, .uid_validity = mail::UidValidity(1)};
  }
  return tree;
}

std::vector<std::string> names_put(const TreeChange& change) {
  std::vector<std::string> names;
  for (const Mailbox& mailbox : change.put) names.push_back(mailbox.name);
  return names;
}

TEST(MailboxTreeTest, SuperiorsComeFirst) {
  const auto change = plan_create(tree_of({"INBOX", "a"}), "a/b/c", {}, 10);
  EXPECT_THAT(names_put(*change), ElementsAre("a/b", "a/b/c"));
  EXPECT_TRUE(is_new(change->put[0]));
}

TEST(MailboxTreeTest, UidValiditiesOnlyGrow) {
  const auto now = next_uid_validity(mail::UidValidity(0));
  EXPECT_GT(now.value, 1'700'000'000u);
  EXPECT_EQ(next_uid_validity(mail::UidValidity(4'000'000'000)).value, 4'000'000'001u);
  EXPECT_EQ(next_uid_validity(mail::UidValidity(4'294'967'295)).value, 4'294'967'295u);
}

TEST(MailboxTreeTest, CountsSuperiorsAgainstTheLimit) {
  EXPECT_TRUE(plan_create(tree_of({"INBOX"}), "a/b", {}, 3));
  EXPECT_EQ(plan_create(tree_of({"INBOX"}), "a/b/c", {}, 3).error().code, ErrorCode::kLimit);
}

TEST(MailboxTreeTest, ANoselectNameThatBecomesAMailboxDoesNotCount) {
  MailboxTree tree = tree_of({"INBOX", "a", "a/b"});
  tree["a"].selectable = false;
  tree["a"].id = {};
  EXPECT_TRUE(plan_create(tree, "a", {}, 3));
}

// "a b", "a-b" and "a0" sort around "a/": none of them is an inferior of "a".
TEST(MailboxTreeTest, MovesInferiorsAndNothingElse) {
  const auto change =
      plan_rename(tree_of({"INBOX", "a", "a b", "a-b", "a/x", "a/y/z", "a0", "ab"}), "a", "n", 20);
  EXPECT_THAT(change->erased, ElementsAre("a", "a/x", "a/y/z"));
  EXPECT_THAT(names_put(*change), ElementsAre("n", "n/x", "n/y/z"));
  EXPECT_THAT(change->ended, IsEmpty());
}

TEST(MailboxTreeTest, MayMoveUpIntoItsOwnSuperiorsPlace) {
  const auto change = plan_rename(tree_of({"INBOX", "a", "a/b", "a/b/c"}), "a/b", "a/c/d", 20);
  EXPECT_THAT(names_put(*change), ElementsAre("a/c", "a/c/d", "a/c/d/c"));
}

TEST(MailboxTreeTest, RefusesInferiorsTooDeep) {
  std::string deep = "d";
  for (int level = 1; level < 32; ++level) deep += "/d";
  EXPECT_TRUE(plan_rename(tree_of({"INBOX", "a"}), "a", deep, 100));
  EXPECT_EQ(plan_rename(tree_of({"INBOX", "a", "a/b"}), "a", deep, 100).error().code,
            ErrorCode::kInvalid);
}

TEST(MailboxTreeTest, UidValidityAlwaysGrows) {
  EXPECT_GT(next_uid_validity(mail::UidValidity(0)).value, 1'700'000'000u) << "the wall clock";
  const mail::UidValidity ahead(4'000'000'000u);
  EXPECT_EQ(next_uid_validity(ahead), ahead.next());
}

}  // namespace
}  // namespace roost::store
