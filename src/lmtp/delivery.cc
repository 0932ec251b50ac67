// Delivery to mailboxes: see the header.
#include "lmtp/delivery.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <latch>
#include <memory>
#include <unordered_map>

#include "base/log.h"
#include "lmtp/reply_from_error.h"
#include "store/account_size.h"

namespace roost::lmtp {
namespace {

constexpr std::size_t kBorrowedWorkers = 15;  // at most, for one message

Result<void> commit(LmtpContext& context, const Destination& destination,
                    const store::NewMessage& message) {
  if (auto room = store::check_account_size(context.store, destination.account,
                                            context.account_size, message.digest.size);
      !room) {
    return room;
  }
  store::Batch batch;
  batch.mailbox = destination.mailbox;
  batch.account = destination.account;
  batch.messages.push_back(message);
  if (auto committed = context.store.commit(batch); !committed) return fail(committed.error());
  return {};
}

// A mailbox that has gone since RCPT: its owner deleted what a detail named, so INBOX takes it.
Result<void> deliver_to(LmtpContext& context, const Recipient& recipient,
                        const store::NewMessage& message) {
  try {
    auto done = commit(context, recipient.destination, message);
    if (done || done.error().code != ErrorCode::kNotFound) return done;
    const auto now = find_destination(context.store, recipient.forward_path);
    if (!now) return fail(now.error());
    return commit(context, *now, message);
  } catch (const std::exception& error) {  // of a library; a borrowed worker has nobody above
    return fail(ErrorCode::kInternal, error.what());
  }
}

// The commits of one message, taken one by one by whoever is free. Whoever waits has first taken
// all that nobody else had taken, so it waits only for what is being done: no pool is too small.
class Commits {
 public:
  Commits(LmtpContext& context, const store::NewMessage& message,
          std::vector<const Recipient*> recipients)
      : context_(context),
        message_(message),
        recipients_(std::move(recipients)),
        results_(recipients_.size()),
        left_(static_cast<std::ptrdiff_t>(recipients_.size())) {}

  // Thread: any, several at once. Touches what it refers to only while a commit is left.
  void work() {
    for (std::size_t i = next_++; i < recipients_.size(); i = next_++) {
      results_[i] = deliver_to(context_, *recipients_[i], message_);
      left_.count_down();
    }
  }

  const std::vector<Result<void>>& wait() {
    left_.wait();
    return results_;
  }

 private:
  LmtpContext& context_;
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

Reply reply_for(const Recipient& recipient, const Result<void>& result, const Delivery& delivery) {
  Reply reply = result ? Reply{250, "2.0.0", fmt::format("Saved {}", delivery.id)}
                       : reply_from_error(result.error());
  reply.text.insert(0, named(recipient.forward_path));
  return reply;
}

void record(LmtpContext& context, const Delivery& delivery, const Recipient& recipient,
            const Result<void>& result, const Reply& reply) {
  const std::string_view from = delivery.reverse_path.text;
  const std::string_view to = recipient.forward_path.text;
  if (result) {
    context.metrics.delivered.add();
    log::info("lmtp {}: from <{}> to <{}>: delivered", delivery.id, from, to);
  } else {
    (reply.permanent() ? context.metrics.refused : context.metrics.deferred).add();
    log::warning("lmtp {}: from <{}> to <{}>: {} {}: {}: {}", delivery.id, from, to, reply.code,
                 reply.status, to_string(result.error().code), result.error().detail);
  }
}

}  // namespace

std::vector<Reply> deliver(LmtpContext& context, const Delivery& delivery,
                           const store::NewMessage& message) {
  std::vector<const Recipient*> distinct;
  std::unordered_map<mail::MailboxId, std::size_t> place;
  for (const Recipient& recipient : delivery.recipients) {
    if (place.emplace(recipient.destination.mailbox, distinct.size()).second)
      distinct.push_back(&recipient);
  }

  const std::size_t borrowed = std::min(distinct.size() - 1, kBorrowedWorkers);
  const auto commits = std::make_shared<Commits>(context, message, std::move(distinct));
  for (std::size_t i = 0; i < borrowed; ++i) {
    context.workers.post([commits] { commits->work(); });
  }
  commits->work();
  const std::vector<Result<void>>& results = commits->wait();

  std::vector<Reply> replies;
  for (const Recipient& recipient : delivery.recipients) {
    const Result<void>& result = results[place.at(recipient.destination.mailbox)];
    replies.push_back(reply_for(recipient, result, delivery));
    record(context, delivery, recipient, result, replies.back());
  }
  return replies;
}

std::vector<Reply> fail_all(LmtpContext& context, const Delivery& delivery, const Error& error) {
  std::vector<Reply> replies;
  for (const Recipient& recipient : delivery.recipients) {
    replies.push_back(reply_for(recipient, fail(error), delivery));
    record(context, delivery, recipient, fail(error), replies.back());
  }
  return replies;
}

}  // namespace roost::lmtp
