// THREAD=ORDEREDSUBJECT (RFC 5256 section 3): one thread for each base subject, ordered by the sent
// dates of their first messages; the first is the parent of all the others. Taken by date, the
// first message of a subject is the first of its thread, and the threads come in order.
#include "mail/hash_places.h"
#include "mail/threads.h"

namespace roost::mail {
namespace {

class OrderedSubject final : public Threader {
 public:
  using Threader::Threader;

  Result<void> add(std::uint32_t number, const Digest& digest,
                   std::string_view /*message_ids*/) override {
    add_message(number, digest);
    return {};
  }
  bool uses_message_ids() const override { return false; }

  Threads threads() override {
    Threads threads;
    threads.nodes.resize(messages_.size());
    HashPlaces first_of_subject;
    for (const std::uint32_t message : messages_by_date()) {
      threads.nodes[message].number = messages_[message].number;
      std::uint32_t& first = first_of_subject[messages_[message].subject];
      threads.append(first, message);
      if (first == HashPlaces::kNone) first = message;
    }
    return threads;
  }
};

}  // namespace

std::unique_ptr<Threader> thread_by_ordered_subject(const HashKey& key) {
  return std::make_unique<OrderedSubject>(key);
}

}  // namespace roost::mail
