#include "imap/session.h"

#include <utility>

#include "auth/authenticator.h"
#include "push/hub.h"
#include "store/account_size.h"

namespace roost::imap {

void IncomingMessages::take(std::string_view octets, Piece piece) {
  buffer.append(octets);
  if (piece == Piece::kLast) ends.push_back(buffer.size());
}

void IncomingMessages::write_out(store::Store& store) {
  const auto append = [&](std::size_t from, std::size_t to) {
    if (failed) return;
    if (writer == nullptr) writer = std::make_unique<store::MessageWriter>(store);
    auto written = writer->append(std::string_view(buffer).substr(from, to - from));
    if (!written) failed = std::move(written.error());
  };
  const auto finish = [&] {
    if (failed) return;
    auto message = writer->finish();
    const bool has_nul = writer->has_nul();
    writer.reset();
    if (!message) {
      failed = std::move(message.error());
      return;
    }
    held += mail::octets_of(message->digest) +
            (message->digest.size <= kPiece ? message->digest.size : 0);
    if (held > kMaxHeld) {
      failed = Error{ErrorCode::kLimit, "The messages are too large together"};
      return;
    }
    received.push_back({*std::move(message), has_nul});
  };
  std::size_t from = 0;
  for (const std::size_t end : ends) {
    append(from, end);
    finish();
    from = end;
  }
  if (from < buffer.size()) append(from, buffer.size());
  buffer.clear();
  ends.clear();
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

// A state is made anew, so that nothing of the old one can be forgotten here.
Result<void> Session::unauthenticate() {
  auto slot = server.limits.acquire_unauthenticated(peer.address);
  if (!slot) return fail(std::move(slot.error()));
  SessionState anew;
  anew.slot = *std::move(slot);
  anew.tag = std::move(state_.tag);
  state_ = std::move(anew);
  password_hash_.clear();
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

void Session::watch_others() {
  if (state_.others == nullptr) {
    state_.others = std::make_unique<OtherMailboxes>(server.hub.accounts().watch(
        loop_, account().id, {.store = server.store, .workers = server.workers}));
  }
  state_.others->begin();
}

void Session::select(SelectedMailbox selected) {
  state_.selected = std::make_unique<SelectedMailbox>(std::move(selected));
  state_.state = State::kSelected;
}

void Session::unselect() {
  state_.selected.reset();
  if (state_.state == State::kSelected) state_.state = State::kAuthenticated;
}

void Session::enable_condstore() {
  if (state_.enabled.condstore) return;
  state_.enabled.condstore = true;
  if (state() == State::kSelected) write().highest_modseq(selected().highest_modseq());
}

void Session::log_out(std::string_view code, std::string_view text) {
  unselect();
  state_.state = State::kLogout;
  write().untagged(Condition::kBye, code, text);
  after = After::kClose;
}

}  // namespace roost::imap
