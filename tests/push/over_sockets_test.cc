// The same model over real loops, workers and sockets: many threads, so that a sanitizer can look
// on. What is told when is not reproducible here, what is known at rest is.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <deque>
#include <thread>

#include "imap/in_process_server.h"
#include "net/listener.h"
#include "net/test_client.h"
#include "tests/push/difference.h"
#include "tests/push/model_client.h"

namespace roost::push_model {

namespace {

constexpr std::size_t kClients = 6;
constexpr std::size_t kWriters = 2;
constexpr int kStepsOfAClient = 4000;
constexpr int kWritesOfAWriter = 200;

bool readable(int fd) {
  pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&entry, 1, 0) == 1;
}

// One client's thread.
class Party {
 public:
  Party(const std::string& address, std::uint64_t seed)
      : client(static_cast<ModelClient::Dialect>(seed % ModelClient::kDialects)),
        random_(seed),
        socket_(address) {
    const int on = 1;  // or each half of a command waits for the acknowledgement of the first
    ::setsockopt(socket_.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }

  void run() {
    for (int i = 0; i < kStepsOfAClient && client.errors().empty(); ++i) step();
    while (client.errors().empty() && !(client.free() || client.idling())) send_or_read();
  }
  // False: nothing more came in ten seconds.
  bool read() {
    const std::string octets = socket_.read_some();
    client.hear(octets);
    return !octets.empty();
  }
  void noop() {
    client.begin_noop();
    while (client.errors().empty() && !client.free()) send_or_read();
  }

  ModelClient client;

 private:
  void step() {
    if (readable(socket_.fd())) {
      read();
    } else if (client.idling() ? below(random_, 50) == 0 : client.free()) {
      client.choose(random_);
    } else if (!client.idling()) {
      send_or_read();
    } else {
      std::this_thread::yield();
    }
  }
  void send_or_read() {
    const std::size_t octets = std::min(client.to_send().size(), 1 + below(random_, 20));
    if (octets == 0) {
      ASSERT_TRUE(read()) << tail(client);
      return;
    }
    socket_.send(client.to_send().substr(0, octets));
    client.sent(octets);
  }

  Random random_;
  net::TestClient socket_;
};

TEST(NoLostWakeupOverSockets, AtRestClientsKnowWhatTheStoreHolds) {
  imap::InProcessServer server({}, 2);
  const auto account = server.add_account(kAccount);
  ASSERT_TRUE(server.store->create_mailbox(account, kMailboxes[1], mail::SpecialUse::kNone));
  const auto listener = net::Listener::open(
      server.loops,
      {.address = "127.0.0.1:0", .handlers = [&](net::Loop& loop, const net::Peer& peer) {
         return imap::admit(server.server, loop, peer, imap::Security::kPlain);
       }});
  ASSERT_TRUE(listener);
  server.loops.start();

  std::deque<Party> parties;
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < kClients; ++i) {
    Party& party = parties.emplace_back((*listener)->address(), i);
    threads.emplace_back([&party] { party.run(); });
  }
  for (std::size_t i = 0; i < kWriters; ++i) {
    threads.emplace_back([&server, i] {
      for (int n = 0; n < kWritesOfAWriter; ++n) {
        server.deliver(server.mailbox(kAccount, kMailboxes[(i + n) % std::size(kMailboxes)]));
      }
    });
  }
  threads.clear();  // joins

  for (Party& party : parties) {
    if (party.client.free()) party.noop();
    ASSERT_TRUE(party.client.errors().empty()) << party.client.errors().front() << "\n"
                                               << tail(party.client);
    if (!party.client.selected()) continue;
    const mail::MailboxId mailbox = server.mailbox(kAccount, party.client.mailbox());
    const auto wrong = [&] { return difference(party.client, *server.store, mailbox); };
    // Who idles may still have it on the way.
    while (party.client.idling() && !wrong().empty() && party.read()) {
    }
    EXPECT_EQ(wrong(), "") << tail(party.client);
  }
  (*listener)->stop();
  server.loops.stop();
}

}  // namespace

}  // namespace roost::push_model
