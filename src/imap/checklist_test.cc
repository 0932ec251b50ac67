// The rows of the checklist of edge cases of IDLE that a script cannot say: they look at writes,
// at the store's calls, or between two octets. The others are in tests/imap/checklist/.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "imap/in_process_server.h"
#include "store/apply.h"
#include "store/forwarding_store.h"

namespace roost::imap {

namespace {

constexpr std::string_view kSelected = "a OK [READ-WRITE] SELECT completed\r\n";

class Checklist : public testing::Test {
 protected:
  Checklist() { server_.add_account("alice"); }

  // A client that is logged in.
  FakeConnection& client() {
    FakeConnection& connection = server_.connect();
    EXPECT_TRUE(say(connection, "l LOGIN alice secret\r\n").contains("l OK"));
    return connection;
  }
  FakeConnection& client_in_inbox() {
    FakeConnection& connection = client();
    EXPECT_TRUE(say(connection, "a SELECT INBOX\r\n").ends_with(kSelected));
    return connection;
  }
  FakeConnection& idling_client() {
    FakeConnection& connection = client_in_inbox();
    EXPECT_EQ(say(connection, "i IDLE\r\n"), "+ idling\r\n");
    return connection;
  }
  // What comes back.
  std::string say(FakeConnection& connection, std::string_view octets) {
    connection.feed(octets);
    server_.settle();
    return connection.take_output();
  }
  std::string hear(FakeConnection& connection) { return say(connection, ""); }
  [[nodiscard]] mail::MailboxId inbox() { return server_.mailbox("alice"); }
  // Of 3 MiB each.
  void deliver_large(int count) {
    const std::string large = "Subject: large\r\n\r\n" + std::string(3 << 20, 'x') + "\r\n";
    for (int i = 0; i < count; ++i) server_.deliver(inbox(), large);
  }

