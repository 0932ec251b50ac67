#include "client/account.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <random>
#include <set>
#include <utility>

#include "base/ascii.h"
#include "client/account_slot.h"
#include "client/state_file.h"

namespace roost::client {

Account::Account(boost::asio::io_context& context, Settings settings, Listener& listener)
    : context_(context),
      settings_(std::move(settings)),
      listener_(listener),
      limit_(kMaxConnections,
             {.first = settings_.watcher.refused / 12, .most = settings_.watcher.refused},
             std::random_device()()) {
  ::signal(SIGPIPE, SIG_IGN);
}

Account::~Account() {
  for (const auto& slot : slots_) slot->detach();
  if (gone_.is_open()) (void)::eventfd_write(gone_.get(), 1);
  blocking_.stop();
  blocking_.join();
}

// The names as the server has them: INBOX is the one that is written as one likes
// (RFC 9051 section 5.1).
Result<void> Account::check_mailboxes() {
  std::vector<std::string>& names = settings_.watcher.mailboxes;
  if (names.empty() && settings_.watcher.patterns.empty()) {
    return fail(ErrorCode::kInvalid, "no mailbox is named");
  }
  std::set<std::string> seen;
  for (std::string& name : names) {
    if (name.empty()) return fail(ErrorCode::kInvalid, "a mailbox without a name");
    if (equal_ignoring_case(name, "INBOX")) name = "INBOX";
    if (!seen.insert(name).second) return fail(ErrorCode::kInvalid, name + " is named twice");
  }
  return {};
}

Result<void> Account::start() {
  if (!is_host_name(settings_.watcher.login.host)) {
    return fail(ErrorCode::kInvalid, "no server is named");
  }
  if (auto checked = check_mailboxes(); !checked) return checked;
  auto tls = TlsClient::make(settings_.trust);
  if (!tls) return fail(tls.error());
  tls_ = std::move(*tls);
  if (!settings_.secret_command.empty()) {
    gone_ = net::Fd(::eventfd(0, EFD_CLOEXEC));
    if (!gone_.is_open()) return fail(ErrorCode::kUnavailable, std::strerror(errno));
  }
  if (!settings_.state_file.empty()) {
    auto lock = lock_state(settings_.state_file);
    if (!lock) return fail(lock.error());
    lock_ = std::move(*lock);
    auto told = load_state(settings_.state_file);
    if (!told) return fail(told.error());
    told_ = std::move(*told);
    save_again_.emplace(context_.get_executor(), [this] { save(); });
  }
  surroundings_.emplace(context_.get_executor(), [this] { probe(); });
  add_slot(std::make_shared<Slot>(*this));
  return {};
}

void Account::add_slot(std::shared_ptr<Slot> slot) {
  caught_up_ = false;
  slots_.push_back(std::move(slot));
  slots_.back()->connect();
}

bool Account::tries_one() const {
  return std::ranges::any_of(slots_, [](const auto& slot) { return slot->is_tried(); });
}

void Account::try_next() {
  if (stopping_) return;
  const auto slots = slots_;
  for (const auto& slot : slots) slot->try_in_turn();
}

void Account::probe() {
  const auto slots = slots_;  // to which an answer may add
  for (const auto& slot : slots) slot->surroundings_changed();
}

void Account::stop() {
  if (std::exchange(stopping_, true)) return;
  surroundings_.reset();
  if (save_again_) save_again_->cancel();
  stop_by_.emplace(context_.get_executor(), [this] {
    for (const auto& slot : slots_) slot->detach();
  });
  stop_by_->set(BootClock::now() + kStop);
  const auto slots = slots_;
  for (const auto& slot : slots) slot->stop();
  // What came in between may have been enough for the listener to destroy this.
  if (std::ranges::any_of(slots, [](const auto& slot) { return slot->detached(); })) return;
  check_stopped();
  save();
}

void Account::check_stopped() {
  if (std::ranges::none_of(slots_, [](const auto& slot) { return slot->connected(); })) {
    stop_by_->cancel();
  }
}

// Once for all that comes at the same time: it takes a disk's time.
void Account::save_soon() {
  if (stopping_) return save();
  if (save_again_) save_again_->set(BootClock::now());
}

// Where it fails, this process still knows what was told, and tells it no second time. May destroy
// the account.
void Account::save() {
  // There is no file, or it is to stay as it is.
  if (!save_again_ || telling_->refused || telling_->depth > 0) return;
  const auto saved = save_state(settings_.state_file, told_);
  if (saved) {
    unsaved_ = false;
    save_again_->cancel();
    return;
  }
  if (!stopping_) save_again_->set(BootClock::now() + kSaveAgain);
  if (std::exchange(unsaved_, true)) return;
  listener_.on_problem(
      {ProblemKind::kUnreachable, "what was reported is not kept: " + saved.error().detail});
}

// Several connections may fail of the same; the user hears of it once.
void Account::report(const Problem& problem) {
  if (std::ranges::find(reported_, problem) != reported_.end()) return;
  reported_.push_back(problem);
  listener_.on_problem(problem);
}

// While all else may be well, and seen again by each connection. The text of one that is of a
// single mailbox begins with it; the others are said once.
void Account::notice(const Problem& problem) {
  if (std::ranges::find(reported_, problem) != reported_.end()) return;
  if (noticed_.size() >= kMaxNoticed) noticed_.clear();
  if (noticed_.insert(problem.text).second) listener_.on_problem(problem);
}

// They are watched; if that ends, it is news.
void Account::take_back_notices(const std::vector<std::string>& mailboxes) {
  if (noticed_.empty()) return;
  for (const std::string& mailbox : mailboxes) {
    const std::string head = mailbox + ": ";
    for (auto it = noticed_.lower_bound(head); it != noticed_.end() && it->starts_with(head);) {
      it = noticed_.erase(it);
    }
  }
}

void Account::check_caught_up() {
  const bool now = std::ranges::all_of(slots_, [](const auto& slot) { return slot->caught_up(); });
  if (!now || std::exchange(caught_up_, true)) return;
  reported_.clear();
  if (const auto slot = rest(); slot == nullptr || !slot->asks_in_turn()) limit_.forget();
  listener_.on_caught_up();
}

}  // namespace roost::client
