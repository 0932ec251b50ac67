#include "auth/authenticator.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "auth/first_login.h"
#include "auth/password.h"
#include "auth/users.h"
#include "store/forwarding_store.h"
#include "store/memory/memory_store.h"

namespace roost::auth {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kHere = "192.0.2.1";

// Something happens while a mailbox is made.
class MailboxMeanwhile final : public store::ForwardingStore {
 public:
  MailboxMeanwhile(store::Store& to, std::function<void()> meanwhile)
      : ForwardingStore(to), meanwhile_(std::move(meanwhile)) {}
  Result<void> create_missing_mailboxes(mail::AccountId account,
                                        const NamesAndUses& wanted) override {
    meanwhile_();
    return ForwardingStore::create_missing_mailboxes(account, wanted);
  }

 private:
  std::function<void()> meanwhile_;
};

class AuthenticatorTest : public testing::Test {
 protected:
  // {PLAIN} in the store is quick to verify; hash_password is tested with passwords.
  void make(std::string_view name, std::string_view stored) {
    ASSERT_TRUE(store_->create_account(name, stored));
  }
  void expect_refused(const Verdict& verdict, std::chrono::milliseconds delay) {
    ASSERT_FALSE(verdict.account);
    EXPECT_EQ(verdict.account.error().code, ErrorCode::kUnauthenticated);
    EXPECT_EQ(verdict.account.error().detail, "Invalid user name or password");
    EXPECT_EQ(verdict.delay, delay);
  }

