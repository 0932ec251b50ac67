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

ThreadReader::ThreadReader(const HashKey& key, const ThreadTexts& known)
    : key_(key), known_(known) {}

void ThreadReader::reserve(std::size_t subjects, std::size_t ids) {
  subjects_.reserve(std::min(subjects, known_.subjects.size()));
  ids_.reserve(std::min(ids, known_.ids.size()));
}

std::uint32_t ThreadReader::number_of(std::string_view text, HashPlaces& places,
                                      const std::vector<Hash128>& known,
                                      std::vector<Hash128>& texts) const {
  const Hash128 hash = siphash(key_, text);
  std::uint32_t& number = places[hash];
  if (number == HashPlaces::kNone) {
    number = static_cast<std::uint32_t>(known.size() + texts.size());
    texts.push_back(hash);
  }
  return number;
}

ThreadedMessage ThreadReader::known(const ThreadedMessage& message) {
  const auto number_here = [](std::uint32_t number, HashPlaces& places,
                              const std::vector<Hash128>& known) {
    std::uint32_t& here = places[known[number]];
    if (here == HashPlaces::kNone) here = number;
    return here;
  };
  ThreadedMessage here = message;
  here.subject = number_here(message.subject, subjects_, known_.subjects);
  read_ids_.clear();
  for (const std::uint32_t id : message.ids) {
    read_ids_.push_back(number_here(id, ids_, known_.ids));
  }
  here.ids = read_ids_;
  return here;
}

ThreadedMessage ThreadReader::read(const Digest& digest, std::string_view message_ids) {
  const BaseSubject subject = base_subject(subject_of_envelope(digest.envelope).value_or(""));
  read_ids_.clear();
  MessageIds ids(message_ids);
  const bool has_id = !ids.own().empty();
  const auto take = [this](std::string_view id) {
    read_ids_.push_back(number_of(id, ids_, known_.ids, texts_.ids));
  };
  if (has_id) take(ids.own());
  while (const auto id = ids.next()) take(*id);
  return {.sent_date = sent_date_of(digest),
          .subject = number_of(fold(subject.text), subjects_, known_.subjects, texts_.subjects),
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
