#include "imap/session.h"

#include <utility>

#include "auth/authenticator.h"
#include "push/hub.h"
#include "store/account_size.h"

namespace roost::imap {

void IncomingMessage::write_out(store::Store& store) {
  if (writer == nullptr) writer = std::make_unique<store::MessageWriter>(store);
  if (!failed) {
    if (auto written = writer->append(buffer); !written) failed = std::move(written.error());
  }
  buffer.clear();
}

Result<Progress> Session::log_in(std::string_view name, std::string_view password) {
  account_changes_ = server.hub.account_changes();
  std::optional<store::Account> account;
  if (!hashing_) {
    account = server.authenticator.recall(name, password);
    hashing_ = !account;
    if (hashing_) return Progress::kMore;
  } else {
    hashing_ = false;
    auth::Verdict verdict = server.authenticator.authenticate(name, password, peer.address);
    reply_delay = verdict.delay;
    if (!verdict.account) return fail(std::move(verdict.account.error()));
    account = *std::move(verdict.account);
  }
  if (auto admitted = admit(*std::move(account)); !admitted) {
    return fail(std::move(admitted.error()));
  }
  return Progress::kDone;
}

Result<void> Session::admit(store::Account account) {
  auto slot = server.limits.acquire(account.id, peer.address);
  if (!slot) {
    // An honest NO [LIMIT], never an authentication failure: phones stop pushing for an hour then.
    farewell = {"LIMIT", slot.error().detail};
    return fail(std::move(slot.error()));
  }
  state_.slot = *std::move(slot);
  state_.account = {account.id, std::move(account.name)};
  state_.state = State::kAuthenticated;
  password_hash_ = std::move(account.password_hash);
  return {};
}

void Session::recheck_account() {
  const auto now = server.store.find_account(account().name);
  if (!now && now.error().code != ErrorCode::kNotFound) {
    farewell = {"UNAVAILABLE", "The account cannot be read"};
  } else if (!now || now->id != account().id) {
    farewell = {"UNAVAILABLE", "The account was removed"};
  } else if (now->password_hash != password_hash_) {
    farewell = {"EXPIRED", "The password was changed"};
  }
}

Result<void> Session::check_room(std::uint64_t octets) {
  return store::check_account_size(server.store, account().id, server.options.account_size, octets);
}

push::Watch Session::watch(mail::MailboxId mailbox) { return server.hub.watch(loop_, mailbox); }

void Session::select(SelectedMailbox selected) {
  state_.selected = std::make_unique<SelectedMailbox>(std::move(selected));
  state_.state = State::kSelected;
}

void Session::unselect() {
  state_.selected.reset();
  if (state_.state == State::kSelected) state_.state = State::kAuthenticated;
}

void Session::log_out(std::string_view code, std::string_view text) {
  unselect();
  state_.state = State::kLogout;
  write().untagged(Condition::kBye, code, text);
  after = After::kClose;
}

}  // namespace roost::imap
