// SORT (RFC 5256 section 3; DISPLAYFROM and DISPLAYTO: RFC 5957; RELEVANCY: RFC 6203): the order of
// messages by their digests. Strings are collated by i;unicode-casemap (mail/fold.h); what all
// criteria find equal stays in the order of the mailbox.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mail/digest.h"
#include "mail/search_text.h"

namespace roost::mail {

struct SortCriterion {
  enum class Key : std::uint8_t {
    kArrival,
    kCc,
    kDate,
    kDisplayFrom,
    kDisplayTo,
    kFrom,
    kRelevancy,
    kSize,
    kSubject,
    kTo,
  };
  Key key = Key::kArrival;
  bool reverse = false;
  auto operator<=>(const SortCriterion&) const = default;
};

// Whether messages can be told apart by a word of 64 bits, or are by a string.
[[nodiscard]] bool sorts_by_string(SortCriterion::Key key);
[[nodiscard]] bool sorts_by_relevancy(std::span<const SortCriterion> criteria);

// A message's keys are made when it is added, and its digest is not needed any more: some words for
// each, and of strings what does not fit in them, within bounds. Linear in that, and n log n in
// messages.
class Sorter {
 public:
  static constexpr std::size_t kMaxString = 1000;  // octets of a string that are compared
  // Octets of all strings; what is beyond compares by its beginning.
  static constexpr std::size_t kMaxStrings = std::size_t{256} << 20;

  // Requires: there is one.
  explicit Sorter(std::vector<SortCriterion> criteria) : criteria_(std::move(criteria)) {}

  // In the order of the mailbox.
  void add(const Digest& digest, Closeness relevancy);
  // These places of messages, from 0 as they were added, in order; what all criteria find equal
  // stays as it is here.
  [[nodiscard]] std::vector<std::uint32_t> sorted(std::span<const std::uint32_t> places) const;
  // Of the messages at these places, by all criteria.
  [[nodiscard]] std::weak_ordering compare(std::size_t a, std::size_t b) const {
    return compare(a, *this, b);
  }
  // Of the message at place a and that at place b of the other. Requires: the same criteria.
  [[nodiscard]] std::weak_ordering compare(std::size_t a, const Sorter& other, std::size_t b) const;
  // With the messages at these places only, as if they had been added in that order.
  [[nodiscard]] Sorter only(std::span<const std::uint32_t> places) const;
  // Adds the message at that place of the other. Requires: the same criteria.
  void add_from(const Sorter& other, std::size_t place);
  // Makes room for all that is in the other, beside what it holds.
  void reserve_for(const Sorter& other);
  void shrink_to_fit();
  [[nodiscard]] const std::vector<SortCriterion>& criteria() const { return criteria_; }
  [[nodiscard]] bool is_by_relevancy() const { return sorts_by_relevancy(criteria_); }
  [[nodiscard]] std::size_t octets() const;  // of what it holds

 private:
  // Of one message and criterion. first: the number, or the first octets of the string, so that it
  // compares as they do; all bits turned round where the order is.
  struct Word {
    std::uint64_t first = 0;
    std::uint32_t rest = 0;  // where the string goes on in rests_
    std::uint32_t rest_octets = 0;
  };
  [[nodiscard]] Word word_of(const SortCriterion& criterion, const Digest& digest,
                             Closeness relevancy);
  void keep_rest(Word& word, std::string_view rest);
  [[nodiscard]] std::string_view rest_of(const Word& word) const {
    return std::string_view(rests_).substr(word.rest, word.rest_octets);
  }

  std::vector<SortCriterion> criteria_;
  std::vector<Word> words_;  // criteria_.size() for each message
  std::string rests_;
};

}  // namespace roost::mail
