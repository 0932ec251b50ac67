#include "mail/threads.h"

#include <algorithm>
#include <numeric>

#include "mail/base_subject.h"
#include "mail/envelope.h"
#include "mail/fold.h"

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

void Threader::add_message(std::uint32_t number, const Digest& digest) {
  const BaseSubject subject = base_subject(subject_of_envelope(digest.envelope).value_or(""));
  messages_.push_back({.number = number,
                       .sent_date = sent_date_of(digest),
                       .subject = siphash(key_, fold(subject.text)),
                       .has_subject = !subject.text.empty(),
                       .is_reply_or_forward = subject.is_reply_or_forward});
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

}  // namespace roost::mail
