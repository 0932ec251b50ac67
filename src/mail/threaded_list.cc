#include "mail/threaded_list.h"

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

ThreadedMessage ThreadedList::at(const Message& message) const {
  return {.sent_date = message.sent_date,
          .subject = message.subject,
          .has_subject = message.has_subject,
          .is_reply_or_forward = message.is_reply_or_forward,
          .has_id = message.has_id,
          .ids = std::span(ids_).subspan(message.first_id, message.ids)};
}

std::optional<ThreadedMessage> ThreadedList::find(Uid uid, std::size_t& place) const {
  while (place < messages_.size() && messages_[place].uid < uid) ++place;
  if (place == messages_.size() || messages_[place].uid != uid) return std::nullopt;
  return at(messages_[place]);
}

std::size_t ThreadedList::octets() const {
  return messages_.size() * sizeof(Message) + ids_.size() * sizeof(std::uint32_t) +
         (texts_.subjects.size() + texts_.ids.size()) * sizeof(Hash128);
}

ThreadedList ThreadedList::joined(const ThreadedList& one, const UidSet& gone,
                                  const ThreadedList& other, const ThreadTexts& texts) {
  ThreadedList all;
  all.messages_.reserve(one.messages_.size() + other.messages_.size());
  all.ids_.reserve(one.ids_.size() + other.ids_.size());
  NumberPlaces subjects;
  NumberPlaces ids;
  const auto renumber = [](std::uint32_t number, NumberPlaces& places,
                           const std::vector<Hash128>& from, std::vector<Hash128>& to) {
    std::uint32_t& place = places[number];
    if (place == NumberPlaces::kNone) {
      place = static_cast<std::uint32_t>(to.size());
      to.push_back(from[number]);
    }
    return place;
  };
  std::vector<std::uint32_t> its_ids;
  const auto take = [&](Uid uid, ThreadedMessage message) {
    message.subject = renumber(message.subject, subjects, texts.subjects, all.texts_.subjects);
    its_ids.clear();
    for (const std::uint32_t id : message.ids) {
      its_ids.push_back(renumber(id, ids, texts.ids, all.texts_.ids));
    }
    message.ids = its_ids;
    all.add(uid, message);
  };
  auto next = other.messages_.begin();
  const auto take_below = [&](const Uid* uid) {
    for (; next != other.messages_.end() && (uid == nullptr || next->uid < *uid); ++next) {
      take(next->uid, other.at(*next));
    }
  };
  for (const Message& message : one.messages_) {
    take_below(&message.uid);
    if (!gone.contains(message.uid)) take(message.uid, one.at(message));
  }
  take_below(nullptr);
  all.texts_.subjects.shrink_to_fit();
  all.texts_.ids.shrink_to_fit();
  return all;
}

}  // namespace roost::mail
