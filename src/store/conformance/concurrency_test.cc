// Many threads at once: UIDs are dense and unique, announcements come in order, and no reader sees
// half of a change. There is no timing here: only what must hold whatever the scheduler does.
#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "store/conformance/store_fixture.h"

namespace roost::store {
namespace {

using mail::ModSeq;
using mail::SystemFlag;
using mail::Uid;

class ConcurrencyTest : public StoreTest {
 protected:
  // The announcements of one mailbox: one for each mod-sequence, in order, each joined to the last.
  void expect_announced_in_order(mail::MailboxId mailbox) {
    ModSeq last(1);
    for (const Change& change : sink.changes()) {
      if (change.mailbox != mailbox) continue;
      ASSERT_EQ(change.modseq, last.next());
      if (change.before) {
        ASSERT_EQ(change.before->modseq(), last);
        ASSERT_EQ(change.after->modseq(), change.modseq);
      }
      last = change.modseq;
    }
    EXPECT_EQ(last, must(store.status(mailbox)).highest_modseq);
  }
};
ROOST_FOR_EVERY_BACKEND(ConcurrencyTest);

constexpr int kThreads = 8;
constexpr int kCommits = 50;

TEST_P(ConcurrencyTest, UidsAreDenseAndUnique) {
  std::mutex mutex;
  std::map<std::uint32_t, std::string> assigned;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kCommits; ++i) {
          const std::string octets = std::to_string(t) + "." + std::to_string(i);
          const Committed committed = append(store, inbox, octets);
          const Uid uid = committed.assigned.ranges()[0].first;
          EXPECT_TRUE(must(store.view(inbox))->find(uid)) << "committed means visible";
          std::lock_guard lock(mutex);
          EXPECT_TRUE(assigned.emplace(uid.value, octets).second) << "used twice";
        }
      });
    }
  }
  ASSERT_EQ(assigned.size(), std::size_t{kThreads * kCommits});
  EXPECT_EQ(assigned.rbegin()->first, std::uint32_t{kThreads * kCommits}) << "dense";
  for (const auto& [uid, octets] : assigned) {
    EXPECT_EQ(must(store.read_blob(must(store.digest(inbox, Uid(uid))).blob, 0, 99)), octets);
  }
  expect_announced_in_order(inbox);
}

TEST_P(ConcurrencyTest, ReadersSeeWholeChanges) {
  // Each change appends a pair; so every view has an even number of messages, and every message of
  // a view has its digest.
  std::atomic<bool> done = false;
  std::jthread reader([&] {
    ModSeq last(0);
    while (!done) {
      const MailboxStatus status = must(store.status(inbox));
      const mail::ViewPtr view = must(store.view(inbox));
      EXPECT_EQ(view->size() % 2, 0u);
      EXPECT_GE(view->modseq(), status.highest_modseq);
      EXPECT_GE(status.highest_modseq, last);
      last = view->modseq();
      std::uint32_t seen = 0;
      must(store.digests(inbox, uid_range(1, view->uid_next().value), [&](Uid uid, const auto&) {
        if (uid < view->uid_next()) ++seen;
        return true;
      }));
      EXPECT_EQ(seen, view->size());
    }
  });
  {
    std::vector<std::jthread> writers;
    for (int t = 0; t < kThreads; ++t) {
      writers.emplace_back([&] {
        for (int i = 0; i < kCommits; ++i) {
          Batch batch = batch_for(inbox);
          batch.messages.push_back(message(store, "left"));
          batch.messages.push_back(message(store, "right"));
          must(store.commit(batch));
        }
      });
    }
  }
  done = true;
  reader.join();
  expect_announced_in_order(inbox);
}

