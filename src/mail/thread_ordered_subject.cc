// THREAD=ORDEREDSUBJECT (RFC 5256 section 3): one thread for each base subject, ordered by the sent
// dates of their first messages; the first is the parent of all the others. Taken by date, the
// first message of a subject is the first of its thread, and the threads come in order.
#include "mail/number_places.h"
#include "mail/threads.h"

namespace roost::mail {
namespace {

class OrderedSubject final : public Threader {
 public:
  Result<void> add(std::uint32_t number, const ThreadedMessage& message) override {
    add_message(number, message);
    return {};
  }

  Threads threads() override {
    Threads threads;
    threads.nodes.resize(messages_.size());
    NumberPlaces first_of_subject;
    for (const std::uint32_t message : messages_by_date()) {
      threads.nodes[message].number = messages_[message].number;
      std::uint32_t& first = first_of_subject[messages_[message].subject];
      threads.append(first, message);
      if (first == NumberPlaces::kNone) first = message;
    }
    return threads;
  }
};

}  // namespace

std::unique_ptr<Threader> thread_by_ordered_subject() { return std::make_unique<OrderedSubject>(); }

}  // namespace roost::mail
