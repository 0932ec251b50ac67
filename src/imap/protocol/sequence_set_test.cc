#include "imap/protocol/sequence_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <random>
#include <vector>

namespace roost::imap {
namespace {

using mail::Uid;

constexpr std::uint32_t kStar = SequenceSet::kStar;

mail::ViewPtr view_of(const std::vector<std::uint32_t>& uids) {
  std::vector<mail::MessageEntry> entries;
  for (const std::uint32_t uid : uids) entries.push_back({Uid(uid), {}, mail::ModSeq(1)});
  const mail::MailboxView::Header header{mail::UidValidity(1),
                                         Uid(uids.empty() ? 1 : uids.back() + 1), mail::ModSeq(1),
                                         std::make_shared<const mail::KeywordTable>()};
  return mail::MailboxView::build(header, entries);
}

SequenceSet set(std::vector<SequenceSet::Range> ranges) { return {std::move(ranges)}; }

TEST(SequenceSet, AsUids) {
  const auto view = view_of({10, 20, 30});
  EXPECT_EQ(set({{10, 10}, {25, 99}}).uids(*view).to_string(), "10,25:99");
  EXPECT_EQ(set({{30, 20}}).uids(*view).to_string(), "20:30");
  EXPECT_EQ(set({{5, 7}, {8, 8}, {1, 6}}).uids(*view).to_string(), "1:8");
}

TEST(SequenceSet, StarIsTheLastMessage) {
  const auto view = view_of({10, 20, 30});
  EXPECT_EQ(set({{kStar, kStar}}).uids(*view).to_string(), "30");
  EXPECT_EQ(set({{1, kStar}}).uids(*view).to_string(), "1:30");
  EXPECT_EQ(set({{kStar, 1}}).uids(*view).to_string(), "1:30");
  // RFC 3501 section 6.4.8: names the last message even if 559 is above it.
  EXPECT_EQ(set({{559, kStar}}).uids(*view).to_string(), "30:559");
}

TEST(SequenceSet, WithArrivals) {
  const auto view = view_of({10, 20, 30});
  EXPECT_EQ(set({{2, 1}, {15, 99}, {kStar, kStar}}).uids_with_arrivals(*view).to_string(),
            "1:2,15:99");
  EXPECT_EQ(set({{15, kStar}}).uids_with_arrivals(*view).to_string(), "15:4294967295");
  EXPECT_EQ(set({{kStar, 40}}).uids_with_arrivals(*view).to_string(), "30,40:4294967295");
  EXPECT_EQ(set({{kStar, kStar}}).uids_with_arrivals(*view_of({})).to_string(), "");
  EXPECT_EQ(set({{1, 5}, {9, kStar}}).uids_with_arrivals(*view_of({})).to_string(),
            "1:5,9:4294967295");
}

TEST(SequenceSet, AsMessages) {
  const auto view = view_of({10, 20, 21, 22, 40});
  EXPECT_EQ(set({{2, 4}}).uids_of_messages(*view)->to_string(), "20:22");
  EXPECT_EQ(set({{4, 2}, {1, 1}}).uids_of_messages(*view)->to_string(), "10,20:22");
  EXPECT_EQ(set({{kStar, kStar}}).uids_of_messages(*view)->to_string(), "40");
  EXPECT_EQ(set({{4, kStar}}).uids_of_messages(*view)->to_string(), "22,40");
}

TEST(SequenceSet, ANumberAboveTheMessagesIsAnError) {
  const auto view = view_of({10, 20});
  EXPECT_EQ(set({{1, 1}, {3, 3}}).uids_of_messages(*view), std::nullopt);
  EXPECT_EQ(set({{1, 3}}).uids_of_messages(*view), std::nullopt);
  EXPECT_EQ(set({{3, kStar}}).uids_of_messages(*view), std::nullopt);
}

TEST(SequenceSet, ThoseThatExist) {
  const auto view = view_of({10, 20, 21, 22, 40});
  EXPECT_EQ(set({{4, 9}, {100, 200}}).uids_of_existing_messages(*view).to_string(), "22,40");
  EXPECT_EQ(set({{100, kStar}}).uids_of_existing_messages(*view).to_string(), "40");
  EXPECT_TRUE(set({{6, 9}}).uids_of_existing_messages(*view).empty());
  EXPECT_TRUE(set({{1, kStar}}).uids_of_existing_messages(*view_of({})).empty());
}

TEST(SequenceSet, InAnEmptyMailbox) {
  const auto view = view_of({});
  EXPECT_TRUE(set({{1, kStar}}).uids(*view).empty());
  EXPECT_TRUE(set({{7, 9}}).uids(*view).empty());
  EXPECT_EQ(set({{kStar, kStar}}).uids_of_messages(*view), std::nullopt);
  EXPECT_EQ(set({{1, kStar}}).uids_of_messages(*view), std::nullopt);
}

TEST(SequenceSet, ManyOverlappingRangesCostNoMoreThanOne) {
  std::vector<std::uint32_t> uids;
  for (std::uint32_t uid = 1; uid <= 50'000; ++uid) uids.push_back(uid);
  const auto view = view_of(uids);
  const std::vector<SequenceSet::Range> ranges(20'000, {1, kStar});
  EXPECT_EQ(set(ranges).uids_of_messages(*view)->to_string(), "1:50000");
}

TEST(SequenceSet, AgreesWithTheDefinition) {
  std::mt19937 random(20260105);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::uint32_t> uids;
    for (std::uint32_t uid = 1; uid < 20; ++uid) {
      if (random() % 2 == 0) uids.push_back(uid);
    }
    if (uids.empty()) continue;
    const auto view = view_of(uids);
    const auto size = static_cast<std::uint32_t>(uids.size());

    std::vector<SequenceSet::Range> ranges;
    std::vector<bool> named(size + 1, false);
    for (std::uint32_t n = random() % 4 + 1; n > 0; --n) {
      const auto first = static_cast<std::uint32_t>(random() % (size + 1));
      const auto last = static_cast<std::uint32_t>(random() % (size + 1));
      ranges.push_back({first, last});
      const auto [low, high] =
          std::minmax({first == kStar ? size : first, last == kStar ? size : last});
      for (std::uint32_t seq = low; seq <= high; ++seq) named[seq] = true;
    }
    mail::UidSet expected;
    for (std::uint32_t seq = 1; seq <= size; ++seq) {
      if (named[seq]) expected.add(Uid(uids[seq - 1]));
    }
    ASSERT_EQ(set(ranges).uids_of_messages(*view), expected);
  }
}

}  // namespace
}  // namespace roost::imap
