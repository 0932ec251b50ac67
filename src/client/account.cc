#include "client/account.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <random>
#include <set>
#include <utility>

#include "base/ascii.h"
#include "base/check.h"
#include "client/reconnect.h"
#include "client/secret_command.h"
#include "client/state_file.h"

namespace roost::client {

namespace {

constexpr Duration kStop = std::chrono::seconds(5);

bool contains(const std::vector<std::string>& mailboxes, const std::string& mailbox) {
  return std::ranges::find(mailboxes, mailbox) != mailboxes.end();
}

}  // namespace

// Owner: the account, and the operations that run; account_ is null once the account is gone.
class Account::Slot : public std::enable_shared_from_this<Slot> {
 public:
  // The first, which looks the patterns up; with NOTIFY it is the only one.
  explicit Slot(Account& account) : Slot(account, account.settings_.watcher.mailboxes) {
    named_ = mailboxes_;
    patterns_ = account.settings_.watcher.patterns;
  }
  // What it has left over is added to the others: one mailbox each, and the rest to the last.
  enum class Share : std::uint8_t { kOne, kRest };
  Slot(Account& account, Share share) : Slot(account, std::vector<std::string>()) {
    takes_rest_ = share == Share::kRest;
  }

  void connect();
  void add(const std::string& mailbox);
  [[nodiscard]] std::optional<std::string> give_away();
  void stop();
  void detach();
  void surroundings_changed();
  [[nodiscard]] bool caught_up() const { return caught_up_; }
  [[nodiscard]] bool detached() const { return account_ == nullptr; }
  [[nodiscard]] bool connected() const { return link_ != nullptr; }
  [[nodiscard]] bool watches(const std::string& mailbox) const {
    return contains(mailboxes_, mailbox);
  }
  [[nodiscard]] bool takes_rest() const { return takes_rest_; }
  // It watches what matched patterns, and nothing of that is listed any more.
  [[nodiscard]] bool deserted(const std::set<std::string>& listed) const {
    return patterns_.empty() && named_.empty() &&
           std::ranges::none_of(mailboxes_, [&](const auto& one) { return listed.contains(one); });
  }
  // Another watches it.
  void disown(const std::string& mailbox) { std::erase(named_, mailbox); }

 private:
  Slot(Account& account, std::vector<std::string> mailboxes)
      : account_(&account),
        mailboxes_(std::move(mailboxes)),
        reconnect_(std::random_device()()),
        retry_(account.context_.get_executor(), [this] { retry(); }) {}

  void connect_with(Secret secret);
  void take_watched(const std::vector<std::string>& mailboxes);
  void look_for_named();
  void tell(const std::vector<Event>& events);
  void happened();
  void ended();
  void failed(const Problem& problem);
  void retry();

