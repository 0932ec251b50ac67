// The messages that a SORT has found, kept in their order while some go and others come: for who is
// told of them by their positions (RFC 5267 section 4.3), and for the next SORT of the mailbox.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "mail/digest.h"
#include "mail/ids.h"
#include "mail/search_text.h"
#include "mail/sort.h"
#include "mail/uid_set.h"

namespace roost::mail {

// Messages that stand behind each other, in their order.
struct PlacedUids {
  std::uint32_t position = 0;  // of the first, from 1
  std::vector<Uid> uids;
  bool operator==(const PlacedUids&) const = default;
};

class SortedList {
 public:
  // Empty.
  explicit SortedList(std::vector<SortCriterion> criteria) : sorter_(std::move(criteria)) {}

  // The places, from 0 as they were added, of all that are in their places, in order. Requires:
  // nothing was removed.
  [[nodiscard]] const std::vector<std::uint32_t>& order() const { return order_; }
  // The order of the messages with these UIDs, of which each is in one of the two lists: places in
  // uids. Of few it costs little, however long the lists are. Requires: uids ascend; the lists have
  // the same criteria, what is in them was added by UID, and nothing was removed.
  [[nodiscard]] std::vector<std::uint32_t> order_of(std::span<const Uid> uids,
                                                    const SortedList& other) const;
  // Those of the one that are not in `gone`, and those of the other, with no more room than they
  // need. Requires: the same, and no message is in both.
  [[nodiscard]] static SortedList joined(const SortedList& one, const UidSet& gone,
                                         const SortedList& other);
  [[nodiscard]] std::size_t size() const { return order_.size(); }
  [[nodiscard]] bool is_by_relevancy() const { return sorter_.is_by_relevancy(); }
  [[nodiscard]] std::size_t octets() const;  // of what it holds

  // Takes those of uids out that are in it. The last comes first, so that all positions are those
  // from before.
  std::vector<PlacedUids> remove(const UidSet& uids);
  // Keeps the message's keys; it is in its place after put_in_place.
  void add(Uid uid, const Digest& digest, Closeness relevancy);
  // The first comes first, so that all positions are those from afterwards.
  std::vector<PlacedUids> put_in_place();

 private:
  struct Found {
    std::uint32_t at;     // in what is looked for
    std::uint32_t place;  // in the sorter
  };
  [[nodiscard]] std::vector<Found> find(std::span<const Uid> uids) const;
  [[nodiscard]] std::vector<Found> find_few(std::span<const Uid> uids) const;
  [[nodiscard]] std::vector<Found> find_many(std::span<const Uid> uids) const;
  void forget_removed();

  Sorter sorter_;                     // also of messages that were taken out
  std::vector<Uid> uids_;             // likewise
  std::vector<std::uint32_t> order_;  // places in the sorter
  std::vector<std::uint32_t> added_;  // likewise, not yet in their places
};

}  // namespace roost::mail
