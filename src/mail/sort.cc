#include "mail/sort.h"

#include <algorithm>

#include "mail/base_subject.h"
#include "mail/envelope.h"
#include "mail/fold.h"
#include "mail/rfc2047.h"

namespace roost::mail {
namespace {

using Key = SortCriterion::Key;

std::uint64_t ascending(std::int64_t n) {
  return static_cast<std::uint64_t>(n) ^ (std::uint64_t{1} << 63);
}

std::uint64_t first_octets(std::string_view s) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < sizeof word; ++i) {
    word = word << 8 | (i < s.size() ? static_cast<unsigned char>(s[i]) : 0);
  }
  return word;
}

// RFC 5957 section 3.
std::string display_value(const EnvelopeAddress& address) {
  if (address.name) {
    if (std::string name = decode_encoded_words(*address.name); !name.empty()) return name;
  }
  if (!address.mailbox) return {};
  return address.host ? *address.mailbox + '@' + *address.host : *address.mailbox;
}

std::string address_value(const Digest& digest, EnvelopeField field,
                          std::string (*value_of)(const EnvelopeAddress&)) {
  const auto address = first_address_of_envelope(digest.envelope, field);
  return address ? value_of(*address) : std::string();
}

std::string mailbox_value(const EnvelopeAddress& address) { return address.mailbox.value_or(""); }

std::string string_value(Key key, const Digest& digest) {
  switch (key) {
    case Key::kCc:
      return address_value(digest, EnvelopeField::kCc, mailbox_value);
    case Key::kFrom:
      return address_value(digest, EnvelopeField::kFrom, mailbox_value);
    case Key::kTo:
      return address_value(digest, EnvelopeField::kTo, mailbox_value);
    case Key::kDisplayFrom:
      return address_value(digest, EnvelopeField::kFrom, display_value);
    case Key::kDisplayTo:
      return address_value(digest, EnvelopeField::kTo, display_value);
    case Key::kSubject:
      return base_subject(subject_of_envelope(digest.envelope).value_or("")).text;
    case Key::kArrival:
    case Key::kDate:
    case Key::kRelevancy:
    case Key::kSize:
      break;
  }
  return {};
}

// The most relevant comes first (RFC 6203 section 6).
std::uint64_t number_value(Key key, const Digest& digest, Closeness relevancy) {
  switch (key) {
    case Key::kArrival:
      return ascending(digest.internal_date.unix_seconds);
    case Key::kDate:
      return ascending(sent_date_of(digest));
    case Key::kRelevancy:
      return ascending(-relevancy);
    default:
      return digest.size;
  }
}

}  // namespace

bool sorts_by_string(Key key) {
  return key != Key::kArrival && key != Key::kDate && key != Key::kRelevancy && key != Key::kSize;
}

bool sorts_by_relevancy(std::span<const SortCriterion> criteria) {
  return std::ranges::find(criteria, Key::kRelevancy, &SortCriterion::key) != criteria.end();
}

Sorter::Word Sorter::word_of(const SortCriterion& criterion, const Digest& digest,
                             Closeness relevancy) {
  Word word;
  if (sorts_by_string(criterion.key)) {
    const std::string value = fold(string_value(criterion.key, digest));
    const std::string_view compared = std::string_view(value).substr(0, kMaxString);
    word.first = first_octets(compared);
    if (compared.size() > sizeof word.first) {
      keep_rest(word, compared.substr(sizeof word.first));
    }
  } else {
    word.first = number_value(criterion.key, digest, relevancy);
  }
  if (criterion.reverse) word.first = ~word.first;
  return word;
}

void Sorter::keep_rest(Word& word, std::string_view rest) {
  const bool fits = rests_.size() <= kMaxStrings - kMaxString;
  word.rest = fits ? static_cast<std::uint32_t>(rests_.size()) : 0;
  word.rest_octets = fits ? static_cast<std::uint32_t>(rest.size()) : 0;
  if (fits) rests_ += rest;
}

void Sorter::add(const Digest& digest, Closeness relevancy) {
  for (const SortCriterion& criterion : criteria_) {
    words_.push_back(word_of(criterion, digest, relevancy));
  }
}

std::weak_ordering Sorter::compare(std::size_t a, const Sorter& other, std::size_t b) const {
  const std::size_t width = criteria_.size();
  for (std::size_t i = 0; i < width; ++i) {
    const Word& word_a = words_[a * width + i];
    const Word& word_b = other.words_[b * width + i];
    if (word_a.first != word_b.first) return word_a.first <=> word_b.first;
    if (const auto order = rest_of(word_a) <=> other.rest_of(word_b); order != 0) {
      return criteria_[i].reverse ? 0 <=> order : order;
    }
  }
  return std::weak_ordering::equivalent;
}

Sorter Sorter::only(std::span<const std::uint32_t> places) const {
  Sorter kept(criteria_);
  for (const std::uint32_t place : places) kept.add_from(*this, place);
  return kept;
}

void Sorter::add_from(const Sorter& other, std::size_t place) {
  const std::size_t width = criteria_.size();
  for (std::size_t i = 0; i < width; ++i) {
    Word word = other.words_[place * width + i];
    keep_rest(word, other.rest_of(word));
    words_.push_back(word);
  }
}

void Sorter::reserve_for(const Sorter& other) {
  words_.reserve(words_.size() + other.words_.size());
  rests_.reserve(rests_.size() + other.rests_.size());
}

void Sorter::shrink_to_fit() {
  words_.shrink_to_fit();
  rests_.shrink_to_fit();
}

std::size_t Sorter::octets() const { return words_.size() * sizeof(Word) + rests_.size(); }

std::vector<std::uint32_t> Sorter::sorted(std::span<const std::uint32_t> places) const {
  // The first word stands beside the place, so that most comparisons look nowhere else.
  struct Item {
    std::uint64_t first;
    std::uint32_t place;
    std::uint32_t before;  // so many of the others
  };
  std::vector<Item> items;
  items.reserve(places.size());
  for (const std::uint32_t place : places) {
    items.push_back({.first = words_[place * criteria_.size()].first,
                     .place = place,
                     .before = static_cast<std::uint32_t>(items.size())});
  }
  std::ranges::sort(items, [this](const Item& a, const Item& b) {
    if (a.first != b.first) return a.first < b.first;
    const auto order = compare(a.place, b.place);
    return order != 0 ? order < 0 : a.before < b.before;
  });
  std::vector<std::uint32_t> order;
  order.reserve(items.size());
  for (const Item& item : items) order.push_back(item.place);
  return order;
}

}  // namespace roost::mail