  Account* account_;
  std::vector<std::string> named_;      // to be watched whether they are there or not
  std::vector<std::string> mailboxes_;  // watched now, or when there was a connection
  std::vector<std::string> patterns_;
  bool takes_rest_ = false;
  bool lacks_mailbox_ = false;  // that, and nothing else, keeps it from being connected
  Time look_again_{};           // for those of named_ that are not watched
  Reconnect reconnect_;
  BootTimer retry_;
  std::shared_ptr<Link> link_;
  bool asks_secret_ = false;  // the command runs
  std::optional<Time> secret_since_;
  bool caught_up_ = false;
};

void Account::Slot::connect() {
  const Settings& settings = account_->settings_;
  if (settings.secret_command.empty()) {
    return connect_with(settings.watcher.login.credentials.secret);
  }
  asks_secret_ = true;
  retry_.set(BootClock::now() + kSecretCommand + kStop);
  boost::asio::post(account_->blocking_, [self = shared_from_this(), &context = account_->context_,
                                          command = settings.secret_command,
                                          nobody_waits = account_->gone_.get()] {
    auto secret = run_secret_command(command, kSecretCommand, nobody_waits);
    boost::asio::post(context, [self, secret = std::move(secret)]() mutable {
      self->asks_secret_ = false;
      self->retry_.cancel();
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

void Account::Slot::connect_with(Secret secret) {
  ROOST_CHECK(link_ == nullptr);  // two would report the same
  Watcher::Settings settings = account_->settings_.watcher;
  settings.login.credentials.secret = std::move(secret);
  for (const std::string& mailbox : named_) {  // also those that were refused before
    if (!watches(mailbox)) mailboxes_.push_back(mailbox);
  }
  look_again_ = BootClock::now() + settings.refused;
  settings.mailboxes = mailboxes_;
  settings.patterns = patterns_;
  settings.in_turn = takes_rest_;
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

// With a connection or without; the one that is made next has it, too. If what that waits for is
// that a mailbox is put right, it waits no longer: another can be watched.
void Account::Slot::add(const std::string& mailbox) {
  const bool named = contains(account_->settings_.watcher.mailboxes, mailbox);
  if (named && !contains(named_, mailbox)) named_.push_back(mailbox);
  mailboxes_.push_back(mailbox);
  caught_up_ = false;
  account_->caught_up_ = false;
  if (const auto link = link_) return link->add(mailbox);
  if (lacks_mailbox_ && !asks_secret_) retry_.set(BootClock::now());
}

std::optional<std::string> Account::Slot::give_away() {
  const auto link = link_;
  auto mailbox = link == nullptr ? std::nullopt : link->give_away();
  if (mailbox) {
    std::erase(named_, *mailbox);
    std::erase(mailboxes_, *mailbox);
  }
  return mailbox;
}

// What is missing now could not be read.
void Account::Slot::take_watched(const std::vector<std::string>& mailboxes) {
  if (mailboxes == mailboxes_) return;
  for (const std::string& mailbox : mailboxes_) {
    if (takes_rest_ && !contains(mailboxes, mailbox)) account_->refuse(mailbox);
  }
  mailboxes_ = mailboxes;
}

void Account::Slot::look_for_named() {
  if (BootClock::now() < look_again_) return;
  look_again_ = BootClock::now() + account_->settings_.watcher.refused;
  for (const std::string& mailbox : std::vector<std::string>(named_)) {
    if (!watches(mailbox)) add(mailbox);
  }
}

// What is to be saved meanwhile, by a call from within, is saved after it.
void Account::Slot::tell(const std::vector<Event>& events) {
  ++account_->telling_;
  const bool dealt_with = account_->listener_.on_events(events);
  if (account_ == nullptr) return;
  --account_->telling_;
  if (!dealt_with) account_->save_again_.reset();
}

// The listener first, then the file: a crash between the two repeats events, and loses none. The
// listener may stop or destroy the account: after each word to it that is looked at again.
void Account::Slot::happened() {
  const auto link = link_;
  const auto gone = [&] { return account_ == nullptr || link_ != link; };
  if (gone() || link == nullptr) return;
  if (Watcher* const watcher = link->watcher()) {
    const std::vector<Event> events = watcher->take_events();
    if (!events.empty()) tell(events);
    if (gone()) return;
    for (const Problem& notice : watcher->take_notices()) {
      account_->notice(notice);
      if (gone()) return;
    }
    if (watcher->planned()) take_watched(watcher->mailboxes());
    if (watcher->take_round()) account_->take_listed(watcher->listed());
    for (const std::string& mailbox : watcher->take_left_over()) {
      account_->take_left_over(mailbox);
      if (gone()) return;
    }
    const bool now = watcher->caught_up();
    if (now) reconnect_.caught_up(BootClock::now());
    if (watcher->proved()) reconnect_.succeeded();
    const bool news = !events.empty() || (now && !caught_up_);
    caught_up_ = now || (caught_up_ && !link->ended());
    if (news && now) account_->take_back_notices(watcher->mailboxes());
    if (news) account_->save_soon();
    if (gone()) return;
    account_->check_caught_up();
    if (gone()) return;
    if (now && takes_rest_) account_->relieve_rest();
    if (now) look_for_named();
  }
  if (link->ended()) ended();
}

void Account::Slot::ended() {
  const std::optional<Problem> problem = link_->problem();
  link_.reset();
  caught_up_ = false;
  account_->caught_up_ = false;
  if (account_->stopping_) return account_->check_stopped();
  if (problem && problem->kind == ProblemKind::kMailbox && named_.empty() && patterns_.empty()) {
    account_->refuse(mailboxes_.front());
    mailboxes_.erase(mailboxes_.begin());
    account_->notice(*problem);
    if (account_ == nullptr) return;
    if (mailboxes_.empty()) return account_->drop_slot(*this);
    return retry_.set(BootClock::now());  // another was added meanwhile
  }
  failed(problem.value_or(Problem{ProblemKind::kClosed, "the connection has ended"}));
}

void Account::Slot::failed(const Problem& problem) {
  const Time now = BootClock::now();
  lacks_mailbox_ = problem.kind == ProblemKind::kMailbox;
  std::optional<Duration> age;
  if (secret_since_) age = now - *secret_since_;
  const Reconnect::Verdict verdict = reconnect_.failed(problem, age, now);
  retry_.set(now + verdict.wait);
  account_->listener_.on_disconnected(problem);
  if (verdict.say && account_ != nullptr) account_->report({problem.kind, *verdict.say});
}

void Account::Slot::retry() {
  if (account_ == nullptr || account_->stopping_ || link_ != nullptr) return;
  if (!asks_secret_) return connect();
  // It is past its time, and even killing it has not ended it, or others are before it. No other is
  // begun; when it answers all the same, that is welcome.
  failed({ProblemKind::kUnreachable, "no password: the command does not end"});
}

void Account::Slot::surroundings_changed() {
  if (account_ == nullptr) return;
  if (link_ != nullptr) {
    const auto link = link_;
    link->probe();
  } else if (!account_->stopping_ && !asks_secret_ && !reconnect_.waits_for_user()) {
    reconnect_.network_changed();
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

void Account::take_listed(const std::optional<std::set<std::string>>& listed) {
  listed_ = listed;
  if (!listed) return;
  std::erase_if(refused_, [&listed](const auto& one) { return !listed->contains(one.first); });
  drop_deserted(*listed);
}

// A server may say nothing to who has selected a mailbox that is deleted or renamed (RFC 2180
// sections 3.2 to 3.4), and what comes back under its name is another.
void Account::drop_deserted(const std::set<std::string>& listed) {
  const auto slots = slots_;
  for (const auto& slot : slots) {
    if (!slot->deserted(listed)) continue;
    slot->detach();
    std::erase(slots_, slot);
    relieve_rest();
  }
}

void Account::refuse(const std::string& mailbox) {
  refused_[mailbox] = BootClock::now() + settings_.watcher.refused;
}

bool Account::refuses(const std::string& mailbox) const {
  const auto refused = refused_.find(mailbox);
  return refused != refused_.end() && BootClock::now() < refused->second;
}

// Null: there are connections enough for all.
std::shared_ptr<Account::Slot> Account::rest() const {
  const auto found =
      std::ranges::find_if(slots_, [](const auto& slot) { return slot->takes_rest(); });
  return found == slots_.end() ? nullptr : *found;
}

// What matches a pattern is offered after each look at it. May destroy the account.
void Account::take_left_over(const std::string& mailbox) {
  const auto watches = [&mailbox](const auto& slot) { return slot->watches(mailbox); };
  if (stopping_ || refuses(mailbox) || std::ranges::any_of(slots_, watches)) return;
  for (const auto& other : slots_) other->disown(mailbox);
  auto slot = rest();
  if (slots_.size() < kMaxConnections) {
    const bool last = slot == nullptr && slots_.size() + 1 == kMaxConnections;
    slot = std::make_shared<Slot>(*this, last ? Slot::Share::kRest : Slot::Share::kOne);
    slot->add(mailbox);
    return add_slot(slot);
  }
  ROOST_CHECK(slot != nullptr);  // nothing else fills the number
  slot->add(mailbox);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(settings_.watcher.poll);
  notice({ProblemKind::kLate, "without NOTIFY each mailbox takes a connection; what is beyond " +
                                  std::to_string(kMaxConnections - 1) +
                                  " is asked in turn, every " + std::to_string(minutes.count()) +
                                  " minutes"});
}

// Of a mailbox that matched a pattern and is gone, or cannot be read. Once LIST has not shown it,
// or after a while, it is tried again. Another has its connection.
void Account::drop_slot(const Slot& slot) {
  std::erase_if(slots_, [&slot](const auto& other) { return other.get() == &slot; });
  relieve_rest();
  check_caught_up();
}

// A mailbox that is asked in turn gets the connection that has become free.
void Account::relieve_rest() {
  const auto slot = rest();
  if (slot == nullptr || slots_.size() == kMaxConnections) return;
  const auto mailbox = slot->give_away();
  if (!mailbox) return;
  refused_.erase(*mailbox);  // that was before
  take_left_over(*mailbox);
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
  if (!save_again_ || telling_ > 0) return;  // there is no file, or it is to stay as it is
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
  listener_.on_caught_up();
}

}  // namespace roost::client
