// The proof of "no lost wake-up": clients and writers do whatever a random source tells them, cut
// into octets, half commands and half turns of the baton; then they come to rest, and every client
// must have been told exactly what the store holds. Idling clients must have been told unasked.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

#include "imap/in_process_server.h"
#include "tests/push/difference.h"
#include "tests/push/model_client.h"

namespace roost::push_model {

namespace {

constexpr std::size_t kClients = 2 * ModelClient::kDialects;
constexpr std::size_t kLoops = 3;  // two clients of a dialect on the same
constexpr int kRounds = 60;        // each ends at rest
constexpr int kStepsARound = 1500;
constexpr int kRoundsBetweenFetches = 5;

// What a store says that has no views.
std::optional<store::Arrivals> arrivals_in(const store::Change& change) {
  const mail::ViewDiff difference = mail::diff(*change.before, *change.after);
  const bool others = !difference.expunged.empty() || !difference.changed.empty() ||
                      change.before->keywords().names() != change.after->keywords().names();
  if (others) return std::nullopt;
  return store::Arrivals{change.before->modseq(), change.after->size(), change.after->uid_next()};
}

// Between the store and the hub: what a change carries gets lost, hints come twice and late.
class ShakyHints final : public store::ChangeSink {
 public:
  ShakyHints(push::Hub& hub, Random& random) : hub_(hub), random_(random) {}

  void committed(const store::Change& change) override {
    store::Change hint = change;
    if (below(random_, 4) == 0) {
      if (below(random_, 2) == 0) hint.arrivals = arrivals_in(hint);
      hint.before = hint.after = nullptr;
    }
    if (below(random_, 8) == 0) {
      flush();
      late_ = std::move(hint);
      return;
    }
    hub_.committed(hint);
    if (below(random_, 8) == 0) hub_.committed(hint);
    flush();
  }
  void mailbox_deleted(mail::MailboxId mailbox) override { hub_.mailbox_deleted(mailbox); }
  void mailboxes_changed(mail::AccountId account) override { hub_.mailboxes_changed(account); }
  void account_changed(mail::AccountId account, AccountEvent event) override {
    hub_.account_changed(account, event);
  }
  // The late one, behind its successor.
  void flush() {
    if (late_) hub_.committed(*std::exchange(late_, std::nullopt));
  }

 private:
  push::Hub& hub_;
  Random& random_;
  std::optional<store::Change> late_;
};

enum class Hints : std::uint8_t { kAsCommitted, kShaky };

class Model {
 public:
  Model(std::uint64_t seed, Hints hints) : random_(seed) {
    const auto account = server_.add_account(kAccount);
    EXPECT_TRUE(server_.store->create_mailbox(account, kMailboxes[1], mail::SpecialUse::kNone));
    if (hints == Hints::kShaky) server_.store->set_sink(&shaky_);
    for (std::size_t i = 0; i < kClients; ++i) {
      const auto dialect = static_cast<ModelClient::Dialect>(i % ModelClient::kDialects);
      parties_.push_back({&server_.connect(), ModelClient(dialect)});
    }
  }
  ~Model() { server_.store->set_sink(&server_.hub); }

  void run() {
    for (int round = 0; round < kRounds; ++round) {
      for (int i = 0; i < kStepsARound; ++i) step();
      come_to_rest();
      for (Party& party : parties_) check(party, "at rest");
      if (testing::Test::HasFailure()) return;
      if (round % kRoundsBetweenFetches != 0) continue;
      know_everything();
      for (Party& party : parties_) check(party, "after FETCH");
      if (testing::Test::HasFailure()) return;
    }
  }

 private:
  struct Party {
    imap::FakeConnection* connection;
    ModelClient client;
  };

  void step() {
    Party& party = parties_[below(random_, parties_.size())];
    switch (below(random_, 8)) {
      case 0:
        server_.run_task(server_.loops[below(random_, kLoops)]);
        break;
      case 1:
      case 2:
      case 3:
        party.connection->step();
        break;
      case 4:
      case 5:
        feed(party, 1 + below(random_, 12));
        break;
      case 6:
        if (below(random_, 12) == 0) write();
        break;
      default:
        if (party.client.free() || (party.client.idling() && below(random_, 30) == 0)) {
          party.client.choose(random_);
        }
        break;
    }
    party.client.hear(party.connection->take_output());
  }

  void feed(Party& party, std::size_t octets) {
    octets = std::min(octets, party.client.to_send().size());
    party.connection->feed(party.client.to_send().substr(0, octets));
    party.client.sent(octets);
  }

  // Somebody who is no session: a delivery, another machine.
  void write() {
    const auto mailbox =
        server_.mailbox(kAccount, kMailboxes[below(random_, std::size(kMailboxes))]);
    const auto view = *server_.store->view(mailbox);
    if (view->empty() || below(random_, 2) == 0) return server_.deliver(mailbox);
    mail::UidSet uids;
    const auto seq = mail::SeqNum(static_cast<std::uint32_t>(1 + below(random_, view->size())));
    uids.add(view->at(seq).uid);
    store::Batch batch{.mailbox = mailbox};
    if (below(random_, 2) == 0) {
      batch.expunge = std::move(uids);
    } else {
      mail::FlagNames flags;
      flags.add(mail::SystemFlag::kAnswered);
      batch.flags.push_back({std::move(uids), store::FlagUpdate::Op::kAdd, std::move(flags)});
    }
    EXPECT_TRUE(server_.store->commit(batch));
  }

  // Everything that was begun is ended; who does not idle asks.
  void come_to_rest() {
    settle();
    shaky_.flush();
    for (Party& party : parties_) {
      if (party.client.free()) party.client.begin_noop();
    }
    settle();
  }

  void know_everything() {
    for (Party& party : parties_) {
      if (party.client.idling()) party.client.begin_done();
    }
    settle();
    for (Party& party : parties_) {
      if (party.client.selected() && !party.client.messages().empty()) {
        party.client.begin_fetch_all();
      }
    }
    settle();
  }

  void settle() {
    bool busy = true;
    while (busy) {
      busy = false;
      for (Party& party : parties_) {
        busy = busy || !party.client.to_send().empty();
        feed(party, party.client.to_send().size());
      }
      server_.settle();
      for (Party& party : parties_) party.client.hear(party.connection->take_output());
    }
  }

  void check(const Party& party, const char* when) {
    const ModelClient& client = party.client;
    ASSERT_TRUE(client.errors().empty()) << when << ": " << client.errors().front() << "\n"
                                         << tail(client);
    ASSERT_TRUE(client.free() || client.idling()) << when << ": no reply\n" << tail(client);
    if (!client.selected()) return;
    const mail::MailboxId mailbox = server_.mailbox(kAccount, client.mailbox());
    ASSERT_EQ(difference(client, *server_.store, mailbox), "") << when << "\n" << tail(client);
  }

  Random random_;
  imap::InProcessServer server_{{}, kLoops};
  ShakyHints shaky_{server_.hub, random_};
  std::vector<Party> parties_;
};

class NoLostWakeup : public testing::TestWithParam<std::uint64_t> {};

TEST_P(NoLostWakeup, AtRestClientsKnowWhatTheStoreHolds) {
  Model(GetParam(), Hints::kAsCommitted).run();
}

TEST_P(NoLostWakeup, AlsoIfHintsComeTwiceLateOrEmpty) { Model(GetParam(), Hints::kShaky).run(); }

INSTANTIATE_TEST_SUITE_P(Seeds, NoLostWakeup, testing::Range<std::uint64_t>(1, 21));

}  // namespace

}  // namespace roost::push_model
