#include "client/account.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>
#include <random>
#include <utility>

#include "client/reconnect.h"
#include "client/secret_command.h"
#include "client/state_file.h"

namespace roost::client {

namespace {

constexpr Duration kStop = std::chrono::seconds(5);

}  // namespace

// Owner: the account, and the operations that run; account_ is null once the account is gone.
class Account::Slot : public std::enable_shared_from_this<Slot> {
 public:
  // The first, which looks the patterns up; with NOTIFY it is the only one.
  explicit Slot(Account& account) : Slot(account, account.settings_.watcher.mailboxes) {
    named_ = mailboxes_;
    patterns_ = account.settings_.watcher.patterns;
  }
  // One of those that it has left over. named: by the user, not by a pattern.
  Slot(Account& account, const std::string& mailbox, bool named)
      : Slot(account, std::vector{mailbox}) {
    if (named) named_ = mailboxes_;
  }

  void connect();
  void stop();
  void detach();
  void surroundings_changed();
  [[nodiscard]] bool caught_up() const { return caught_up_; }
  [[nodiscard]] bool connected() const { return link_ != nullptr; }
  [[nodiscard]] bool watches(const std::string& mailbox) const {
    return std::ranges::find(mailboxes_, mailbox) != mailboxes_.end();
  }

 private:
  Slot(Account& account, std::vector<std::string> mailboxes)
      : account_(&account),
        mailboxes_(std::move(mailboxes)),
        reconnect_(std::random_device()()),
        retry_(account.context_.get_executor(), [this] { retry(); }) {}

  void connect_with(std::string secret);
  void happened();
  void ended();
  void failed(const Problem& problem);
  void retry();

