#include "imap/key_cache.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "imap/logged_in_test.h"
#include "store/forwarding_store.h"

namespace roost::imap {
namespace {

using Arrival = std::vector<mail::SortCriterion>;

SortKeys::KnownPtr known(std::uint32_t messages) {
  mail::SortedList list(Arrival{{}});
  mail::UidSet uids;
  for (std::uint32_t uid = 1; uid <= messages; ++uid) {
    list.add(mail::Uid(uid), {}, mail::kExactly);
    uids.add(mail::Uid(uid));
  }
  (void)list.put_in_place();
  return std::make_shared<SortKeys::Known>(
      SortKeys::Known{.list = std::move(list), .uids = std::move(uids)});
}

TEST(KeyCache, ForgetsWhatWasNotUsedForLongest) {
  SortKeys one(1 << 20);
  one.put(mail::MailboxId(1), {{}}, known(1000));
  const std::size_t octets = one.octets();
  SortKeys cache(3 * octets);
  for (const std::uint64_t id : {1, 2, 3}) cache.put(mail::MailboxId(id), {{}}, known(1000));
  EXPECT_EQ(cache.octets(), 3 * octets);
  EXPECT_TRUE(cache.find(mail::MailboxId(1), {{}}));
  EXPECT_FALSE(cache.find(mail::MailboxId(1), {{.reverse = true}}));
  cache.put(mail::MailboxId(4), {{}}, known(1000));
  EXPECT_TRUE(cache.find(mail::MailboxId(1), {{}}));
  EXPECT_FALSE(cache.find(mail::MailboxId(2), {{}}));
  EXPECT_EQ(cache.octets(), 3 * octets);
}

TEST(KeyCache, CountsTheCriteria) {
  SortKeys cache(1 << 20);
  cache.put(mail::MailboxId(1), {{}}, known(0));
  const std::size_t one = cache.octets();
  cache.put(mail::MailboxId(2), std::vector<mail::SortCriterion>(1000), known(0));
  EXPECT_EQ(cache.octets(), 2 * one + 3 * 999 * sizeof(mail::SortCriterion));
}

TEST(KeyCache, HoldsNoMoreThanItMay) {
  SortKeys cache(100'000);
  cache.put(mail::MailboxId(1), {{}}, known(1000));
  const auto held = cache.find(mail::MailboxId(1), {{}});
  cache.put(mail::MailboxId(1), {{}}, known(100'000));
  EXPECT_EQ(cache.find(mail::MailboxId(1), {{}}), held);  // the old one is of use still
  cache.put(mail::MailboxId(2), {{}}, known(4000));
  EXPECT_FALSE(cache.find(mail::MailboxId(1), {{}}));
  EXPECT_TRUE(cache.find(mail::MailboxId(2), {{}}));
  EXPECT_LE(cache.octets(), 100'000U);
  EXPECT_EQ(held->uids.count(), 1000U);  // whoever works with it still can
}

TEST(KeyCache, TellsWhatItWouldKeep) {
  const SortKeys cache(100'000);
  const auto held = known(4000);
  EXPECT_TRUE(cache.fits(*held, {}, 0));
  EXPECT_FALSE(cache.fits(*held, {}, 10'000));
  EXPECT_TRUE(cache.fits(*held, mail::UidSet({mail::Uid(1), mail::Uid(1000)}), 10'000));
  EXPECT_TRUE(cache.fits(*known(0), {}, 99'000));
  EXPECT_FALSE(cache.fits(*known(0), {}, 100'000));
}

TEST(KeyCache, ServesManyThreads) {
  SortKeys cache(20'000);
  std::vector<std::jthread> threads;
  for (std::uint32_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&cache, thread] {
      for (std::uint32_t i = 0; i < 500; ++i) {
        const mail::MailboxId mailbox((i * 7 + thread) % 11);
        if (const auto found = cache.find(mailbox, {{}})) {
          EXPECT_EQ(found->list.size(), found->uids.count());
        }
        cache.put(mailbox, {{}}, known((i + thread) % 200));
        EXPECT_LE(cache.octets(), 20'000U);
      }
    });
  }
  threads.clear();
  EXPECT_GT(cache.octets(), 0U);
}

// Notes whose digests are read.
class AskedStore final : public store::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  Result<void> digests(mail::MailboxId mailbox, const mail::UidSet& uids,
                       const DigestVisitor& visit) override {
    asked = mail::united(std::move(asked), uids);
    return ForwardingStore::digests(mailbox, uids, visit);
  }
  [[nodiscard]] std::string take_asked() { return std::exchange(asked, {}).to_string(); }
  mail::UidSet asked;
};

// reader_ and other_ are clients of a server that keeps keys, and whose reading of digests is
// noted.
class KnownKeysTest : public LoggedInTest {
 protected:
  KnownKeysTest() {
    for (FakeConnection* connection : {reader_, other_}) {
      connection->feed("l LOGIN alice secret\r\ns SELECT INBOX\r\n");
      server_.settle();
      EXPECT_TRUE(connection->take_output().contains("s OK"));
    }
  }
  ~KnownKeysTest() override {
    for (FakeConnection* connection : {reader_, other_}) connection->lose();
    server_.settle();
  }

  FakeConnection* connect(Server& server) {
    net::Loop& loop = server_.next_loop();
    return &server_.attach(loop, std::make_unique<Conversation>(server, loop), {});
  }
  std::string say(FakeConnection& connection, std::string_view octets) {
    connection.feed(octets);
    server_.settle();
    return connection.take_output();
  }
  // The untagged response of that name alone.
  std::string ask(FakeConnection& connection, const std::string& command) {
    const std::string heard = say(connection, "a " + command + "\r\n");
    EXPECT_TRUE(heard.contains("a OK")) << command << ": " << heard;
    const std::string name =
        command.starts_with("SORT") || command.contains(" SORT") ? "* SORT" : "* THREAD";
    const std::size_t at = heard.find(name);
    return at == std::string::npos ? heard : heard.substr(at, heard.find("\r\n", at) - at);
  }
  std::string sort_uids() {
    return knowing_.sort_keys
        .find(server_.mailbox("alice"), {{.key = mail::SortCriterion::Key::kSubject}})
        ->uids.to_string();
  }
  std::string thread_uids(mail::ThreadAlgorithm algorithm) {
    return knowing_.thread_keys.find(server_.mailbox("alice"), algorithm)->uids.to_string();
  }
  void deliver(std::string_view subject, std::string_view id = "", std::string_view parent = "") {
    std::string octets = "Subject: " + std::string(subject) + "\r\n";
    if (!id.empty()) octets += "Message-ID: <" + std::string(id) + "@x>\r\n";
    if (!parent.empty()) octets += "References: <" + std::string(parent) + "@x>\r\n";
    server_.deliver(server_.mailbox("alice"), octets + "\r\nhello\r\n");
  }
  Server make_server(store::Store& store, std::size_t keys) {
    return {.store = store,
            .hub = server_.hub,
            .workers = server_.workers,
            .login_workers = server_.workers,
            .clock = server_.clock,
            .authenticator = server_.authenticator,
            .limits = server_.limits,
            .tls = nullptr,
            .options = {},
            .metrics = ImapMetrics(server_.registry),
            .sort_keys = SortKeys(keys),
            .thread_keys = ThreadKeys(keys)};
  }

  AskedStore store_{*server_.store};
  Server knowing_ = make_server(store_, 1 << 20);
  Server small_ = make_server(store_, 1500);  // keeps keys of few messages
  Server forgetful_ = make_server(*server_.store, 0);
  FakeConnection* reader_ = connect(knowing_);
  FakeConnection* other_ = connect(knowing_);
};

TEST_F(KnownKeysTest, OnlyWhatIsNewIsRead) {
  for (const char* subject : {"c", "a", "b"}) deliver(subject);
  (void)say(*reader_, "n NOOP\r\n");
  EXPECT_EQ(ask(*reader_, "SORT (SUBJECT) UTF-8 ALL"), "* SORT 2 3 1");
  EXPECT_EQ(store_.take_asked(), "1:3");
  EXPECT_EQ(ask(*reader_, "SORT (SUBJECT) UTF-8 ALL"), "* SORT 2 3 1");
  EXPECT_EQ(ask(*reader_, "SORT (SUBJECT) UTF-8 1,3"), "* SORT 3 1");
  EXPECT_EQ(store_.take_asked(), "");
  deliver("aa");
  (void)say(*other_, "n NOOP\r\n");
  EXPECT_EQ(ask(*other_, "UID SORT (SUBJECT) UTF-8 ALL"), "* SORT 2 4 3 1");
  EXPECT_EQ(store_.take_asked(), "4");
  // Its client has not been told of the fourth.
  EXPECT_EQ(ask(*reader_, "SORT (SUBJECT) UTF-8 ALL"), "* SORT 2 3 1");
  EXPECT_EQ(store_.take_asked(), "");
  EXPECT_EQ(ask(*reader_, "SORT (REVERSE SUBJECT) UTF-8 ALL"), "* SORT 1 3 4 2");
  EXPECT_EQ(store_.take_asked(), "1:4");  // another order
}

// What a client polls the end of a large mailbox for.
TEST_F(KnownKeysTest, FewOfManyAreReadAndLeaveTheRestAlone) {
  for (int i = 0; i < 80; ++i) deliver(std::string(1, static_cast<char>('z' - i % 26)));
  (void)say(*reader_, "n NOOP\r\n");
  (void)ask(*reader_, "SORT (SUBJECT) UTF-8 ALL");
  deliver("y");
  (void)say(*reader_, "n NOOP\r\n");
  (void)store_.take_asked();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ask(*reader_, "SORT (SUBJECT) UTF-8 1:2,81"), "* SORT 2 81 1");
    EXPECT_EQ(store_.take_asked(), "81");
    EXPECT_EQ(sort_uids(), "1:80");
  }
  EXPECT_EQ(ask(*reader_, "SORT (SUBJECT) UTF-8 FLAGGED"), "* SORT");
  EXPECT_EQ(ask(*reader_, "SORT (SUBJECT) UTF-8 1,27:28,2,81"), "* SORT 2 28 81 1 27");
  EXPECT_EQ(store_.take_asked(), "81");
  EXPECT_EQ(sort_uids(), "1:81");  // they were enough
}

TEST_F(KnownKeysTest, FewOfManyAreThreadedWithThemAlone) {
  for (int i = 0; i < 80; ++i) {
    deliver("s" + std::to_string(i / 2), std::to_string(i),
            i % 2 == 0 ? "" : std::to_string(i - 1));
  }
  (void)say(*reader_, "n NOOP\r\n");
  (void)ask(*reader_, "THREAD REFERENCES UTF-8 ALL");
  deliver("new", "80", "20");
  deliver("s3", "81", "80");
  (void)say(*reader_, "n NOOP\r\n");
  (void)store_.take_asked();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ask(*reader_, "THREAD REFERENCES UTF-8 21:22,81"), "* THREAD (21 (22)(81))");
    EXPECT_EQ(store_.take_asked(), "81");
    EXPECT_EQ(thread_uids(mail::ThreadAlgorithm::kReferences), "1:80");
  }
  EXPECT_EQ(ask(*reader_, "THREAD REFERENCES UTF-8 21:24,81:82"),
            "* THREAD (21 (22)(81 82))(23 24)");
  EXPECT_EQ(store_.take_asked(), "81:82");
  EXPECT_EQ(thread_uids(mail::ThreadAlgorithm::kReferences), "1:82");  // they were enough
  EXPECT_EQ(ask(*reader_, "THREAD REFERENCES UTF-8 21:24,81:82"),
            "* THREAD (21 (22)(81 82))(23 24)");
  EXPECT_EQ(store_.take_asked(), "");
}

TEST_F(KnownKeysTest, WhatIsExpungedIsNotFound) {
  for (const char* subject : {"c", "a", "b"}) deliver(subject);
  (void)say(*reader_, "n NOOP\r\n");
  EXPECT_EQ(ask(*reader_, "SORT (SUBJECT) UTF-8 ALL"), "* SORT 2 3 1");
  EXPECT_EQ(ask(*reader_, "THREAD ORDEREDSUBJECT UTF-8 ALL"), "* THREAD (1)(2)(3)");
  (void)say(*other_, "n NOOP\r\nd STORE 2 +FLAGS (\\Deleted)\r\nx EXPUNGE\r\n");
  (void)say(*reader_, "n NOOP\r\n");
  (void)store_.take_asked();
  EXPECT_EQ(ask(*reader_, "UID SORT (SUBJECT) UTF-8 ALL"), "* SORT 3 1");
  EXPECT_EQ(ask(*reader_, "UID THREAD ORDEREDSUBJECT UTF-8 ALL"), "* THREAD (1)(3)");
  EXPECT_EQ(store_.take_asked(), "");
  deliver("0");
  (void)say(*reader_, "n NOOP\r\n");
  EXPECT_EQ(ask(*reader_, "UID SORT (SUBJECT) UTF-8 ALL"), "* SORT 4 3 1");
  EXPECT_EQ(sort_uids(), "1,3:4");
  EXPECT_EQ(ask(*reader_, "UID THREAD ORDEREDSUBJECT UTF-8 ALL"), "* THREAD (1)(3)(4)");
  EXPECT_EQ(thread_uids(mail::ThreadAlgorithm::kOrderedSubject), "1,3:4");
}

// Keys of messages that its client has not been told of stay.
TEST_F(KnownKeysTest, AnOlderViewLeavesWhatIsNewer) {
  for (const char* subject : {"c", "a", "b", "aa"}) {
    if (std::string_view(subject) == "aa") (void)say(*reader_, "n NOOP\r\n");
    deliver(subject);
  }
  (void)say(*other_, "n NOOP\r\n");
  EXPECT_EQ(ask(*other_, "SORT (SUBJECT) UTF-8 UID 4"), "* SORT 4");
  EXPECT_EQ(store_.take_asked(), "4");
  EXPECT_EQ(ask(*reader_, "SORT (SUBJECT) UTF-8 ALL"), "* SORT 2 3 1");
  EXPECT_EQ(store_.take_asked(), "1:3");
  EXPECT_EQ(sort_uids(), "1:4");
  EXPECT_EQ(ask(*other_, "SORT (SUBJECT) UTF-8 ALL"), "* SORT 2 4 3 1");
  EXPECT_EQ(store_.take_asked(), "");
  (void)say(*reader_, "n NOOP\r\n");
  deliver("d");
  (void)say(*other_, "n NOOP\r\n");
  EXPECT_EQ(ask(*other_, "THREAD ORDEREDSUBJECT UTF-8 UID 5"), "* THREAD (5)");
  EXPECT_EQ(store_.take_asked(), "5");
  EXPECT_EQ(ask(*reader_, "THREAD ORDEREDSUBJECT UTF-8 ALL"), "* THREAD (1)(2)(3)(4)");
  EXPECT_EQ(store_.take_asked(), "1:4");
  EXPECT_EQ(thread_uids(mail::ThreadAlgorithm::kOrderedSubject), "1:5");
  EXPECT_EQ(ask(*other_, "THREAD ORDEREDSUBJECT UTF-8 ALL"), "* THREAD (1)(2)(3)(4)(5)");
  EXPECT_EQ(store_.take_asked(), "");
}

// A client that has not been told of an expunge has the message still, where its keys are known.
TEST_F(KnownKeysTest, AnExpungeThatIsNotToldYet) {
  for (const char* subject : {"c", "a", "b"}) deliver(subject);
  (void)say(*reader_, "n NOOP\r\n");
  EXPECT_EQ(ask(*reader_, "SORT (SUBJECT) UTF-8 ALL"), "* SORT 2 3 1");
  (void)say(*other_, "n NOOP\r\nd STORE 2 +FLAGS (\\Deleted)\r\nx EXPUNGE\r\n");
  EXPECT_EQ(ask(*other_, "UID SORT (SUBJECT) UTF-8 ALL"), "* SORT 3 1");
  EXPECT_EQ(ask(*reader_, "SORT (SUBJECT) UTF-8 ALL"), "* SORT 2 3 1");
}

TEST_F(KnownKeysTest, AnExpungeThatIsNotToldYetAndNotKnownAnyMore) {
  for (const char* subject : {"c", "a", "b"}) deliver(subject);
  for (FakeConnection* connection : {reader_, other_}) (void)say(*connection, "n NOOP\r\n");
  EXPECT_EQ(ask(*other_, "SORT (SUBJECT) UTF-8 ALL"), "* SORT 2 3 1");
  deliver("0");
  (void)say(*other_, "n NOOP\r\nd STORE 2 +FLAGS (\\Deleted)\r\nx EXPUNGE\r\n");
  EXPECT_EQ(ask(*other_, "UID SORT (SUBJECT) UTF-8 ALL"), "* SORT 4 3 1");
  EXPECT_EQ(sort_uids(), "1,3:4");
  (void)store_.take_asked();
  EXPECT_EQ(ask(*reader_, "SORT (SUBJECT) UTF-8 ALL"), "* SORT 3 1");
  EXPECT_EQ(store_.take_asked(), "2");
  EXPECT_EQ(sort_uids(), "1,3:4");
}

TEST_F(KnownKeysTest, WhatIsTooMuchIsReadEachTime) {
  FakeConnection* client = connect(small_);
  for (int i = 0; i < 3; ++i) deliver("a");
  (void)say(*client, "l LOGIN alice secret\r\ns SELECT INBOX\r\n");
  for (const char* command : {"SORT (ARRIVAL) UTF-8 ALL", "THREAD ORDEREDSUBJECT UTF-8 ALL"}) {
    (void)ask(*client, command);
    EXPECT_EQ(store_.take_asked(), "1:3") << command;
  }
  for (int i = 0; i < 60; ++i) deliver("b");
  for (FakeConnection* connection : {client, reader_}) (void)say(*connection, "n NOOP\r\n");
  for (const char* command : {"SORT (ARRIVAL) UTF-8 ALL", "THREAD ORDEREDSUBJECT UTF-8 ALL"}) {
    const std::string answer = ask(*reader_, command);
    (void)store_.take_asked();
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(ask(*client, command), answer);
      EXPECT_EQ(store_.take_asked(), "4:63") << command;
    }
  }
  client->lose();
  server_.settle();
}

TEST_F(KnownKeysTest, AMailboxMadeAnewIsAnother) {
  (void)say(*reader_, "c CREATE box\r\ns SELECT box\r\n");
  const auto deliver_to_box = [&](std::string_view subject) {
    server_.deliver(server_.mailbox("alice", "box"),
                    "Subject: " + std::string(subject) + "\r\n\r\n");
  };
  deliver_to_box("b");
  deliver_to_box("a");
  (void)say(*reader_, "n NOOP\r\n");
  EXPECT_EQ(ask(*reader_, "SORT (SUBJECT) UTF-8 ALL"), "* SORT 2 1");
  (void)say(*reader_, "u UNSELECT\r\nd DELETE box\r\nc CREATE box\r\ns SELECT box\r\n");
  deliver_to_box("a");
  deliver_to_box("b");
  (void)say(*reader_, "n NOOP\r\n");
  EXPECT_EQ(ask(*reader_, "SORT (SUBJECT) UTF-8 ALL"), "* SORT 1 2");
}

TEST_F(KnownKeysTest, RelevancyIsNotOfTheMessageAlone) {
  for (const char* subject : {"hello hello", "hello"}) deliver(subject);
  (void)say(*reader_, "n NOOP\r\n");
  (void)ask(*reader_, "SORT (RELEVANCY) UTF-8 FUZZY SUBJECT hello");
  EXPECT_EQ(knowing_.sort_keys.octets(), 0U);
}

TEST_F(KnownKeysTest, AContextIsItsOwn) {
  for (const char* subject : {"b", "a"}) deliver(subject);
  (void)say(*reader_, "n NOOP\r\n");
  (void)ask(*reader_, "SORT (SUBJECT) UTF-8 ALL");
  EXPECT_TRUE(
      say(*reader_, "c UID SORT RETURN (UPDATE ALL) (SUBJECT) UTF-8 ALL\r\n").contains("ALL 2,1"));
  deliver("aa");
  EXPECT_TRUE(say(*reader_, "n NOOP\r\n").contains("ADDTO (2 3)"));
}

// Mailboxes that come and go at random: the answers are those of a server that keeps nothing.
TEST_F(KnownKeysTest, AnswersAreAsWithoutThem) {
  FakeConnection* forgetful = connect(forgetful_);
  (void)say(*forgetful, "l LOGIN alice secret\r\ns SELECT INBOX\r\n");
  std::mt19937 random(1);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  const std::string criteria[] = {"ARRIVAL",        "REVERSE ARRIVAL",      "SUBJECT",
                                  "REVERSE SIZE",   "SUBJECT REVERSE DATE", "FROM",
                                  "REVERSE SUBJECT"};
  const std::string programs[] = {
      "ALL", "FLAGGED", "UNFLAGGED", "SUBJECT b", "UID 5:30 NOT SUBJECT c", "2:*"};
  std::uint32_t messages = 0;
  std::uint32_t id = 0;
  for (int round = 0; round < 300; ++round) {
    if (messages == 0 || below(3) != 0) {
      for (std::uint32_t i = below(4); i > 0; --i) {
        ++id;
        const std::string parent = below(3) == 0 ? "" : std::to_string(below(id + 2));
        deliver(std::string(below(2) == 0 ? "Re: " : "") + static_cast<char>('a' + below(4)) +
                    std::string(below(12), 'x'),
                below(8) == 0 ? "" : std::to_string(below(5) == 0 ? below(id) : id), parent);
        server_.clock.set(server_.clock.unix_seconds() + below(3));
        ++messages;
      }
    } else {
      const std::string number = std::to_string(1 + below(messages));
      (void)say(*other_, "n NOOP\r\nd STORE " + number + " +FLAGS (\\Deleted)\r\nx EXPUNGE\r\n");
      --messages;
    }
    if (messages > 0) {
      (void)say(*other_, "n NOOP\r\nf STORE " + std::to_string(1 + below(messages)) +
                             (below(2) == 0 ? " +FLAGS" : " -FLAGS") + " (\\Flagged)\r\n");
    }
    FakeConnection& asked = below(2) == 0 ? *reader_ : *other_;
    for (FakeConnection* connection : {&asked, forgetful}) (void)say(*connection, "n NOOP\r\n");
    if (messages < 2) continue;
    const std::string uid = below(2) == 0 ? "UID " : "";
    const std::string program = " UTF-8 " + programs[below(std::size(programs))];
    for (const std::string& command :
         {uid + "SORT (" + criteria[below(std::size(criteria))] + ")" + program,
          uid + "THREAD REFERENCES" + program, uid + "THREAD ORDEREDSUBJECT" + program}) {
      ASSERT_EQ(ask(asked, command), ask(*forgetful, command)) << round << ": " << command;
    }
  }
  EXPECT_EQ(forgetful_.sort_keys.octets() + forgetful_.thread_keys.octets(), 0U);
  EXPECT_GT(knowing_.sort_keys.octets(), 0U);
  EXPECT_GT(knowing_.thread_keys.octets(), 0U);
  forgetful->lose();
  server_.settle();
}

}  // namespace
}  // namespace roost::imap