TEST_P(ConcurrencyTest, CountersHoldUnderEveryKindOfChange) {
  std::vector<mail::MailboxId> mailboxes = {inbox};
  for (const char* name : {"a", "b"}) {
    mailboxes.push_back(must(store.create_mailbox(alice, name, {})).id);
  }
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        std::uint32_t random = 7 + static_cast<std::uint32_t>(t);
        for (int i = 0; i < kCommits; ++i) {
          random = random * 1'103'515'245 + 12'345;
          Batch batch = batch_for(mailboxes[random / 65'536 % mailboxes.size()]);
          const std::uint32_t uid = 1 + random / 1024 % 100;
          batch.flags.push_back({uid_range(uid, uid + 5),
                                 FlagUpdate::Op::kReplace,
                                 {static_cast<std::uint8_t>(random >> 24 & 31), {}}});
          if (i % 3 == 0) batch.expunge = uids({uid, uid + 3});
          if (i % 4 == 0) batch.flags.back().uids = uid_range(1, uid + 50);
          batch.messages.push_back(message(store, "m"));
          must(store.commit(batch));
          if (i % 7 == 0) (void)store.claim_recent(batch.mailbox);
          if (i % 20 == 0) must(store.sweep());
        }
      });
    }
  }
  for (const mail::MailboxId mailbox : mailboxes) {
    const MailboxStatus status = must(store.status(mailbox));
    const mail::ViewPtr view = must(store.view(mailbox));
    std::uint32_t unseen = 0, deleted = 0;
    mail::SeqNum first_unseen{0};
    view->for_each([&](mail::SeqNum seq, const mail::MessageEntry& entry) {
      if (!entry.flags.has(SystemFlag::kSeen) && ++unseen == 1) first_unseen = seq;
      deleted += entry.flags.has(SystemFlag::kDeleted) ? 1 : 0;
      return true;
    });
    EXPECT_EQ(status.messages, view->size());
    EXPECT_EQ(status.unseen, unseen);
    EXPECT_EQ(status.first_unseen, first_unseen);
    EXPECT_EQ(status.deleted, deleted);
    EXPECT_EQ(status.size, view->size());
    expect_announced_in_order(mailbox);
  }
}

TEST_P(ConcurrencyTest, RecentIsGivenToOneOnly) {
  std::mutex mutex;
  std::multiset<std::uint32_t> given;
  std::atomic<int> writing = 2;
  const auto claim = [&] {
    const auto range = store.claim_recent(inbox);
    std::lock_guard lock(mutex);
    for (std::uint32_t uid = range.first.value; uid <= range.last.value; ++uid) given.insert(uid);
  };
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 2; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < kCommits; ++i) append(store, inbox, "m");
        --writing;
      });
      threads.emplace_back([&] {
        while (writing > 0) claim();
      });
    }
  }
  claim();
  ASSERT_EQ(given.size(), std::size_t{2 * kCommits});
  EXPECT_EQ(std::set<std::uint32_t>(given.begin(), given.end()).size(), given.size());
  EXPECT_EQ(must(store.status(inbox)).recent, 0u);
}

TEST_P(ConcurrencyTest, AccountsAndMailboxesAreMadeOnce) {
  std::atomic<int> accounts = 0, mailboxes = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        if (store.create_account("bob", "h")) ++accounts;
        for (int i = 0; i < 10; ++i) {
          if (store.create_mailbox(alice, "deep/" + std::to_string(i), {})) ++mailboxes;
        }
      });
    }
  }
  EXPECT_EQ(accounts, 1);
  EXPECT_EQ(mailboxes, 10);
  EXPECT_EQ(must(store.mailboxes(alice)).size(), 12u);
}

TEST_P(ConcurrencyTest, DeletingAMailboxMeetsItsCommits) {
  const mail::MailboxId doomed = must(store.create_mailbox(alice, "doomed", {})).id;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (;;) {
          Batch batch = batch_for(doomed);
          batch.messages.push_back(message(store, "m"));
          const auto committed = store.commit(batch);
          if (committed) continue;
          EXPECT_EQ(committed.error().code, ErrorCode::kNotFound);
          return;
        }
      });
    }
    append(store, doomed, "m");
    must(store.delete_mailbox(alice, "doomed"));
  }
  must(store.sweep());
  EXPECT_EQ(must(store.check()).messages, 0u);
  EXPECT_EQ(must(store.check()).blobs, 0u);
}

}  // namespace
}  // namespace roost::store