  Account* account_;
  std::vector<std::string> named_;      // to be watched whether they are there or not
  std::vector<std::string> mailboxes_;  // watched now, or when there was a connection
  std::vector<std::string> patterns_;
  Reconnect reconnect_;
  BootTimer retry_;
  std::shared_ptr<Link> link_;
  std::optional<Time> secret_since_;
  bool caught_up_ = false;
};

void Account::Slot::connect() {
  const Settings& settings = account_->settings_;
  if (settings.secret_command.empty()) {
    return connect_with(settings.watcher.login.credentials.secret);
  }
  boost::asio::post(account_->blocking_, [self = shared_from_this(), &context = account_->context_,
                                          command = settings.secret_command] {
    auto secret = run_secret_command(command, kSecretCommand);
    boost::asio::post(context, [self, secret = std::move(secret)]() mutable {
      if (self->account_ == nullptr || self->account_->stopping_) return;
      if (secret) {
        self->secret_since_ = BootClock::now();
        self->connect_with(std::move(*secret));
      } else {
        const bool passes = secret.error().code == ErrorCode::kUnavailable;
        self->failed({passes ? ProblemKind::kUnreachable : ProblemKind::kCredentials,
                      "no password: " + secret.error().detail});
      }
    });
  });
}

void Account::Slot::connect_with(std::string secret) {
  Watcher::Settings settings = account_->settings_.watcher;
  settings.login.credentials.secret = std::move(secret);
  for (const std::string& mailbox : named_) {  // also those that were refused before
    if (!watches(mailbox)) mailboxes_.push_back(mailbox);
  }
  settings.mailboxes = mailboxes_;
  settings.patterns = patterns_;
  settings.listed = account_->listed_;
  for (const auto& slot : account_->slots_) {
    if (slot.get() == this) continue;
    settings.elsewhere.insert(slot->mailboxes_.begin(), slot->mailboxes_.end());
  }
  link_ = std::make_shared<Link>(account_->context_, std::move(settings), *account_->tls_,
                                 account_->told_, account_->keep_alive_, [weak = weak_from_this()] {
                                   if (const auto self = weak.lock()) self->happened();
                                 });
  link_->start();
}

// The listener first, then the file: a crash between the two repeats events, and loses none.
void Account::Slot::happened() {
  if (account_ == nullptr || link_ == nullptr) return;
  if (Watcher* const watcher = link_->watcher()) {
    const std::vector<Event> events = watcher->take_events();
    if (!events.empty()) account_->listener_.on_events(events);
    for (const Problem& notice : watcher->take_notices()) account_->report(notice);
    if (watcher->planned()) mailboxes_ = watcher->mailboxes();
    if (watcher->listed()) account_->listed_ = watcher->listed();
    for (const std::string& mailbox : watcher->take_left_over()) {
      std::erase(named_, mailbox);
      account_->take_left_over(mailbox);
    }
    const bool now = watcher->caught_up();
    if (now) reconnect_.succeeded();
    const bool news = !events.empty() || (now && !caught_up_);
    caught_up_ = now || (caught_up_ && !link_->ended());
    if (news) account_->save();
    account_->check_caught_up();
  }
  if (link_->ended()) ended();
}

void Account::Slot::ended() {
  const std::optional<Problem> problem = link_->problem();
  link_.reset();
  caught_up_ = false;
  account_->caught_up_ = false;
  if (account_->stopping_) return account_->check_stopped();
  if (problem && problem->kind == ProblemKind::kMailbox && named_.empty() && patterns_.empty()) {
    account_->report({problem->kind, mailboxes_.front() + ": " + problem->text});
    return account_->drop_slot(*this);
  }
  failed(problem.value_or(Problem{ProblemKind::kClosed, "the connection has ended"}));
}

void Account::Slot::failed(const Problem& problem) {
  const Time now = BootClock::now();
  std::optional<Duration> age;
  if (secret_since_) age = now - *secret_since_;
  const Reconnect::Verdict verdict = reconnect_.failed(problem, age, now);
  account_->listener_.on_disconnected(problem);
  if (verdict.say) account_->report({problem.kind, *verdict.say});
  retry_.set(now + verdict.wait);
}

void Account::Slot::retry() {
  if (account_ != nullptr && !account_->stopping_ && link_ == nullptr) connect();
}

void Account::Slot::surroundings_changed() {
  reconnect_.network_changed();
  if (link_ != nullptr) {
    const auto link = link_;
    link->probe();
  } else if (!account_->stopping_) {
    retry_.set(BootClock::now());
  }
}

void Account::Slot::stop() {
  if (link_ == nullptr) return retry_.cancel();
  const auto link = link_;
  link->stop();
  retry_.cancel();
}

void Account::Slot::detach() {
  account_ = nullptr;
  retry_.cancel();
  if (link_ != nullptr) std::exchange(link_, nullptr)->close();
}

Account::Account(boost::asio::io_context& context, Settings settings, Listener& listener)
    : context_(context), settings_(std::move(settings)), listener_(listener) {
  ::signal(SIGPIPE, SIG_IGN);
}

Account::~Account() {
  for (const auto& slot : slots_) slot->detach();
  blocking_.stop();
  blocking_.join();
}

Result<void> Account::start() {
  auto tls = TlsClient::make(settings_.trust);
  if (!tls) return fail(tls.error());
  tls_ = std::move(*tls);
  if (!settings_.state_file.empty()) {
    auto told = load_state(settings_.state_file);
    if (!told) return fail(told.error());
    told_ = std::move(*told);
  }
  surroundings_.emplace(context_.get_executor(), [this] {
    const auto slots = slots_;  // to which an answer may add
    for (const auto& slot : slots) slot->surroundings_changed();
  });
  slots_.push_back(std::make_shared<Slot>(*this));
  slots_.back()->connect();
  return {};
}

// What matches a pattern is offered after each look at it.
void Account::take_left_over(const std::string& mailbox) {
  const auto watches = [&mailbox](const auto& slot) { return slot->watches(mailbox); };
  if (stopping_ || std::ranges::any_of(slots_, watches)) return;
  const bool named =
      std::ranges::find(settings_.watcher.mailboxes, mailbox) != settings_.watcher.mailboxes.end();
  if (slots_.size() < kMaxConnections) {
    slots_.push_back(std::make_shared<Slot>(*this, mailbox, named));
    return slots_.back()->connect();
  }
  report({ProblemKind::kMailbox, mailbox + ": not watched, it would take connection " +
                                     std::to_string(kMaxConnections + 1) + " of the account"});
}

// Of a mailbox that matched a pattern and is gone, or cannot be read; LIST will say if it is back.
void Account::drop_slot(const Slot& slot) {
  std::erase_if(slots_, [&slot](const auto& other) { return other.get() == &slot; });
  check_caught_up();
}

void Account::stop() {
  if (std::exchange(stopping_, true)) return;
  surroundings_.reset();
  stop_by_.emplace(context_.get_executor(), [this] {
    for (const auto& slot : slots_) slot->detach();
  });
  stop_by_->set(BootClock::now() + kStop);
  for (const auto& slot : slots_) slot->stop();
  save();
  check_stopped();
}

void Account::check_stopped() {
  if (std::ranges::none_of(slots_, [](const auto& slot) { return slot->connected(); })) {
    stop_by_->cancel();
  }
}

void Account::save() {
  if (settings_.state_file.empty()) return;
  const auto saved = save_state(settings_.state_file, told_);
  if (!saved) report({ProblemKind::kUnreachable, saved.error().detail});
}

// Several connections may fail of the same; the user hears of it once.
void Account::report(const Problem& problem) {
  if (std::ranges::find(reported_, problem) != reported_.end()) return;
  reported_.push_back(problem);
  listener_.on_problem(problem);
}

void Account::check_caught_up() {
  const bool now = std::ranges::all_of(slots_, [](const auto& slot) { return slot->caught_up(); });
  if (!now || std::exchange(caught_up_, true)) return;
  reported_.clear();
  listener_.on_caught_up();
}

}  // namespace roost::client
