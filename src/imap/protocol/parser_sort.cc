// Parser: sort-criteria (RFC 5256 section 5, RFC 5957 section 5, RFC 6203 section 7) and
// partial-range (RFC 9394 section 4).
#include <algorithm>
#include <array>

#include "imap/protocol/parser.h"

namespace roost::imap {
namespace {

using Key = mail::SortCriterion::Key;

struct SortKey {
  std::string_view name;
  Key key;
};

constexpr auto kSortKeys = std::to_array<SortKey>({
    {"ARRIVAL", Key::kArrival},
    {"CC", Key::kCc},
    {"DATE", Key::kDate},
    {"DISPLAYFROM", Key::kDisplayFrom},
    {"DISPLAYTO", Key::kDisplayTo},
    {"FROM", Key::kFrom},
    {"RELEVANCY", Key::kRelevancy},
    {"SIZE", Key::kSize},
    {"SUBJECT", Key::kSubject},
    {"TO", Key::kTo},
});

}  // namespace

std::vector<mail::SortCriterion> Parser::sort_criteria() {
  std::vector<mail::SortCriterion> criteria;
  std::size_t read = 0;
  list([&] {
    if (++read > kMaxSortCriteria) fail("fewer sort criteria");
    const mail::SortCriterion criterion = sort_criterion();
    if (std::ranges::find(criteria, criterion.key, &mail::SortCriterion::key) == criteria.end()) {
      criteria.push_back(criterion);
    }
  });
  return ok() ? criteria : std::vector<mail::SortCriterion>();
}

mail::SortCriterion Parser::sort_criterion() {
  mail::SortCriterion criterion;
  if (try_word("REVERSE")) {
    criterion.reverse = true;
    space();
  }
  const auto known =
      std::ranges::find_if(kSortKeys, [&](const SortKey& row) { return try_word(row.name); });
  if (known == kSortKeys.end()) {
    fail("a sort key");
    return {};
  }
  criterion.key = known->key;
  return criterion;
}

PartialRange Parser::partial_range() {
  PartialRange range;
  range.from_end = try_char('-');
  range.first = nz_number();
  expect(':');
  if (range.from_end) expect('-');
  range.last = nz_number();
  return ok() ? range : PartialRange();
}

}  // namespace roost::imap
