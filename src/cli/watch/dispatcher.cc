#include "cli/watch/dispatcher.h"

#include <random>
#include <utility>

namespace roost::cli {

using client::BootClock;

Dispatcher::Dispatcher(boost::asio::io_context& context, client::Duration settle,
                       std::unique_ptr<Action> action, std::function<void(const std::string&)> say)
    : queue_(settle, std::random_device()()),
      action_(std::move(action)),
      say_(std::move(say)),
      timer_(context.get_executor(), [this] { work(); }) {}

void Dispatcher::add(const Source& source, const std::vector<client::Event>& events) {
  const client::Time now = BootClock::now();
  for (const client::Event& event : events) queue_.add(source, event, now);
  work();
}

void Dispatcher::drain() {
  queue_.drain(BootClock::now());
  work();
}

void Dispatcher::work() {
  while (const Batch* const batch = queue_.next(BootClock::now())) {
    action_->start(*batch, [this, batch](const Result<void>& result) { finished(*batch, result); });
  }
  if (const auto at = queue_.deadline()) {
    timer_.set(*at);
  } else {
    timer_.cancel();
  }
}

void Dispatcher::finished(const Batch& batch, const Result<void>& result) {
  using How = ActionQueue::Result;
  const std::string mailbox = batch.source.user + "@" + batch.source.host + "/" + batch.mailbox;
  queue_.finished(batch, result ? How::kDone : How::kFailed, BootClock::now());
  if (result) {
    if (const auto said = said_.extract(mailbox)) {
      say_(mailbox + ": is dealt with again, after " + said.mapped());
    }
  } else if (std::string& said = said_[mailbox]; said != result.error().detail) {
    said = result.error().detail;
    say_(mailbox + ": " + said);
  }
  work();
}

}  // namespace roost::cli
