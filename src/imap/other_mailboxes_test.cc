// What an idling client of IMAP4rev2 hears where its account cannot be read for a while, or is
// being read; all else are scripts in tests/imap/others/.
#include "imap/other_mailboxes.h"

#include <gmock/gmock.h>

#include <atomic>
#include <latch>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "imap/in_process_server.h"
#include "store/forwarding_store.h"

namespace roost::imap {

namespace {

using testing::HasSubstr;
using testing::StartsWith;

// It may fail to say which mailboxes there are; who selects or delivers does not ask.
class TreelessStore final : public store::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  Result<std::vector<store::Mailbox>> mailboxes(mail::AccountId account) override {
    if (treeless) return fail(ErrorCode::kUnavailable, "the disk is gone");
    return ForwardingStore::mailboxes(account);
  }
  std::atomic<bool> treeless = false;
};

class OtherMailboxesTest : public testing::Test {
 protected:
  OtherMailboxesTest()
      : alice_(in_process_.add_account("alice")),
        server_{.store = store_,
                .hub = in_process_.hub,
                .workers = in_process_.workers,
                .login_workers = in_process_.workers,
                .clock = in_process_.clock,
                .authenticator = in_process_.authenticator,
                .limits = in_process_.limits,
                .tls = nullptr,
                .options = {},
                .metrics = ImapMetrics(in_process_.registry)} {
    net::Loop& loop = in_process_.next_loop();
    connection_ = &in_process_.attach(loop, std::make_unique<Conversation>(server_, loop), {});
    EXPECT_THAT(say("l LOGIN alice secret\r\ne ENABLE IMAP4rev2\r\n"), HasSubstr("e OK"));
  }

  std::string say(std::string_view octets) {
    connection_->feed(octets);
    in_process_.settle();
    return connection_->take_output();
  }
  void create(std::string_view name) {
    EXPECT_TRUE(store_.create_mailbox(alice_, name, mail::SpecialUse::kNone));
  }

  InProcessServer in_process_;
  mail::AccountId alice_;
  TreelessStore store_{*in_process_.store};
  Server server_;
  FakeConnection* connection_;
};

TEST_F(OtherMailboxesTest, WhatCouldNotBeReadIsToldBehindTheNextPlus) {
  EXPECT_EQ(say("i IDLE\r\n"), "+ idling\r\n");
  store_.treeless = true;
  create("work");
  EXPECT_EQ(say(""), "");
  store_.treeless = false;
  EXPECT_EQ(say("DONE\r\n"), "i OK IDLE terminated\r\n");
  EXPECT_EQ(say("j IDLE\r\n"), "+ idling\r\n* LIST (\\HasNoChildren) \"/\" work\r\n");
}

TEST_F(OtherMailboxesTest, IdleBeginsThoughNothingCanBeRead) {
  store_.treeless = true;
  EXPECT_EQ(say("i IDLE\r\n"), "+ idling\r\n");
  EXPECT_EQ(say("DONE\r\n"), "i OK IDLE terminated\r\n");
  store_.treeless = false;
  EXPECT_EQ(say("j IDLE\r\n"), "+ idling\r\n");
  create("work");
  EXPECT_EQ(say(""), "* LIST (\\HasNoChildren) \"/\" work\r\n");
}

TEST_F(OtherMailboxesTest, BehindPlusNothingIsToldThatIsBeingReadAnew) {
  EXPECT_EQ(say("i IDLE\r\nDONE\r\n"), "+ idling\r\ni OK IDLE terminated\r\n");
  in_process_.deliver(in_process_.mailbox("alice"));
  in_process_.settle();
  std::latch release(1);
  in_process_.workers.post([&release] { release.wait(); });
  in_process_.deliver(in_process_.mailbox("alice"));
  connection_->feed("j IDLE\r\n");
  while (connection_->step()) {
  }
  EXPECT_EQ(connection_->take_output(), "+ idling\r\n");
  release.count_down();
  EXPECT_THAT(say(""), StartsWith("* STATUS INBOX (MESSAGES 2 "));
}

}  // namespace

}  // namespace roost::imap
