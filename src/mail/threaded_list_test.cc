#include "mail/threaded_list.h"

#include <gtest/gtest.h>

namespace roost::mail {
namespace {

constexpr Hash128 hash(std::uint64_t n) { return {.low = n, .high = ~n}; }

// All texts there are in the tests.
ThreadTexts texts() {
  ThreadTexts texts;
  for (std::uint32_t i = 0; i < 2'000; ++i) texts.ids.push_back(hash(i));
  for (std::uint32_t i = 0; i < 20; ++i) texts.subjects.push_back(hash(100 + i));
  return texts;
}

// With as many ids as its UID says.
void add(ThreadedList& list, std::uint32_t uid) {
  std::vector<std::uint32_t> ids;
  for (std::uint32_t i = 0; i < uid; ++i) ids.push_back(uid * 100 + i);
  list.add(Uid(uid), {.sent_date = -std::int64_t{uid},
                      .subject = uid,
                      .has_subject = uid % 2 == 0,
                      .is_reply_or_forward = uid % 3 == 0,
                      .has_id = uid % 5 == 0,
                      .ids = ids});
}

ThreadedList list_of(std::initializer_list<std::uint32_t> uids) {
  ThreadedList list;
  for (const std::uint32_t uid : uids) add(list, uid);
  return list;
}

void expect(const ThreadedList& list, const ThreadTexts& texts,
            std::initializer_list<std::uint32_t> uids) {
  EXPECT_EQ(list.size(), uids.size());
  std::size_t place = 0;
  for (const std::uint32_t uid : uids) {
    const auto message = list.find(Uid(uid), place);
    ASSERT_TRUE(message) << uid;
    EXPECT_EQ(message->sent_date, -std::int64_t{uid});
    EXPECT_EQ(texts.subjects[message->subject], hash(100 + uid));
    EXPECT_EQ(message->has_subject, uid % 2 == 0);
    EXPECT_EQ(message->is_reply_or_forward, uid % 3 == 0);
    EXPECT_EQ(message->has_id, uid % 5 == 0);
    ASSERT_EQ(message->ids.size(), uid);
    for (std::uint32_t i = 0; i < uid; ++i)
      EXPECT_EQ(texts.ids[message->ids[i]], hash(uid * 100 + i));
  }
}

TEST(ThreadedList, IsFoundInOnePass) {
  const ThreadedList list = list_of({1, 3, 6, 10});
  expect(list, texts(), {1, 3, 6, 10});
  std::size_t place = 0;
  EXPECT_FALSE(list.find(Uid(2), place));
  EXPECT_TRUE(list.find(Uid(3), place));
  EXPECT_TRUE(list.find(Uid(10), place));
  EXPECT_FALSE(list.find(Uid(11), place));
  EXPECT_FALSE(list.find(Uid(12), place));
}

TEST(ThreadedList, JoinsByUidWithoutWhatIsGone) {
  UidSet gone;
  gone.add(Uid(3));
  gone.add(Uid(7));
  const ThreadedList one = list_of({1, 3, 6, 10});
  const auto joined = ThreadedList::joined(one, gone, list_of({2, 8, 11, 12}), texts());
  expect(joined, joined.texts(), {1, 2, 6, 8, 10, 11, 12});
  EXPECT_EQ(joined.texts().subjects.size(), 7U);  // no text stays behind
  EXPECT_EQ(joined.texts().ids.size(), 1U + 2 + 6 + 8 + 10 + 11 + 12);
  const auto same = ThreadedList::joined(joined, {}, {}, {});
  expect(same, same.texts(), {1, 2, 6, 8, 10, 11, 12});
  EXPECT_EQ(same.octets(), joined.octets());
  const auto other = ThreadedList::joined({}, gone, one, texts());
  expect(other, other.texts(), {1, 3, 6, 10});
}

// What joins may have a text by the number that is known, or by a new one.
TEST(ThreadedList, ATextHasOneNumber) {
  const auto one = ThreadedList::joined({}, {}, list_of({1, 3}), texts());
  ASSERT_EQ(one.texts().subjects.size(), 2U);
  ASSERT_EQ(one.texts().ids.size(), 4U);
  const ThreadTexts more = {.subjects = {hash(7), one.texts().subjects[0]},
                            .ids = {one.texts().ids[3], hash(8)}};
  ThreadedList late;
  const std::uint32_t ids[] = {4, 5, 3};
  late.add(Uid(2), {.subject = 3, .ids = ids});
  late.add(Uid(4), {.subject = 2, .ids = ids});
  const auto joined = ThreadedList::joined(one, {}, late, more);
  EXPECT_EQ(joined.texts().subjects.size(), 3U);
  EXPECT_EQ(joined.texts().ids.size(), 5U);
  EXPECT_EQ(joined.at(1).subject, joined.at(0).subject);
  EXPECT_EQ(joined.texts().subjects[joined.at(3).subject], hash(7));
  EXPECT_EQ(joined.at(1).ids[0], joined.at(2).ids[2]);
  EXPECT_EQ(joined.at(1).ids[2], joined.at(2).ids[2]);
  EXPECT_EQ(joined.texts().ids[joined.at(1).ids[1]], hash(8));
}

TEST(ThreadedList, IsFoundHoweverFarAway) {
  ThreadedList list;
  for (std::uint32_t uid = 2; uid <= 400; uid += 2) list.add(Uid(uid), {});
  for (const std::uint32_t step : {1U, 2U, 3U, 14U, 100U, 399U}) {
    std::size_t place = 0;
    for (std::uint32_t uid = 1; uid <= 402; uid += step) {
      EXPECT_EQ(list.find(Uid(uid), place).has_value(), uid % 2 == 0 && uid <= 400);
      EXPECT_EQ(place, std::min((uid - 1) / 2, 200U));
    }
  }
}

}  // namespace
}  // namespace roost::mail
