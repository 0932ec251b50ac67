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
  const auto same = ThreadedList::joined(joined, {}, {}, joined.texts());
  expect(same, same.texts(), {1, 2, 6, 8, 10, 11, 12});
  EXPECT_EQ(same.octets(), joined.octets());
  const auto other = ThreadedList::joined({}, gone, one, texts());
  expect(other, other.texts(), {1, 3, 6, 10});
}

}  // namespace
}  // namespace roost::mail
