#include "client/account_slot.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/check.h"
#include "client/secret_command.h"

namespace roost::client {

namespace {

bool contains(const std::vector<std::string>& mailboxes, const std::string& mailbox) {
  return std::ranges::find(mailboxes, mailbox) != mailboxes.end();
}

}  // namespace

// Servers may look at how many there are before they count who is on its way, and let in too many
// at once: so where it is doubtful, one at a time is tried.
void Account::Slot::connect() {
  waits_its_turn_ = is_doubtful() && account_->tries_one();
  if (waits_its_turn_) return;
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

void Account::Slot::try_in_turn() {
  if (waits_its_turn_ && account_ != nullptr) connect();
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
  link_ = std::make_shared<Link>(
      account_->context_, std::move(settings),
      Link::Shared{*account_->tls_, account_->told_, account_->keep_alive_, account_->addresses_},
      [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->happened();
      });
  link_->start();
}

bool Account::Slot::watches(const std::string& mailbox) const {
  return contains(mailboxes_, mailbox);
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

// From now on it watches all that is added, in turn; or, with IDLE, no more than one.
void Account::Slot::take_rest(bool takes_rest) {
  takes_rest_ = takes_rest;
  if (link_ != nullptr) link_->set_in_turn(takes_rest);
}

// There is room for it now.
void Account::Slot::let_in() {
  turned_away_ = 0;
  reconnect_.forget_wait();
  if (link_ == nullptr && !asks_secret_) retry_.set(BootClock::now());
}

// What it was to watch; it is of no use any more.
std::vector<std::string> Account::Slot::dissolve() {
  detach();
  std::vector<std::string> all = std::move(mailboxes_);
  for (std::string& mailbox : named_) {
    if (!contains(all, mailbox)) all.push_back(std::move(mailbox));
  }
  return all;
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
    if (watches(mailbox)) continue;
    account_->refused_.erase(mailbox);
    add(mailbox);
  }
}

// What is to be saved meanwhile, by a call from within, is saved after it.
void Account::Slot::tell(const std::vector<Event>& events) {
  const auto telling = account_->telling_;
  ++telling->depth;
  if (!account_->listener_.on_events(events)) telling->refused = true;
  --telling->depth;
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
    if (watcher->is_logged_in() && !std::exchange(stands_, true)) {
      was_let_in_ = true;
      turned_away_ = 0;
      account_->limit_.changed();
      account_->try_next();
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
    if (now && takes_rest_) account_->rest_caught_up();
    if (gone()) return;
    if (now) look_for_named();
  }
  if (link->ended()) ended();
}

void Account::Slot::ended() {
  const std::optional<Problem> problem = link_->problem();
  link_.reset();
  caught_up_ = false;
  account_->caught_up_ = false;
  const bool stood = std::exchange(stands_, false);
  if (account_->stopping_) return account_->check_stopped();
  if (stood) account_->limit_.changed();
  if (problem && problem->kind == ProblemKind::kMailbox && named_.empty() && patterns_.empty()) {
    account_->refuse(mailboxes_.front());
    mailboxes_.erase(mailboxes_.begin());
    account_->notice(*problem);
    if (account_ == nullptr) return;
    if (mailboxes_.empty()) return account_->drop_slot(*this);
    return retry_.set(BootClock::now());  // another was added meanwhile
  }
  const Problem why = problem.value_or(Problem{ProblemKind::kClosed, "the connection has ended"});
  if (count_refusal(why, stood)) account_->make_room(why);
  if (account_ != nullptr) failed(why);
}

// True: this is one connection too many. Servers that count them refuse one at its login, or close
// it without a word. That it is not the server that is away, the others know.
bool Account::Slot::count_refusal(const Problem& problem, bool stood) {
  const bool away = problem.kind == ProblemKind::kBusy || problem.kind == ProblemKind::kClosed;
  const auto& slots = account_->slots_;
  const bool others_stand =
      std::ranges::any_of(slots, [](const auto& slot) { return slot->stands(); });
  turned_away_ = away && !stood && others_stand ? turned_away_ + 1 : 0;
  if (turned_away_ == kTurnedAway - 1) {
    asked_at_ = BootClock::now();
    for (const auto& slot : slots) {
      boost::asio::post(account_->context_, [slot] { slot->ask(); });
    }
  }
  const auto heard = [this](const auto& slot) { return slot->heard_since(asked_at_); };
  return turned_away_ >= kTurnedAway && std::ranges::any_of(slots, heard);
}

void Account::Slot::ask() {
  const auto link = link_;
  if (stands_ && link != nullptr) link->probe();
}

bool Account::Slot::heard_since(Time time) const {
  return stands_ && link_ != nullptr && link_->watcher()->heard() > time;
}

bool Account::Slot::asks_in_turn() const {
  const Watcher* const watcher = link_ == nullptr ? nullptr : link_->watcher();
  return takes_rest_ && watcher != nullptr && watcher->short_of_connections();
}

void Account::Slot::failed(const Problem& problem) {
  const Time now = BootClock::now();
  lacks_mailbox_ = problem.kind == ProblemKind::kMailbox;
  std::optional<Duration> age;
  if (secret_since_) age = now - *secret_since_;
  const Reconnect::Verdict verdict = reconnect_.failed(problem, age, now);
  retry_.set(now + verdict.wait);
  account_->try_next();
  account_->listener_.on_disconnected(problem);
  if (verdict.say && account_ != nullptr) account_->report({problem.kind, *verdict.say});
}

void Account::Slot::retry() {
  const auto self = shared_from_this();
  if (account_ == nullptr || account_->stopping_ || link_ != nullptr) return;
  if (!asks_secret_) return connect();
  // It is past its time, and even killing it has not ended it, or others are before it. No other is
  // begun; when it answers all the same, that is welcome.
  failed({ProblemKind::kUnreachable, "no password: the command does not end"});
}

void Account::Slot::surroundings_changed() {
  if (account_ == nullptr) return;
  turned_away_ = 0;
  if (link_ != nullptr) {
    const auto link = link_;
    link->probe();
  } else if (!account_->stopping_ && !asks_secret_ && !reconnect_.waits_for_user()) {
    reconnect_.forget_wait();
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

}  // namespace roost::client
