#include "mail/threads.h"

#include <algorithm>
#include <numeric>

#include "mail/base_subject.h"
#include "mail/envelope.h"
#include "mail/fold.h"
#include "mail/message_ids.h"

namespace roost::mail {

void Threads::append(std::uint32_t parent, std::uint32_t node) {
  Node& above = parent == kNone ? top : nodes[parent];
  if (above.first_child == kNone) {
    above.first_child = node;
  } else {
    nodes[above.last_child].next_sibling = node;
  }
  above.last_child = node;
}

ThreadReader::ThreadReader(const HashKey& key, const ThreadTexts& texts)
    : key_(key), texts_(texts), subjects_(places_of(texts.subjects)), ids_(places_of(texts.ids)) {}

HashPlaces ThreadReader::places_of(const std::vector<Hash128>& texts) {
  HashPlaces places;
  for (std::uint32_t i = 0; i < texts.size(); ++i) places[texts[i]] = i;
  return places;
}

std::uint32_t ThreadReader::number_of(std::string_view text, HashPlaces& places,
                                      std::vector<Hash128>& texts) const {
  const Hash128 hash = siphash(key_, text);
  std::uint32_t& number = places[hash];
  if (number == HashPlaces::kNone) {
    number = static_cast<std::uint32_t>(texts.size());
    texts.push_back(hash);
  }
  return number;
}

ThreadedMessage ThreadReader::read(const Digest& digest, std::string_view message_ids) {
  const BaseSubject subject = base_subject(subject_of_envelope(digest.envelope).value_or(""));
  read_ids_.clear();
  MessageIds ids(message_ids);
  const bool has_id = !ids.own().empty();
  if (has_id) read_ids_.push_back(number_of(ids.own(), ids_, texts_.ids));
  while (const auto id = ids.next()) read_ids_.push_back(number_of(*id, ids_, texts_.ids));
  return {.sent_date = sent_date_of(digest),
          .subject = number_of(fold(subject.text), subjects_, texts_.subjects),
          .has_subject = !subject.text.empty(),
          .is_reply_or_forward = subject.is_reply_or_forward,
          .has_id = has_id,
          .ids = read_ids_};
}

void Threader::add_message(std::uint32_t number, const ThreadedMessage& message) {
  messages_.push_back({.sent_date = message.sent_date,
                       .number = number,
                       .subject = message.subject,
                       .has_subject = message.has_subject,
                       .is_reply_or_forward = message.is_reply_or_forward});
}

std::vector<std::uint32_t> Threader::messages_by_date() const {
  std::vector<std::uint32_t> order(messages_.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [this](std::uint32_t a, std::uint32_t b) {
    if (messages_[a].sent_date != messages_[b].sent_date) {
      return messages_[a].sent_date < messages_[b].sent_date;
    }
    return a < b;
  });
  return order;
}

std::unique_ptr<Threader> threader(ThreadAlgorithm algorithm) {
  switch (algorithm) {
    case ThreadAlgorithm::kOrderedSubject:
      return thread_by_ordered_subject();
    case ThreadAlgorithm::kReferences:
      break;
  }
  return thread_by_references();
}

}  // namespace roost::mail
