// RFC 5256 section 3, RFC 5957 section 3, RFC 6203 section 6.
#include "mail/sort.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "mail/message_parser.h"

namespace roost::mail {
namespace {

using Key = SortCriterion::Key;
using testing::ElementsAre;

Digest digest_of(std::string_view header) {
  MessageParser parser;
  parser.feed(header);
  return parser.finish();
}

Digest arrived_at(std::int64_t seconds, std::uint64_t size = 0) {
  Digest digest;
  digest.internal_date.unix_seconds = seconds;
  digest.size = size;
  return digest;
}

// The places of the first so many, in order.
std::vector<std::uint32_t> sorted(const Sorter& sorter, std::uint32_t messages) {
  std::vector<std::uint32_t> all(messages);
  std::iota(all.begin(), all.end(), 0);
  return sorter.sorted(all);
}

std::vector<std::uint32_t> sorted(std::vector<SortCriterion> criteria,
                                  const std::vector<Digest>& digests) {
  Sorter sorter(std::move(criteria));
  for (const Digest& digest : digests) sorter.add(digest, kExactly);
  auto numbers = sorted(sorter, static_cast<std::uint32_t>(digests.size()));
  for (std::uint32_t& number : numbers) ++number;
  return numbers;
}

std::vector<std::uint32_t> sorted(Key key, std::string_view field,
                                  const std::vector<std::string>& bodies) {
  std::vector<Digest> digests;
  for (const std::string& body : bodies) {
    digests.push_back(digest_of(std::string(field) + ": " + body + "\r\n\r\n"));
  }
  return sorted({{.key = key}}, digests);
}

TEST(Sort, NumbersInBothDirections) {
  const std::vector<Digest> digests = {arrived_at(5, 9), arrived_at(-3, 1), arrived_at(5, 4),
                                       arrived_at(0, 9)};
  EXPECT_THAT(sorted({{.key = Key::kArrival}}, digests), ElementsAre(2, 4, 1, 3));
  // REVERSE turns one criterion round, and not the order of what is equal.
  EXPECT_THAT(sorted({{.key = Key::kArrival, .reverse = true}}, digests), ElementsAre(1, 3, 4, 2));
  EXPECT_THAT(sorted({{.key = Key::kSize}, {.key = Key::kArrival}}, digests),
              ElementsAre(2, 3, 4, 1));
  EXPECT_THAT(sorted({{.key = Key::kSize, .reverse = true}, {.key = Key::kArrival}}, digests),
              ElementsAre(4, 1, 3, 2));
}

TEST(Sort, DateIsTheInstant) {
  EXPECT_THAT(sorted(Key::kDate, "Date",
                     {"31 Dec 2000 16:01:33 -0800", "1 Jan 2001 00:01:32 +0000",
                      "1 Jan 2001 00:01:34 +0000"}),
              ElementsAre(2, 1, 3));
}

TEST(Sort, SubjectIsTheBaseSubject) {
  EXPECT_THAT(sorted(Key::kSubject, "Subject", {"Re: b", "[list] A", "Fwd: a", "", "c (fwd)"}),
              ElementsAre(4, 2, 3, 1, 5));
}

TEST(Sort, StringsAreTitlecasedBeforeTheyAreCompared) {
  // "_" stands between upper and lower case letters.
  EXPECT_THAT(sorted(Key::kSubject, "Subject", {"_", "a", "Z", "ä", "b"}),
              ElementsAre(2, 4, 5, 3, 1));
}

TEST(Sort, LongStringsThatBeginAlike) {
  EXPECT_THAT(sorted(Key::kSubject, "Subject",
                     {"the same beginning z", "the same beginning", "the same",
                      "the same beginning a", "the samf"}),
              ElementsAre(3, 2, 4, 1, 5));
  const std::vector<Digest> digests = {digest_of("Subject: the same beginning a\r\n\r\n"),
                                       digest_of("Subject: the same beginning\r\n\r\n"),
                                       digest_of("Subject: the same beginning b\r\n\r\n")};
  EXPECT_THAT(sorted({{.key = Key::kSubject, .reverse = true}}, digests), ElementsAre(3, 1, 2));
}

TEST(Sort, AddressesByTheMailboxOfTheFirst) {
  EXPECT_THAT(sorted(Key::kFrom, "From", {"A <z@a>", "Z <b@z>, a@a", "c@a", ""}),
              ElementsAre(4, 2, 3, 1));
  EXPECT_THAT(sorted(Key::kTo, "To", {"b@x", "a@x"}), ElementsAre(2, 1));
  EXPECT_THAT(sorted(Key::kCc, "Cc", {"b@x", "", "a@x"}), ElementsAre(2, 3, 1));
}

// RFC 5957 section 3.
TEST(Sort, DisplayByTheNameElseByTheAddress) {
  EXPECT_THAT(sorted(Key::kDisplayFrom, "From",
                     {"Zoe <a@x>", "=?utf-8?q?=C3=84nne?= <z@x>", "b@y", "b@x", "\"\" <c@x>", ""}),
              ElementsAre(6, 2, 4, 3, 5, 1));
  EXPECT_THAT(sorted(Key::kDisplayTo, "To", {"friends: a@x;", "Bob <b@x>", "z@x"}),
              ElementsAre(2, 1, 3));
}

TEST(Sort, TheMostRelevantFirst) {
  Sorter sorter({{.key = Key::kRelevancy}});
  for (const Closeness relevancy : {50, 100, 1, 50}) sorter.add({}, relevancy);
  EXPECT_THAT(sorted(sorter, 4), ElementsAre(1, 0, 3, 2));
}

TEST(Sort, ManyOfOneSubject) {
  Sorter sorter({{.key = Key::kSubject}, {.key = Key::kDate}});
  const Digest digest = digest_of("Subject: " + std::string(100'000, 'x') + "\r\n\r\n");
  for (std::uint32_t i = 0; i < 2000; ++i) sorter.add(digest, kExactly);
  const auto numbers = sorted(sorter, 2000);
  EXPECT_TRUE(std::ranges::is_sorted(numbers));
  EXPECT_EQ(numbers.size(), 2000U);
}

}  // namespace
}  // namespace roost::mail