  InProcessServer server_;
};

TEST_F(Checklist, Row09_ContinuationAndPendingChangesAreOneWrite) {
  FakeConnection& connection = client_in_inbox();
  server_.deliver(inbox());
  server_.settle();
  (void)connection.take_writes();
  connection.feed("i IDLE\r\n");
  server_.settle();
  EXPECT_EQ(connection.take_writes(),
            std::vector<std::string>{"+ idling\r\n* 1 EXISTS\r\n* 1 RECENT\r\n"});
}

TEST_F(Checklist, Row17_DoneSplitAnywhereWithAPushBetweenAnyTwoOctets) {
  constexpr std::string_view kOctets = "i IDLE\r\nDONE\r\nn NOOP\r\n";
  for (std::size_t split = 0; split <= kOctets.size(); ++split) {
    FakeConnection& connection = client_in_inbox();
    const auto before = (*server_.store->view(inbox()))->size();
    std::string heard;
    for (std::size_t i = 0; i < kOctets.size(); ++i) {
      if (i == split) server_.deliver(inbox());
      heard += say(connection, kOctets.substr(i, 1));
    }
    const std::string exists = "* " + std::to_string(before + 1) + " EXISTS\r\n";
    const std::size_t told = heard.find(exists);
    if (split == kOctets.size()) {
      EXPECT_EQ(told, std::string::npos) << heard;
    } else {
      EXPECT_NE(told, std::string::npos) << split << "\n" << heard;
      EXPECT_EQ(heard.find("EXISTS", told + exists.size()), std::string::npos) << heard;
    }
    EXPECT_TRUE(heard.starts_with("+ idling\r\n")) << heard;
    EXPECT_TRUE(heard.contains("i OK IDLE terminated\r\n")) << heard;
    EXPECT_TRUE(heard.ends_with("n OK NOOP completed\r\n")) << heard;
    connection.lose();
    server_.settle();
  }
}

TEST_F(Checklist, Row17_APushBetweenEveryTwoOctetsOfDone) {
  FakeConnection& connection = idling_client();
  int count = 0;
  for (const char octet : std::string_view("DONE\r\n")) {
    server_.deliver(inbox());
    const std::string exists = "* " + std::to_string(++count) + " EXISTS\r\n";
    EXPECT_TRUE(hear(connection).starts_with(exists));
    EXPECT_EQ(say(connection, std::string(1, octet)),
              octet == '\n' ? "i OK IDLE terminated\r\n" : "");
  }
}

TEST_F(Checklist, Row24_AnEndlessLineIsAnsweredOnceAndEndsTheConnectionIfItGoesOn) {
  FakeConnection& connection = idling_client();
  const std::string line(100'000, 'x');
  EXPECT_EQ(say(connection, line), "");
  EXPECT_EQ(say(connection, "\r\nn NOOP\r\n"), "i BAD Line too long\r\nn OK NOOP completed\r\n");
  std::string heard;
  for (int i = 0; i < 2000 && !connection.closed(); ++i) heard += say(connection, line);
  EXPECT_TRUE(connection.closed());
  EXPECT_TRUE(heard.contains("* BYE")) << heard;
}

TEST_F(Checklist, Row27_WhatWaitsWhenDoneComesIsToldBeforeTheTaggedResponse) {
  FakeConnection& connection = idling_client();
  connection.feed("DONE\r\n");
  server_.deliver(inbox());  // committed; its task has not run when DONE is read
  while (connection.step()) {
  }
  EXPECT_EQ(connection.take_output(), "* 1 EXISTS\r\n* 1 RECENT\r\ni OK IDLE terminated\r\n");
  EXPECT_EQ(hear(connection), "");
  EXPECT_EQ(say(connection, "n NOOP\r\n"), "n OK NOOP completed\r\n");
}

TEST_F(Checklist, Row28_AnExpungeIsToldUpToTheTaggedResponseAndNotAfterIt) {
  server_.deliver(inbox());
  server_.deliver(inbox());
  FakeConnection& connection = idling_client();
  const auto expunge = [&](std::uint32_t uid) {
    store::Batch batch{.mailbox = inbox()};
    batch.expunge.add(mail::UidRange{mail::Uid(uid), mail::Uid(uid)});
    EXPECT_TRUE(server_.store->commit(batch));
  };
  connection.feed("DONE\r\n");
  expunge(2);
  while (connection.step()) {
  }
  EXPECT_EQ(connection.take_output(), "* 2 EXPUNGE\r\ni OK IDLE terminated\r\n");
  expunge(1);
  EXPECT_EQ(hear(connection), "");
  EXPECT_EQ(say(connection, "n NOOP\r\n"), "* 1 EXPUNGE\r\nn OK NOOP completed\r\n");
}

TEST_F(Checklist, Row57_ASlowReaderCostsBoundedMemoryAndIsToldTheDifferenceLater) {
  constexpr int kChanges = 5'000;
  FakeConnection& connection = idling_client();
  server_.deliver(inbox());
  server_.settle();
  (void)connection.take_output();
  connection.stall();
  store::Batch batch{.mailbox = inbox()};
  mail::FlagNames flagged;
  flagged.add(mail::SystemFlag::kFlagged);
  batch.flags.push_back({.uids = mail::UidSet(mail::UidRange{mail::Uid(1), mail::Uid(1)})});
  std::size_t most = 0;
  for (int i = 0; i < kChanges; ++i) {
    batch.flags.front().flags = i % 2 == 0 ? flagged : mail::FlagNames();
    ASSERT_TRUE(server_.store->commit(batch));
    server_.settle();
    most = std::max(most, connection.output_size());
  }
  server_.deliver(inbox());
  EXPECT_LT(most, net::Connection::kHighWater + 1024);
  connection.resume();
  const std::string heard = hear(connection);
  EXPECT_LT(heard.size(), most + 1024);
  EXPECT_TRUE(heard.ends_with("* 2 EXISTS\r\n* 1 FETCH (UID 1 FLAGS (\\Recent))\r\n* 2 RECENT\r\n"))
      << heard.substr(heard.size() - 200);
  EXPECT_EQ(say(connection, "DONE\r\n"), "i OK IDLE terminated\r\n");
}

TEST_F(Checklist, Row57_PipelinedCommandsWaitForASlowReader) {
  constexpr std::size_t kMessage = 50'000;
  constexpr std::size_t kFetches = 100;
  server_.deliver(inbox(), "Subject: large\r\n\r\n" + std::string(kMessage, 'x') + "\r\n");
  FakeConnection& connection = client_in_inbox();
  std::string commands;
  for (std::size_t i = 0; i < kFetches; ++i) commands += "f FETCH 1 (BODY.PEEK[])\r\n";
  connection.stall();
  connection.feed(commands + "i IDLE\r\nDONE\r\nn NOOP\r\n");
  server_.settle();
  EXPECT_GE(connection.output_size(), net::Connection::kHighWater);
  EXPECT_LT(connection.output_size(), net::Connection::kHighWater + kMessage + 1024);
  connection.resume();
  server_.settle();
  const std::string heard = connection.take_output();
  std::size_t answers = 0;
  for (std::size_t at = 0; (at = heard.find("f OK FETCH completed\r\n", at)) != std::string::npos;
       ++at) {
    ++answers;
  }
  EXPECT_EQ(answers, kFetches);
  EXPECT_TRUE(heard.ends_with("+ idling\r\ni OK IDLE terminated\r\nn OK NOOP completed\r\n"));
}

// The cursor is all there is of such a client: no view is kept for it, and nothing is queued.
TEST_F(Checklist, Row57_AStalledClientIsToldFromItsCursor) {
  for (int i = 0; i < 5; ++i) server_.deliver(inbox());
  FakeConnection& connection = client();
  EXPECT_TRUE(say(connection, "a EXAMINE INBOX\r\n").contains("* 5 EXISTS"));
  EXPECT_EQ(say(connection, "i IDLE\r\n"), "+ idling\r\n");
  connection.stall();
  server_.deliver(inbox());  // stands in the output and fills the socket
  server_.settle();
  const std::weak_ptr<const mail::MailboxView> told = *server_.store->view(inbox());
  const std::size_t queued = connection.output_size();

  const auto uids = [](std::uint32_t first, std::uint32_t last) {
    return mail::UidSet(mail::UidRange{mail::Uid(first), mail::Uid(last)});
  };
  store::Batch batch{.mailbox = inbox()};
  batch.flags.push_back({.uids = uids(5, 5), .op = store::FlagUpdate::Op::kAdd, .flags = {}});
  batch.flags.front().flags.add(mail::SystemFlag::kSeen);
  batch.expunge = uids(2, 3);
  ASSERT_TRUE(server_.store->commit(batch));
  for (int i = 0; i < 3; ++i) server_.deliver(inbox());
  ASSERT_TRUE(server_.store->commit({.mailbox = inbox(), .expunge = uids(7, 7)}));  // never told of
  server_.settle();
  EXPECT_TRUE(told.expired());
  EXPECT_EQ(connection.output_size(), queued);

  connection.resume();
  EXPECT_EQ(hear(connection),
            "* 6 EXISTS\r\n* 6 RECENT\r\n"
            "* 3 EXPUNGE\r\n* 2 EXPUNGE\r\n* 6 EXISTS\r\n"
            "* 3 FETCH (UID 5 FLAGS (\\Seen \\Recent))\r\n");
  EXPECT_EQ(say(connection, "DONE\r\n"), "i OK IDLE terminated\r\n");
  EXPECT_EQ(say(connection, "s UID SEARCH ALL\r\n"),
            "* SEARCH 1 4 5 6 8 9\r\ns OK UID SEARCH completed\r\n");
}

TEST_F(Checklist, Row57_AStalledClientThatTheLogHasForgottenIsSentAway) {
  server_.deliver(inbox());
  FakeConnection& connection = idling_client();
  connection.stall();
  server_.deliver(inbox());
  server_.settle();
  const auto blob = server_.store->pin_blob(server_.store->digest(inbox(), mail::Uid(1))->blob);
  const auto digest = *server_.store->digest(inbox(), mail::Uid(1));
  for (std::uint32_t uid = 3; uid <= store::kMaxLogRows + 3; ++uid) {
    store::Batch arrival{.mailbox = inbox()};
    arrival.messages.push_back({*blob, digest, {}});
    ASSERT_TRUE(server_.store->commit(arrival));
    store::Batch expunge{.mailbox = inbox()};
    expunge.expunge.add(mail::Uid(uid));
    ASSERT_TRUE(server_.store->commit(expunge));
  }
  server_.settle();
  connection.resume();
  EXPECT_TRUE(hear(connection)
                  .ends_with("* BYE More has changed since the last command than is remembered; "
                             "select again\r\n"));
  EXPECT_TRUE(connection.closed());
}

// Between IDLE and the next command a session has no view; what happens then is told before that
// command compares anything with what the client knows.
TEST_F(Checklist, Row48_AnotherSessionsFlagIsToldThoughTheOwnChangeIsSilent) {
  server_.deliver(inbox());
  FakeConnection& connection = idling_client();
  EXPECT_EQ(say(connection, "DONE\r\n"), "i OK IDLE terminated\r\n");
  store::Batch batch{.mailbox = inbox()};
  batch.flags.push_back({.uids = mail::UidSet(mail::UidRange{mail::Uid(1), mail::Uid(1)}),
                         .op = store::FlagUpdate::Op::kAdd});
  batch.flags.front().flags.add(mail::SystemFlag::kFlagged);
  ASSERT_TRUE(server_.store->commit(batch));
  server_.settle();
  EXPECT_EQ(say(connection, "s STORE 1 +FLAGS.SILENT (\\Seen)\r\n"),
            "* 1 FETCH (UID 1 FLAGS (\\Flagged \\Recent))\r\n"
            "* 1 FETCH (UID 1 FLAGS (\\Seen \\Flagged \\Recent))\r\ns OK STORE completed\r\n");
  EXPECT_EQ(say(connection, "n NOOP\r\n"), "n OK NOOP completed\r\n");
}

// The store shows a change before it announces it.
TEST_F(Checklist, Row48_AChangeThatIsNotAnnouncedYetIsToldBeforeTheOwn) {
  server_.deliver(inbox());
  FakeConnection& connection = idling_client();
  EXPECT_EQ(say(connection, "DONE\r\n"), "i OK IDLE terminated\r\n");
  server_.store->set_sink(nullptr);
  store::Batch batch{.mailbox = inbox()};
  batch.flags.push_back({mail::UidSet(mail::UidRange{mail::Uid(1), mail::Uid(1)}),
                         store::FlagUpdate::Op::kAdd,
                         {static_cast<std::uint8_t>(mail::SystemFlag::kFlagged), {}}});
  ASSERT_TRUE(server_.store->commit(batch));
  EXPECT_EQ(say(connection, "s STORE 1 +FLAGS.SILENT (\\Seen)\r\n"),
            "* 1 FETCH (UID 1 FLAGS (\\Flagged \\Recent))\r\n"
            "* 1 FETCH (UID 1 FLAGS (\\Seen \\Flagged \\Recent))\r\ns OK STORE completed\r\n");
  server_.store->set_sink(&server_.hub);
}

// What happened while a session was asleep may be much: it is told in pieces, as the client reads.
TEST_F(Checklist, Row57_WhatAWokenSessionIsToldIsBounded) {
  constexpr std::uint32_t kMessages = 20'000;
  server_.deliver(inbox());
  const auto blob = server_.store->pin_blob(server_.store->digest(inbox(), mail::Uid(1))->blob);
  store::Batch arrivals{.mailbox = inbox()};
  arrivals.messages.assign(kMessages - 1,
                           {*blob, *server_.store->digest(inbox(), mail::Uid(1)), {}});
  ASSERT_TRUE(server_.store->commit(arrivals));
  FakeConnection& connection = idling_client();
  EXPECT_EQ(say(connection, "DONE\r\n"), "i OK IDLE terminated\r\n");
  store::Batch flags{.mailbox = inbox()};
  flags.flags.push_back({mail::UidSet(mail::UidRange{mail::Uid(1), mail::Uid(kMessages)}),
                         store::FlagUpdate::Op::kAdd,
                         {static_cast<std::uint8_t>(mail::SystemFlag::kFlagged), {}}});
  ASSERT_TRUE(server_.store->commit(flags));
  connection.stall();
  connection.feed("f FETCH 1 (UID)\r\n");
  server_.settle();
  EXPECT_LT(connection.output_size(), 2 * net::Connection::kHighWater + (256U << 10));
  connection.resume();
  const std::string heard = hear(connection);
  EXPECT_TRUE(heard.starts_with("* 1 FETCH (UID 1 FLAGS (\\Flagged"));
  EXPECT_TRUE(heard.ends_with("* 1 FETCH (UID 1)\r\nf OK FETCH completed\r\n"));
  EXPECT_EQ(std::ranges::count(heard, '\n'), kMessages + 2);
}

TEST_F(Checklist, Row44_AKeywordIsNamedBeforeAnyCommandShowsIt) {
  server_.deliver(inbox());
  FakeConnection& connection = idling_client();
  EXPECT_EQ(say(connection, "DONE\r\n"), "i OK IDLE terminated\r\n");
  FakeConnection& other = client_in_inbox();
  (void)say(other, "s STORE 1 +FLAGS ($Label)\r\n");
  const std::string heard = say(connection, "f FETCH 1 (FLAGS)\r\n");
  EXPECT_TRUE(
      heard.starts_with("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Label)\r\n"))
      << heard;
}

TEST_F(Checklist, Row28_OfAMessageThatWentAfterIdleNothingIsInvented) {
  for (int i = 0; i < 3; ++i) server_.deliver(inbox());
  FakeConnection& connection = idling_client();
  EXPECT_EQ(say(connection, "DONE\r\n"), "i OK IDLE terminated\r\n");
  store::Batch batch{.mailbox = inbox()};
  batch.expunge.add(mail::Uid(2));
  ASSERT_TRUE(server_.store->commit(batch));
  server_.settle();
  EXPECT_EQ(say(connection, "f FETCH 1:* (FLAGS)\r\n"),
            "* 1 FETCH (FLAGS (\\Recent))\r\n* 2 FETCH (FLAGS (\\Deleted \\Recent))\r\n"
            "* 3 FETCH (FLAGS (\\Recent))\r\nf OK FETCH completed\r\n");
  EXPECT_EQ(say(connection, "s SEARCH UNSEEN\r\n"), "* SEARCH 1 3\r\ns OK SEARCH completed\r\n");
  EXPECT_EQ(say(connection, "t STORE 1:3 +FLAGS (\\Seen)\r\n"),
            "* 1 FETCH (UID 1 FLAGS (\\Seen \\Recent))\r\n"
            "* 3 FETCH (UID 3 FLAGS (\\Seen \\Recent))\r\nt OK STORE completed\r\n");
  EXPECT_EQ(say(connection, "n NOOP\r\n"), "* 2 EXPUNGE\r\nn OK NOOP completed\r\n");
}

TEST_F(Checklist, Row66_AMailboxThatWasDeletedAfterIdleIsClosedAllTheSame) {
  FakeConnection& connection = client();
  (void)say(connection, "c CREATE gone\r\n");
  (void)say(connection, "a SELECT gone\r\n");
  EXPECT_EQ(say(connection, "i IDLE\r\n"), "+ idling\r\n");
  EXPECT_EQ(say(connection, "DONE\r\n"), "i OK IDLE terminated\r\n");
  ASSERT_TRUE(server_.store->delete_mailbox(server_.store->find_account("alice")->id, "gone"));
  EXPECT_EQ(say(connection, "c CLOSE\r\n"), "c OK CLOSE completed\r\n");
}

// A search that is kept up to date reads no more than some large messages in one go.
TEST_F(Checklist, NothingIsReadForAnIdlerThatIsGone) {
  FakeConnection& connection = client_in_inbox();
  EXPECT_TRUE(say(connection, "c SEARCH RETURN (UPDATE COUNT) BODY needle\r\ni IDLE\r\n")
                  .ends_with("+ idling\r\n"));
  connection.hold_baton();
  deliver_large(9);
  server_.settle();
  // One piece, and it goes on with the second of three.
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(connection.run_offloaded());
  ASSERT_TRUE(connection.run_offloaded());
  connection.lose();
  ASSERT_TRUE(connection.run_offloaded());
  EXPECT_FALSE(connection.offloaded());
}

// It has been told all that counts for its HIGHESTMODSEQ.
TEST_F(Checklist, WhoWaitsForASearchOnlyIsToldNoLowerHighestModSeq) {
  FakeConnection& connection = client_in_inbox();
  EXPECT_TRUE(
      say(connection, "e ENABLE CONDSTORE\r\nc SEARCH RETURN (UPDATE COUNT) BODY needle\r\n")
          .ends_with("c OK SEARCH completed\r\n"));
  deliver_large(4);
  EXPECT_EQ(say(connection, "n NOOP\r\n"), "* 4 EXISTS\r\n* 4 RECENT\r\nn OK NOOP completed\r\n");
}

TEST_F(Checklist, AConnectionInItsHandshakeIsDescribed) {
  const Conversation conversation(server_.server, server_.loops[0]);
  EXPECT_EQ(conversation.describe(net::Clock::now()).doing, "waiting for a command");
}

TEST_F(Checklist, Row61_OneAddressIsWokenAtOneInstant) {
  FakeConnection& first = idling_client();
  server_.pass(std::chrono::seconds{60});
  FakeConnection& second = idling_client();
  (void)hear(first);
  // In steps shorter than a deadline may be late: who is woken later than that falls behind by half
  // an interval until the next.
  constexpr std::chrono::milliseconds kStep{500};
  constexpr int kSteps = 3000;  // six intervals
  int first_heard = -1;
  int second_heard = -1;
  for (int step = 0; step < kSteps; ++step) {
    first.loop().deadlines().skip(kStep);
    if (!hear(first).empty()) first_heard = step;
    if (!hear(second).empty()) second_heard = step;
  }
  EXPECT_GE(first_heard, kSteps / 2);
  EXPECT_EQ(first_heard, second_heard);
}

TEST_F(Checklist, Row86_AChangeIsOneWrite) {
  FakeConnection& connection = idling_client();
  for (int i = 0; i < 3; ++i) server_.deliver(inbox());
  server_.settle();
  (void)connection.take_writes();
  store::Batch batch{.mailbox = inbox()};
  batch.expunge.add(mail::UidRange{mail::Uid(1), mail::Uid(2)});
  ASSERT_TRUE(server_.store->commit(batch));
  server_.settle();
  EXPECT_EQ(connection.take_writes(), std::vector<std::string>{"* 2 EXPUNGE\r\n* 1 EXPUNGE\r\n"});
}

TEST_F(Checklist, Row71_WhoSendsAMessageWhenThePasswordChangesIsToldToo) {
  FakeConnection& connection = client();
  connection.feed("b APPEND INBOX {1000000+}\r\n" + std::string(600'000, 'x'));
  while (!connection.offloaded() && connection.step()) {
  }
  ASSERT_TRUE(connection.offloaded());  // it hands a piece to the store
  const auto alice = server_.store->find_account("alice");
  EXPECT_TRUE(server_.store->set_password_hash(alice->id, "another"));
  EXPECT_EQ(hear(connection), "* BYE [EXPIRED] The password was changed\r\n");
  EXPECT_TRUE(connection.closed());
}

// No quota is told in advance, and none is anybody's concern but the one's who stores.
TEST(ChecklistOfQuota, Row54_Row76_AnIdlerHearsOfNoQuota) {
  InProcessServer server({.account_size = 100});
  server.add_account("alice");
  const auto say = [&server](FakeConnection& connection, std::string_view octets) {
    connection.feed(octets);
    server.settle();
    return connection.take_output();
  };
  FakeConnection& idler = server.connect();
  say(idler, "l LOGIN alice secret\r\na SELECT INBOX\r\ni IDLE\r\n");
  FakeConnection& other = server.connect();
  say(other, "l LOGIN alice secret\r\n");
  const auto append = [&](std::size_t octets) {
    return say(other, "b APPEND INBOX {" + std::to_string(octets) + "+}\r\n" +
                          std::string(octets, 'x') + "\r\n");
  };
  EXPECT_TRUE(append(60).starts_with("b OK [APPENDUID "));
  EXPECT_EQ(say(idler, ""), "* 1 EXISTS\r\n* 1 RECENT\r\n");
  EXPECT_TRUE(append(60).starts_with("b NO [OVERQUOTA] "));
  EXPECT_EQ(say(idler, ""), "");
  EXPECT_TRUE(append(40).starts_with("b OK [APPENDUID "));
  EXPECT_EQ(say(idler, ""), "* 2 EXISTS\r\n* 2 RECENT\r\n");

  // A copy needs room, a move has it.
  say(other, "c SELECT INBOX\r\n");
  EXPECT_TRUE(say(other, "d COPY 1 Trash\r\n").starts_with("d NO [OVERQUOTA] "));
  EXPECT_TRUE(say(other, "e MOVE 1 Trash\r\n").contains("e OK "));
  EXPECT_EQ(say(idler, ""), "* 1 EXPUNGE\r\n");
}

TEST_F(Checklist, Row77_ALostHintIsMadeGoodByTheNext) {
  FakeConnection& connection = idling_client();
  server_.store->set_sink(nullptr);
  server_.deliver(inbox());
  server_.store->set_sink(&server_.hub);
  EXPECT_EQ(hear(connection), "");
  server_.deliver(inbox());
  EXPECT_EQ(hear(connection), "* 2 EXISTS\r\n* 2 RECENT\r\n");
}

// Counts, and fails when told to. Its mailboxes are never in memory when they are opened.
class WatchedStore final : public store::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  Result<mail::ViewPtr> view(mail::MailboxId mailbox) override {
    ++views;
    if (broken) return fail(ErrorCode::kUnavailable, "the disk is gone");
    return ForwardingStore::view(mailbox);
  }
  Result<store::OpenedMailbox> open_mailbox(mail::MailboxId mailbox, Recent recent) override {
    auto opened = ForwardingStore::open_mailbox(mailbox, recent);
    if (opened) opened->view.reset();
    return opened;
  }
  int views = 0;
  bool broken = false;
};

class ChecklistWithStore : public Checklist {
 protected:
  ChecklistWithStore()
      : watched_server_{.store = watched_,
                        .hub = server_.hub,
                        .workers = server_.workers,
                        .login_workers = server_.workers,
                        .clock = server_.clock,
                        .authenticator = server_.authenticator,
                        .limits = server_.limits,
                        .tls = nullptr,
                        .options = {},
                        .metrics = ImapMetrics(server_.registry)} {
    net::Loop& loop = server_.next_loop();
    connection_ = &server_.attach(loop, std::make_unique<Conversation>(watched_server_, loop), {});
    EXPECT_TRUE(
        say(*connection_, "l LOGIN alice secret\r\na SELECT INBOX\r\n").ends_with(kSelected));
  }

  WatchedStore watched_{*server_.store};
  Server watched_server_;
  FakeConnection* connection_;
};

TEST_F(ChecklistWithStore, Row62_ARefreshOfIdleNeitherReadsNorHops) {
  (void)say(*connection_, "i IDLE\r\n");
  watched_.views = 0;
  connection_->hold_baton();  // nothing that needs a worker would be answered
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(say(*connection_, "DONE\r\n"), "i OK IDLE terminated\r\n");
    EXPECT_EQ(say(*connection_, "i IDLE\r\n"), "+ idling\r\n");
  }
  EXPECT_EQ(watched_.views, 0);
  server_.deliver(inbox());
  EXPECT_TRUE(hear(*connection_).starts_with("* 1 EXISTS\r\n"));
  EXPECT_EQ(watched_.views, 0);
  connection_->lose();
}

// After a restart everybody comes back at once.
TEST_F(ChecklistWithStore, Row65_SelectAndIdleReadNoMessage) {
  server_.deliver(inbox());
  watched_.broken = true;
  const std::string selected = say(*connection_, "b SELECT INBOX\r\n");
  EXPECT_THAT(selected, testing::HasSubstr("* 1 EXISTS\r\n* 1 RECENT\r\n* OK [UNSEEN 1] "));
  EXPECT_THAT(selected, testing::EndsWith("b OK [READ-WRITE] SELECT completed\r\n"));
  EXPECT_EQ(say(*connection_, "i IDLE\r\n"), "+ idling\r\n");
  server_.deliver(inbox());
  EXPECT_EQ(hear(*connection_), "* 2 EXISTS\r\n* 2 RECENT\r\n");
  EXPECT_EQ(say(*connection_, "DONE\r\n"), "i OK IDLE terminated\r\n");
  watched_.broken = false;
  EXPECT_EQ(say(*connection_, "c FETCH 1:2 FLAGS\r\n"),
            "* 1 FETCH (FLAGS (\\Recent))\r\n"
            "* 2 FETCH (FLAGS (\\Recent))\r\n"
            "c OK FETCH completed\r\n");
}

TEST_F(ChecklistWithStore, Row75_AMailboxThatCannotBeReadIsNotIdledOnInSilence) {
  (void)say(*connection_, "i IDLE\r\n");
  watched_.broken = true;
  server_.hub.committed({.mailbox = inbox(), .modseq = mail::ModSeq(100)});
  EXPECT_EQ(hear(*connection_), "* BYE [UNAVAILABLE] The mailbox cannot be read\r\n");
  EXPECT_TRUE(connection_->closed());
}

}  // namespace

}  // namespace roost::imap
