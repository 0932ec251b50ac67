// RFC 5267 sections 4.3.3 and 4.3.4: what REMOVEFROM and ADDTO say of a sorted result keeps a
// client's list right.
#include "mail/sorted_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "mail/message_parser.h"

namespace roost::mail {
namespace {

using Key = SortCriterion::Key;
using testing::ElementsAre;
using testing::IsEmpty;

Digest digest_of(std::uint64_t size, const std::string& subject = "") {
  MessageParser parser;
  parser.feed("Subject: " + subject + "\r\n\r\n");
  Digest digest = parser.finish();
  digest.size = size;
  return digest;
}

UidSet set(std::initializer_list<std::uint32_t> uids) {
  UidSet result;
  for (const std::uint32_t uid : uids) result.add(Uid(uid));
  return result;
}

PlacedUids at(std::uint32_t position, std::initializer_list<std::uint32_t> uids) {
  PlacedUids placed{.position = position, .uids = {}};
  for (const std::uint32_t uid : uids) placed.uids.emplace_back(uid);
  return placed;
}

// The UIDs 1, 2, 3 … with these sizes, by size.
SortedList by_size(const std::vector<std::uint64_t>& sizes) {
  SortedList list({{.key = Key::kSize}});
  std::uint32_t uid = 0;
  for (const std::uint64_t size : sizes) list.add(Uid(++uid), digest_of(size), kExactly);
  (void)list.put_in_place();
  return list;
}

TEST(SortedList, ComesAndGoesByPosition) {
  SortedList list = by_size({30, 10, 20, 40});  // 2 3 1 4
  EXPECT_THAT(list.order(), ElementsAre(1, 2, 0, 3));
  list.add(Uid(5), digest_of(25), kExactly);
  list.add(Uid(6), digest_of(50), kExactly);
  list.add(Uid(7), digest_of(22), kExactly);
  EXPECT_THAT(list.put_in_place(), ElementsAre(at(3, {7, 5}), at(7, {6})));  // 2 3 7 5 1 4 6
  EXPECT_THAT(list.put_in_place(), IsEmpty());
  EXPECT_THAT(list.remove(set({2, 5, 7, 6, 99})),
              ElementsAre(at(7, {6}), at(3, {7, 5}), at(1, {2})));
  EXPECT_THAT(list.remove(set({2})), IsEmpty());
  EXPECT_THAT(list.remove(set({1, 3, 4})), ElementsAre(at(1, {3, 1, 4})));
}

TEST(SortedList, WhatIsEqualStaysInTheOrderOfTheMailbox) {
  SortedList list = by_size({10, 10, 10});
  EXPECT_THAT(list.remove(set({2})), ElementsAre(at(2, {2})));
  list.add(Uid(4), digest_of(10), kExactly);
  list.add(Uid(2), digest_of(10), kExactly);
  EXPECT_THAT(list.put_in_place(), ElementsAre(at(2, {2}), at(4, {4})));
}

// A client that does as it is told has what a new SORT would find.
TEST(SortedList, AClientKeepsUp) {
  std::mt19937 random(1);
  const auto pick = [&](std::uint32_t below) { return random() % below; };
  const SortedList none({{.key = Key::kSubject, .reverse = true}, {.key = Key::kSize}});
  SortedList list = none;
  std::vector<Uid> client;
  std::map<Uid, Digest> messages;
  std::uint32_t next = 1;
  for (int round = 0; round < 300; ++round) {
    UidSet gone;
    for (const Uid uid : client) {
      if (pick(3) == 0) gone.add(uid);
    }
    for (std::uint32_t i = pick(8); i > 0; --i) {
      const Digest digest =
          digest_of(pick(4), std::string(7, 'a') + std::string(pick(4), 'b') + "c");
      messages[Uid(next)] = digest;
      list.add(Uid(next++), digest, kExactly);
    }
    for (const PlacedUids& run : list.remove(gone)) {
      const auto from = client.begin() + (run.position - 1);
      ASSERT_TRUE(std::equal(run.uids.begin(), run.uids.end(), from));
      client.erase(from, from + static_cast<std::ptrdiff_t>(run.uids.size()));
    }
    for (const PlacedUids& run : list.put_in_place()) {
      client.insert(client.begin() + (run.position - 1), run.uids.begin(), run.uids.end());
    }
    for (const UidRange& range : gone.ranges()) {
      for (Uid uid = range.first; uid <= range.last; uid = uid.next()) messages.erase(uid);
    }
    SortedList sorted = none;
    std::vector<Uid> uids;
    for (const auto& [uid, digest] : messages) {
      sorted.add(uid, digest, kExactly);
      uids.push_back(uid);
    }
    (void)sorted.put_in_place();
    std::vector<Uid> expected;
    for (const std::uint32_t place : sorted.order()) expected.push_back(uids[place]);
    ASSERT_EQ(client, expected) << "round " << round;
  }
  // What was taken out is not held for ever.
  EXPECT_LT(list.octets(), (2 * client.size() + 110) * 100);
}

// For the next SORT, which finds other messages: equal ones stand in the order of UIDs, whichever
// list they are in.
TEST(SortedList, GivesTheOrderOfSomeOfTwoLists) {
  SortedList one({{.key = Key::kSize}});
  for (const std::uint32_t uid : {4U, 6U, 8U}) one.add(Uid(uid), digest_of(20), kExactly);
  (void)one.put_in_place();
  SortedList other({{.key = Key::kSize}});
  other.add(Uid(3), digest_of(30), kExactly);
  other.add(Uid(5), digest_of(20), kExactly);
  other.add(Uid(9), digest_of(10), kExactly);
  (void)other.put_in_place();  // with the one: 9 4 5 6 8 3
  const std::vector<Uid> all = {Uid(3), Uid(4), Uid(5), Uid(6), Uid(8), Uid(9)};
  EXPECT_THAT(one.order_of(all, other), ElementsAre(5, 1, 2, 3, 4, 0));
  EXPECT_THAT(other.order_of(all, one), ElementsAre(5, 1, 2, 3, 4, 0));
  const std::vector<Uid> some = {Uid(3), Uid(5), Uid(6)};
  EXPECT_THAT(one.order_of(some, other), ElementsAre(1, 2, 0));
  EXPECT_THAT(one.order_of({}, other), IsEmpty());
  const SortedList none({{.key = Key::kSize}});
  const auto joined = SortedList::joined(one, set({6}), other);
  const std::vector<Uid> rest = {Uid(3), Uid(4), Uid(5), Uid(8), Uid(9)};
  EXPECT_EQ(joined.size(), 5U);
  EXPECT_THAT(joined.order_of(rest, none), ElementsAre(4, 1, 2, 3, 0));
  EXPECT_THAT(none.order_of(rest, joined), ElementsAre(4, 1, 2, 3, 0));
}

// Few of them are looked up one by one; the order is the same. Strings go on behind the first eight
// octets, and many are equal.
TEST(SortedList, FewOfManyAreInTheSameOrder) {
  std::mt19937 random(1);
  const std::vector<SortCriterion> criteria = {{.key = Key::kSubject, .reverse = true},
                                               {.key = Key::kSize}};
  SortedList lists[] = {SortedList(criteria), SortedList(criteria)};
  Sorter sorter(criteria);
  std::vector<Uid> all;
  for (std::uint32_t uid = 1; uid <= 1000; ++uid) {
    const Digest digest = digest_of(random() % 3, "a beginning " + std::to_string(random() % 20));
    lists[random() % 4 == 0 ? 1 : 0].add(Uid(uid), digest, kExactly);
    sorter.add(digest, kExactly);
    all.emplace_back(uid);
  }
  for (SortedList& list : lists) (void)list.put_in_place();
  const SortedList joined = SortedList::joined(lists[0], {}, lists[1]);
  for (const std::uint32_t step : {1U, 2U, 10U, 50U, 999U}) {
    std::vector<Uid> uids;
    std::vector<std::uint32_t> places;
    for (std::uint32_t i = 0; i < all.size(); i += step) {
      uids.push_back(all[i]);
      places.push_back(i);
    }
    std::vector<std::uint32_t> expected;
    for (const std::uint32_t place : sorter.sorted(places)) expected.push_back(place / step);
    EXPECT_EQ(lists[0].order_of(uids, lists[1]), expected) << step;
    EXPECT_EQ(joined.order_of(uids, SortedList(criteria)), expected) << step;
  }
}

}  // namespace
}  // namespace roost::mail
