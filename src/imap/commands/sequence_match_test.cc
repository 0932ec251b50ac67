#include "imap/commands/sequence_match.h"

#include <gtest/gtest.h>

#include <vector>

namespace roost::imap {
namespace {

using mail::Uid;
using mail::UidRange;
using mail::UidSet;

// UIDs 3, 6, 9 … as in the examples of section 3.2.5.2.
mail::ViewPtr every_third(std::uint32_t messages) {
  std::vector<mail::MessageEntry> entries;
  for (std::uint32_t i = 1; i <= messages; ++i) {
    entries.push_back({.uid = Uid(3 * i), .flags = {}, .modseq = mail::ModSeq(1)});
  }
  return mail::MailboxView::build({.uid_validity = mail::UidValidity(1),
                                   .uid_next = Uid(3 * messages + 1),
                                   .modseq = mail::ModSeq(1),
                                   .keywords = std::make_shared<mail::KeywordTable>()},
                                  entries);
}

UidSet set(std::vector<UidRange> ranges) { return UidSet::from_ranges(std::move(ranges)); }
UidRange range(std::uint32_t first, std::uint32_t last) { return {Uid(first), Uid(last)}; }
UidRange one(std::uint32_t number) { return range(number, number); }

TEST(SequenceMatch, TheHighestPairThatIsThereCounts) {
  const auto view = every_third(100);
  EXPECT_EQ(last_match(*view, set({one(5), one(7), one(9)}), set({one(15), one(21), one(27)})),
            Uid(27));
  EXPECT_EQ(last_match(*view, set({one(4), one(8)}), set({one(12), one(25)})), Uid(12));
  EXPECT_EQ(last_match(*view, set({one(4), one(8)}), set({one(11), one(23)})), Uid(0));
  EXPECT_EQ(last_match(*view, {}, {}), Uid(0));
}

TEST(SequenceMatch, RangesArePairedNumberByNumber) {
  const auto view = every_third(100);
  // 2:6 over 4:6,18,20: the pairs are (2,4) (3,5) (4,6) (5,18) (6,20).
  EXPECT_EQ(last_match(*view, set({range(2, 6)}), set({range(4, 6), one(18), one(20)})), Uid(0));
  // (2,5) (3,6) (4,7) (5,15) (6,16)
  EXPECT_EQ(last_match(*view, set({range(2, 6)}), set({range(5, 7), range(15, 16)})), Uid(15));
  // (1,2) (2,3) … one UID too few at first, too many later, and right nowhere
  EXPECT_EQ(last_match(*view, set({range(1, 50)}), set({range(2, 51)})), Uid(0));
  // (3,7) (4,8) (5,9) … are all too low; (3,9) (4,10) … right at first
  EXPECT_EQ(last_match(*view, set({range(3, 50)}), set({range(9, 56)})), Uid(9));
  // (1,7) (2,8) (3,9): right in the middle
  EXPECT_EQ(last_match(*view, set({range(1, 50)}), set({range(7, 56)})), Uid(9));
}

TEST(SequenceMatch, NumbersAboveTheMailboxMatchNothing) {
  const auto view = every_third(10);
  EXPECT_EQ(last_match(*view, set({one(10), one(11)}), set({one(30), one(33)})), Uid(30));
  const UidSet everything = set({range(1, 4'000'000'000)});
  EXPECT_EQ(last_match(*view, everything, everything), Uid(0));
  EXPECT_EQ(last_match(*every_third(0), everything, everything), Uid(0));
}

}  // namespace
}  // namespace roost::imap
