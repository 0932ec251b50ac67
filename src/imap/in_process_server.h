// An IMAP server without sockets and threads, for tests: the memory store, the hub and loops that
// are not started, whose tasks run on the test's thread. What happens, and in which order, is the
// test's choice. Only *_test.cc and tests/ include it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <latch>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/authenticator.h"
#include "auth/connection_limits.h"
#include "auth/default_mailboxes.h"
#include "auth/password.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "imap/admission.h"
#include "imap/conversation.h"
#include "imap/fake_connection.h"
#include "imap/server.h"
#include "net/loop.h"
#include "push/hub.h"
#include "store/memory/memory_store.h"
#include "store/message_writer.h"

namespace roost::imap {

class InProcessServer {
 public:
  static constexpr std::string_view kPassword = "secret";

  explicit InProcessServer(ServerOptions options = {}, std::size_t loop_count = 1,
                           auth::ConnectionLimits::Limits connection_limits = {})
      : loops(loop_count),
        limits(connection_limits),
        server{.store = *store,
               .hub = hub,
               .workers = workers,
               .login_workers = workers,
               .clock = clock,
               .authenticator = authenticator,
               .limits = limits,
               .tls = nullptr,
               .options = options,
               .metrics = ImapMetrics(registry)} {
    store->set_sink(&hub);
  }

  // Its password is kPassword.
  mail::AccountId add_account(std::string_view name) {
    const auto hash = auth::imported_hash("{PLAIN}" + std::string(kPassword));
    const auto account = store->create_account(name, *hash);
    EXPECT_TRUE(account && auth::make_default_mailboxes(*store, *account));
    return *account;
  }

  // A client's connection to an IMAP session; and one with any handler.
  FakeConnection& connect(FakeConnection::Peer peer = {}) {
    net::Loop& loop = next_loop();
    const Security security = peer.tls ? Security::kTls : Security::kPlain;
    auto handler = admit(server, loop, {peer.address, peer.loopback}, security);
    return attach(loop, std::move(handler), std::move(peer));
  }
  FakeConnection& attach(net::Loop& loop, std::unique_ptr<net::ConnectionHandler> handler,
                         FakeConnection::Peer peer) {
    return *connections_.emplace_back(
        std::make_unique<FakeConnection>(loop, std::move(handler), std::move(peer)));
  }
  [[nodiscard]] net::Loop& next_loop() { return loops[next_loop_++ % loops.size()]; }
  [[nodiscard]] const std::vector<std::unique_ptr<FakeConnection>>& connections() const {
    return connections_;
  }

  // Runs one task that was posted to the loop. False: there was none.
  bool run_task(net::Loop& loop) {
    const bool ran = loop.context().poll_one() > 0;
    for (const auto& connection : connections_) connection->end_turn();
    return ran;
  }
  // Goes on until nothing is left to be done, but for batons that are held.
  void settle() {
    for (bool busy = true; busy;) {
      busy = false;
      wait_for_workers();
      for (std::size_t i = 0; i < loops.size(); ++i) busy |= run_task(loops[i]);
      for (std::size_t i = 0; i < connections_.size(); ++i) busy |= connections_[i]->step();
    }
  }
  // Until what was posted to them is done: readings of accounts, and what they need not wait for.
  void wait_for_workers() {
    std::latch done(1);
    workers.post([&done] { done.count_down(); });
    done.wait();
  }
  // So much time passes.
  void pass(std::chrono::seconds time) {
    now += time;
    // Deadlines are rounded up to a tick of a second.
    for (std::size_t i = 0; i < loops.size(); ++i) {
      loops[i].deadlines().skip(time + std::chrono::seconds{1});
    }
    settle();
  }

  // Stores a message as a delivery does.
  void deliver(mail::MailboxId mailbox, std::string_view octets = "Subject: hello\r\n\r\nhello\r\n",
               mail::FlagNames flags = {}) {
    store::MessageWriter writer(*store);
    EXPECT_TRUE(writer.append(octets));
    auto received = writer.finish();
    store::Batch batch{.mailbox = mailbox, .account = owner_of(mailbox)};
    store::NewMessage& message = batch.messages.emplace_back(*std::move(received));
    message.flags = std::move(flags);
    message.digest.internal_date = {clock.unix_seconds(), 0};
    EXPECT_TRUE(store->commit(batch));
  }
  [[nodiscard]] mail::AccountId owner_of(mail::MailboxId mailbox) {
    const auto accounts = *store->accounts();
    for (const store::Account& account : accounts) {
      const auto all = *store->mailboxes(account.id);
      const auto found = std::ranges::find(all, mailbox, &store::Mailbox::id);
      if (found != all.end()) return account.id;
    }
    return {};
  }
  [[nodiscard]] mail::MailboxId mailbox(std::string_view account, std::string_view name = "INBOX") {
    return store->find_mailbox(store->find_account(account)->id, name)->id;
  }

  ManualClock clock{1'700'000'000};
  std::unique_ptr<store::Store> store = store::open_memory_store({.clock = clock});
  net::Loops loops;
  push::Hub hub{loops};
  net::Workers workers{1};  // what a connection has for them, the test does itself
  auth::ConnectionLimits limits;
  auth::Clock::time_point now{};  // what a hash takes is no time, however slow the machine is
  auth::Authenticator authenticator{*store, {.now = [this] { return now; }}};
  metrics::Registry registry;
  Server server;

 private:
  std::vector<std::unique_ptr<FakeConnection>> connections_;  // they use all of the above
  std::size_t next_loop_ = 0;
};

}  // namespace roost::imap
