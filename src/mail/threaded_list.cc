#include "mail/threaded_list.h"

#include <algorithm>

#include "mail/hash_places.h"
#include "mail/number_places.h"

namespace roost::mail {

void ThreadedList::add(Uid uid, const ThreadedMessage& message) {
  messages_.push_back({.sent_date = message.sent_date,
                       .uid = uid,
                       .first_id = static_cast<std::uint32_t>(ids_.size()),
                       .subject = message.subject,
                       .ids = static_cast<std::uint32_t>(message.ids.size()) & 0x1fffffff,
                       .has_subject = message.has_subject,
                       .is_reply_or_forward = message.is_reply_or_forward,
                       .has_id = message.has_id});
  ids_.insert(ids_.end(), message.ids.begin(), message.ids.end());
}

ThreadedMessage ThreadedList::of(const Message& message) const {
  return {.sent_date = message.sent_date,
          .subject = message.subject,
          .has_subject = message.has_subject,
          .is_reply_or_forward = message.is_reply_or_forward,
          .has_id = message.has_id,
          .ids = std::span(ids_).subspan(message.first_id, message.ids)};
}

std::optional<ThreadedMessage> ThreadedList::find(Uid uid, std::size_t& place) const {
  // In steps that become longer: mostly it is the next, or far away.
  std::size_t step = 1;
  std::size_t end = place;
  while (end < messages_.size() && messages_[end].uid < uid) {
    place = end + 1;
    end += step;
    step *= 2;
  }
  const auto from = messages_.begin() + static_cast<std::ptrdiff_t>(place);
  const auto to = messages_.begin() + static_cast<std::ptrdiff_t>(std::min(end, messages_.size()));
  place = static_cast<std::size_t>(std::ranges::lower_bound(from, to, uid, {}, &Message::uid) -
                                   messages_.begin());
  if (place == messages_.size() || messages_[place].uid != uid) return std::nullopt;
  return at(place);
}

std::size_t ThreadedList::octets() const {
  return messages_.size() * sizeof(Message) + ids_.size() * sizeof(std::uint32_t) + texts_.octets();
}

namespace {

// Of the texts of two lists those that are there, numbered as they come.
class Renumbered {
 public:
  Renumbered(const std::vector<Hash128>& known, const std::vector<Hash128>& more)
      : known_(known), more_(more), same_(more.size(), kNone) {
    if (known.empty()) return;
    HashPlaces places;
    places.reserve(more.size());
    for (std::uint32_t i = 0; i < more.size(); ++i) places[more[i]] = i;
    for (std::uint32_t i = 0; i < known.size(); ++i) {
      if (const std::uint32_t again = places.find(known[i]); again != kNone) same_[again] = i;
    }
  }

  std::uint32_t operator()(std::uint32_t number) {
    const Hash128* hash = nullptr;
    if (number >= known_.size()) {
      const std::size_t at = number - known_.size();
      hash = &more_[at];
      if (same_[at] != kNone) number = same_[at];
    } else {
      hash = &known_[number];
    }
    std::uint32_t& place = places_[number];
    if (place == kNone) {
      place = static_cast<std::uint32_t>(texts_.size());
      texts_.push_back(*hash);
    }
    return place;
  }
  // A copy: with no more room than it needs.
  [[nodiscard]] std::vector<Hash128> texts() const { return texts_; }

 private:
  static constexpr std::uint32_t kNone = NumberPlaces::kNone;
  static_assert(kNone == HashPlaces::kNone);

  const std::vector<Hash128>& known_;
  const std::vector<Hash128>& more_;
  std::vector<std::uint32_t> same_;  // of each of more_, its number among the known
  NumberPlaces places_;
  std::vector<Hash128> texts_;
};

}  // namespace

ThreadedList ThreadedList::joined(const ThreadedList& one, const UidSet& gone,
                                  const ThreadedList& other, const ThreadTexts& more) {
  ThreadedList all;
  all.messages_.reserve(one.messages_.size() + other.messages_.size());
  all.ids_.reserve(one.ids_.size() + other.ids_.size());
  Renumbered subjects(one.texts_.subjects, more.subjects);
  Renumbered ids(one.texts_.ids, more.ids);
  std::vector<std::uint32_t> its_ids;
  const auto take = [&](Uid uid, ThreadedMessage message) {
    message.subject = subjects(message.subject);
    its_ids.clear();
    for (const std::uint32_t id : message.ids) its_ids.push_back(ids(id));
    message.ids = its_ids;
    all.add(uid, message);
  };
  auto next = other.messages_.begin();
  const auto take_below = [&](const Uid* uid) {
    for (; next != other.messages_.end() && (uid == nullptr || next->uid < *uid); ++next) {
      take(next->uid, other.of(*next));
    }
  };
  for (const Message& message : one.messages_) {
    take_below(&message.uid);
    if (!gone.contains(message.uid)) take(message.uid, one.of(message));
  }
  take_below(nullptr);
  all.messages_.shrink_to_fit();
  all.ids_.shrink_to_fit();
  all.texts_ = {.subjects = subjects.texts(), .ids = ids.texts()};
  return all;
}

}  // namespace roost::mail
