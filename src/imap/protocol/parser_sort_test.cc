#include <gtest/gtest.h>

#include <optional>

#include "imap/protocol/parser.h"

namespace roost::imap {
namespace {

using Criteria = std::vector<mail::SortCriterion>;
using Key = mail::SortCriterion::Key;

std::optional<Criteria> sort_criteria(std::string_view octets) {
  const Frame frame{.octets = std::string(octets)};
  Parser parser(frame);
  Criteria criteria = parser.sort_criteria();
  parser.end();
  if (!parser.ok()) return std::nullopt;
  return criteria;
}

std::optional<PartialRange> partial_range(std::string_view octets) {
  const Frame frame{.octets = std::string(octets)};
  Parser parser(frame);
  const PartialRange range = parser.partial_range();
  parser.end();
  if (!parser.ok()) return std::nullopt;
  return range;
}

TEST(Parser, SortCriteria) {
  EXPECT_EQ(sort_criteria("(ARRIVAL)"), (Criteria{{.key = Key::kArrival}}));
  EXPECT_EQ(sort_criteria("(subject Reverse Date)"),
            (Criteria{{.key = Key::kSubject}, {.key = Key::kDate, .reverse = true}}));
  EXPECT_EQ(sort_criteria("(CC DISPLAYFROM DISPLAYTO FROM SIZE TO)"),
            (Criteria{{.key = Key::kCc},
                      {.key = Key::kDisplayFrom},
                      {.key = Key::kDisplayTo},
                      {.key = Key::kFrom},
                      {.key = Key::kSize},
                      {.key = Key::kTo}}));
  EXPECT_EQ(sort_criteria("(TO REVERSE TO SIZE TO)"),
            (Criteria{{.key = Key::kTo}, {.key = Key::kSize}}));
  for (const std::string_view wrong : {"", "()", "ARRIVAL", "(ARRIVAL", "(COLOUR)", "(REVERSE)",
                                       "(REVERSE REVERSE TO)", "(TO  CC)", "(TOO)", "(TO,CC)"}) {
    EXPECT_EQ(sort_criteria(wrong), std::nullopt) << wrong;
  }
  std::string many = "(TO";
  for (std::size_t i = 0; i < Parser::kMaxSortCriteria; ++i) many += " TO";
  EXPECT_EQ(sort_criteria(many + ")"), std::nullopt);
}

TEST(Parser, PartialRange) {
  EXPECT_EQ(partial_range("1:500"), (PartialRange{.first = 1, .last = 500}));
  EXPECT_EQ(partial_range("500:400"), (PartialRange{.first = 500, .last = 400}));
  EXPECT_EQ(partial_range("-1:-100"), (PartialRange{.first = 1, .last = 100, .from_end = true}));
  for (const std::string_view wrong :
       {"", "1", "0:1", "1:0", "1:*", "-1:1", "1:-1", "*", "-0:-1", "1:2:3", "4294967296:1"}) {
    EXPECT_EQ(partial_range(wrong), std::nullopt) << wrong;
  }
}

TEST(PartialRange, PlacesThatExist) {
  const auto places = [](PartialRange range, std::size_t results) {
    const auto [begin, end] = range.of(results);
    return std::pair(begin, end);
  };
  EXPECT_EQ(places({.first = 1, .last = 3}, 10), std::pair(0UL, 3UL));
  EXPECT_EQ(places({.first = 9, .last = 20}, 10), std::pair(8UL, 10UL));
  EXPECT_EQ(places({.first = 11, .last = 20}, 10), std::pair(10UL, 10UL));
  EXPECT_EQ(places({.first = 3, .last = 2}, 10), std::pair(1UL, 3UL));
  EXPECT_EQ(places({.first = 1, .last = 3, .from_end = true}, 10), std::pair(7UL, 10UL));
  EXPECT_EQ(places({.first = 20, .last = 9, .from_end = true}, 10), std::pair(0UL, 2UL));
  EXPECT_EQ(places({.first = 11, .last = 12, .from_end = true}, 10), std::pair(0UL, 0UL));
  EXPECT_EQ(places({.first = 1, .last = 1}, 0), std::pair(0UL, 0UL));
}

}  // namespace
}  // namespace roost::imap
