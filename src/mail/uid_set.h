// A set of UIDs as sorted, disjoint, non-adjacent ranges: what a sequence-set (RFC 3501 section 9)
// or a uid-set (RFC 4315) denotes once "*" has been resolved. Memory is O(ranges).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mail/ids.h"

namespace roost::mail {

struct UidRange {
  Uid first;
  Uid last;  // inclusive; never before first
  bool operator==(const UidRange&) const = default;
};

class UidSet {
 public:
  UidSet() = default;
  explicit UidSet(UidRange range) : ranges_{range} {}
  // Takes ranges in any order, overlapping or not, in O(n log n).
  [[nodiscard]] static UidSet from_ranges(std::vector<UidRange> ranges);

  // Adding in ascending order is O(1); anywhere else O(ranges).
  void add(Uid uid) { add(UidRange{uid, uid}); }
  void add(UidRange range);

  void remove(UidRange range);  // O(ranges)

  [[nodiscard]] bool contains(Uid uid) const;  // O(log ranges)
  // The UID with so many before it; nothing if there are no more than that. O(ranges).
  [[nodiscard]] std::optional<Uid> nth(std::uint64_t before) const;
  [[nodiscard]] bool empty() const { return ranges_.empty(); }
  [[nodiscard]] std::uint64_t count() const;  // UIDs, not ranges
  [[nodiscard]] std::uint32_t count_in(UidRange range) const;
  [[nodiscard]] const std::vector<UidRange>& ranges() const { return ranges_; }
  // "1:3,5,9:10"; empty for the empty set, which has no form on the wire.
  [[nodiscard]] std::string to_string() const;
  // "1:3,5" of the ranges from `first` on, at most `most` of them; moves first behind them.
  void append_ranges(std::size_t& first, std::size_t most, std::string& out) const;
  bool operator==(const UidSet&) const = default;

 private:
  std::vector<UidRange> ranges_;
};

// All O(ranges): the UIDs that are in both, in one of them at least, in a and not in b.
[[nodiscard]] UidSet intersection(const UidSet& a, const UidSet& b);
[[nodiscard]] UidSet united(UidSet a, const UidSet& b);
[[nodiscard]] UidSet difference(const UidSet& a, const UidSet& b);

}  // namespace roost::mail