  Clock::time_point time_{1h};
  std::unique_ptr<store::Store> store_ = store::open_memory_store();
  Authenticator authenticator_{*store_, {.now = [this] { return time_; }}};
};

TEST_F(AuthenticatorTest, TheRightPasswordInAnyCaseOfTheName) {
  make("Wren", "{PLAIN}egg");
  const Verdict verdict = authenticator_.authenticate("wREN", "egg", kHere);
  ASSERT_TRUE(verdict.account);
  EXPECT_EQ(verdict.account->name, "Wren");
  EXPECT_EQ(verdict.delay, 0ms);
}

TEST_F(AuthenticatorTest, UnknownUserAndWrongPasswordAreTheSame) {
  make("wren", "{PLAIN}egg");
  expect_refused(authenticator_.authenticate("wren", "Egg", "192.0.2.1"), 500ms);
  expect_refused(authenticator_.authenticate("rook", "egg", "192.0.2.2"), 500ms);
  expect_refused(authenticator_.authenticate("not a name", "egg", "192.0.2.3"), 500ms);
  expect_refused(authenticator_.authenticate("", "", "192.0.2.4"), 1s);
  expect_refused(authenticator_.authenticate(std::string(100'000, 'x'), "", "192.0.2.5"), 2s);
}

TEST_F(AuthenticatorTest, ASuccessAfterFailuresWaitsLikeAFailureWould) {
  make("wren", "{PLAIN}egg");
  expect_refused(authenticator_.authenticate("wren", "a", kHere), 500ms);
  expect_refused(authenticator_.authenticate("wren", "b", kHere), 1s);
  const Verdict right = authenticator_.authenticate("wren", "egg", kHere);
  ASSERT_TRUE(right.account);
  EXPECT_EQ(right.delay, 1s);
}

TEST_F(AuthenticatorTest, WhoWasRightBeforeIsNotSlowedByOthersGuesses) {
  make("wren", "{PLAIN}egg");
  ASSERT_TRUE(authenticator_.authenticate("wren", "egg", kHere).account);
  for (int i = 0; i < 3; ++i) {
    ASSERT_FALSE(authenticator_.authenticate("wren", "guess", kHere).account);
  }
  const Verdict again = authenticator_.authenticate("wren", "egg", kHere);
  ASSERT_TRUE(again.account);
  EXPECT_EQ(again.delay, 0ms);
  // However long the guessing lasts: he keeps coming back.
  for (int i = 0; i < 5; ++i) {
    time_ += 50min;
    ASSERT_FALSE(authenticator_.authenticate("wren", "guess", kHere).account);
    EXPECT_EQ(authenticator_.authenticate("wren", "egg", kHere).delay, 0ms);
  }
  // Two hours later he is not remembered, but so aren't the failures.
  time_ += 2h;
  EXPECT_EQ(authenticator_.authenticate("wren", "egg", kHere).delay, 0ms);
}

TEST_F(AuthenticatorTest, ANewPasswordHoldsAtOnce) {
  make("wren", "{PLAIN}egg");
  const Verdict before = authenticator_.authenticate("wren", "egg", kHere);
  ASSERT_TRUE(before.account);
  ASSERT_TRUE(store_->set_password_hash(before.account->id, "{PLAIN}feather"));
  expect_refused(authenticator_.authenticate("wren", "egg", kHere), 500ms);
  EXPECT_TRUE(authenticator_.authenticate("wren", "feather", kHere).account);
}

TEST_F(AuthenticatorTest, ARemovedUserIsUnknown) {
  make("wren", "{PLAIN}egg");
  const Verdict before = authenticator_.authenticate("wren", "egg", kHere);
  ASSERT_TRUE(store_->remove_account(before.account->id));
  expect_refused(authenticator_.authenticate("wren", "egg", kHere), 500ms);
}

TEST_F(AuthenticatorTest, AHashThatCannotBeReadIsNoWrongPassword) {
  make("wren", "{NEST}egg");
  const Verdict verdict = authenticator_.authenticate("wren", "egg", kHere);
  ASSERT_FALSE(verdict.account);
  EXPECT_EQ(verdict.account.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(verdict.delay, 0ms);
}

TEST_F(AuthenticatorTest, TheFirstLoginCompletesAnImport) {
  ASSERT_TRUE(StoreUsers(*store_).import("wren:{PLAIN}egg\n"));
  ASSERT_FALSE(authenticator_.authenticate("wren", "feather", kHere).account);
  ASSERT_TRUE(first_login_outstanding(store_->find_account("wren").value()));
  EXPECT_EQ(store_->mailboxes(store_->find_account("wren")->id)->size(), 1U);

  const Verdict verdict = authenticator_.authenticate("wren", "egg", kHere);
  ASSERT_TRUE(verdict.account);
  const auto stored = store_->find_account("wren").value();
  EXPECT_EQ(verdict.account->password_hash, stored.password_hash);
  EXPECT_TRUE(is_yescrypt(stored.password_hash));
  EXPECT_TRUE(verify_password(stored.password_hash, "egg").value());
  EXPECT_EQ(store_->mailboxes(stored.id)->size(), 6U);

  // Once: what the user removes afterwards stays removed.
  ASSERT_TRUE(store_->delete_mailbox(stored.id, "Junk"));
  time_ += 2h;
  ASSERT_TRUE(authenticator_.authenticate("wren", "egg", kHere).account);
  EXPECT_EQ(store_->mailboxes(stored.id)->size(), 5U);
}

TEST_F(AuthenticatorTest, AStrongImportedHashIsKept) {
  const std::string hash = hash_password("egg").value();
  ASSERT_TRUE(StoreUsers(*store_).import("wren:{CRYPT}" + hash + "\n"));
  ASSERT_TRUE(authenticator_.authenticate("wren", "egg", kHere).account);
  EXPECT_EQ(store_->find_account("wren")->password_hash, hash);
}

TEST_F(AuthenticatorTest, FinishingDoesNotUndoAPasswordSetBefore) {
  ASSERT_TRUE(StoreUsers(*store_).import("wren:{PLAIN}egg\n"));
  const auto stale = store_->find_account("wren").value();
  ASSERT_TRUE(store_->set_password_hash(stale.id, "{PLAIN}feather"));
  // As it was: the old password must not be remembered as that of the new hash.
  const auto finished = finish_first_login(*store_, stale, "egg");
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->password_hash, stale.password_hash);
  EXPECT_EQ(store_->find_account("wren")->password_hash, "{PLAIN}feather");
}

TEST_F(AuthenticatorTest, FinishingDoesNotUndoAPasswordSetMeanwhile) {
  ASSERT_TRUE(StoreUsers(*store_).import("wren:{PLAIN}egg\n"));
  const auto id = store_->find_account("wren")->id;
  MailboxMeanwhile store(
      *store_, [this, id] { ASSERT_TRUE(store_->set_password_hash(id, "{PLAIN}feather")); });
  Authenticator authenticator(store, {.now = [this] { return time_; }});
  EXPECT_TRUE(authenticator.authenticate("wren", "egg", kHere).account);
  EXPECT_EQ(store_->find_account("wren")->password_hash, "{PLAIN}feather");
  EXPECT_FALSE(authenticator.authenticate("wren", "egg", kHere).account);
  EXPECT_TRUE(authenticator.authenticate("wren", "feather", kHere).account);
}

TEST_F(AuthenticatorTest, FinishingAfterAnotherLoginHasIsThatLoginsAccount) {
  ASSERT_TRUE(StoreUsers(*store_).import("wren:{PLAIN}egg\n"));
  const auto stale = store_->find_account("wren").value();
  ASSERT_TRUE(finish_first_login(*store_, stale, "egg"));
  const auto finished = finish_first_login(*store_, stale, "egg");
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->password_hash, store_->find_account("wren")->password_hash);
}

TEST_F(AuthenticatorTest, WhatTheHashTookIsPartOfTheDelay) {
  std::chrono::milliseconds taken{0};
  bool is_begin = true;
  Authenticator authenticator(
      *store_, {.now = [&] { return std::exchange(is_begin, false) ? time_ : time_ + taken; }});
  taken = 200ms;
  expect_refused(authenticator.authenticate("wren", "egg", "192.0.2.1"), 300ms);
  taken = 900ms;
  is_begin = true;
  expect_refused(authenticator.authenticate("rook", "egg", "192.0.2.2"), 0ms);
}

TEST_F(AuthenticatorTest, ManyFirstLoginsAtOnceAllSucceed) {
  ASSERT_TRUE(StoreUsers(*store_).import("wren:{PLAIN}egg\n"));
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 6; ++i) {
      threads.emplace_back([this, &right, i] {
        const std::string address = "192.0.2." + std::to_string(i);
        if (authenticator_.authenticate("wren", "egg", address).account) ++right;
      });
    }
  }
  EXPECT_EQ(right, 6);
  EXPECT_TRUE(verify_password(store_->find_account("wren")->password_hash, "egg").value());
}

}  // namespace
}  // namespace roost::auth
