// Delivery to mailboxes: see the header.
#include "lmtp/delivery.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <latch>
#include <memory>
#include <unordered_map>

#include "lmtp/reply_from_error.h"

namespace roost::lmtp {
namespace {

constexpr std::size_t kBorrowedWorkers = 15;  // at most, for one message

Result<void> commit(store::Store& store, mail::MailboxId mailbox,
                    const store::NewMessage& message) {
  store::Batch batch;
  batch.mailbox = mailbox;
  batch.messages.push_back(message);
  if (auto committed = store.commit(batch); !committed) return fail(committed.error());
  return {};
}

// A mailbox that has gone since RCPT: its owner deleted what a detail named, so INBOX takes it.
Result<void> deliver_to(store::Store& store, const Recipient& recipient,
                        const store::NewMessage& message) {
  try {
    auto done = commit(store, recipient.mailbox, message);
    if (done || done.error().code != ErrorCode::kNotFound) return done;
    const auto now = find_destination(store, recipient.forward_path);
    if (!now) return fail(now.error());
    return commit(store, *now, message);
  } catch (const std::exception& error) {  // of a library; a borrowed worker has nobody above
    return fail(ErrorCode::kInternal, error.what());
  }
}

// The deliveries of one message, taken one by one by whoever is free. Whoever waits has first taken
// all that nobody else had taken, so it waits only for what is being done: no pool is too small.
class Deliveries {
 public:
  Deliveries(store::Store& store, const store::NewMessage& message,
             std::vector<const Recipient*> recipients)
      : store_(store),
        message_(message),
        recipients_(std::move(recipients)),
        results_(recipients_.size()),
        left_(static_cast<std::ptrdiff_t>(recipients_.size())) {}

  // Thread: any, several at once. Touches what it refers to only while a delivery is left.
  void work() {
    for (std::size_t i = next_++; i < recipients_.size(); i = next_++) {
      results_[i] = deliver_to(store_, *recipients_[i], message_);
      left_.count_down();
    }
  }

  const std::vector<Result<void>>& wait() {
    left_.wait();
    return results_;
  }

 private:
  store::Store& store_;
  const store::NewMessage& message_;  // of the caller, who waits
  const std::vector<const Recipient*> recipients_;
  std::vector<Result<void>> results_;
  std::atomic<std::size_t> next_ = 0;
  std::latch left_;
};

// The address for the reply text, where it is one that every client may be sent.
std::string named(const Path& path) {
  return path.is_ascii() ? "<" + path.text + "> " : std::string();
}

}  // namespace

std::vector<Reply> deliver(LmtpContext& context, const store::NewMessage& message,
                           std::span<const Recipient> recipients, std::string_view id) {
  std::vector<const Recipient*> distinct;
  std::unordered_map<mail::MailboxId, std::size_t> place;
  for (const Recipient& recipient : recipients) {
    if (place.emplace(recipient.mailbox, distinct.size()).second) distinct.push_back(&recipient);
  }

  const std::size_t borrowed = std::min(distinct.size() - 1, kBorrowedWorkers);
  auto deliveries = std::make_shared<Deliveries>(context.store, message, std::move(distinct));
  for (std::size_t i = 0; i < borrowed; ++i) {
    context.workers.post([deliveries] { deliveries->work(); });
  }
  deliveries->work();
  const std::vector<Result<void>>& results = deliveries->wait();

  std::vector<Reply> replies;
  for (const Recipient& recipient : recipients) {
    const Result<void>& result = results[place.at(recipient.mailbox)];
    Reply reply =
        result ? Reply{250, "2.0.0", "Saved " + std::string(id)} : reply_from_error(result.error());
    reply.text.insert(0, named(recipient.forward_path));
    replies.push_back(std::move(reply));
  }
  return replies;
}

}  // namespace roost::lmtp
