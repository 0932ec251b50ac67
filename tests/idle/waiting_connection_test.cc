// What a connection holds while it waits in IDLE: its allocations are counted, those of the
// session, of its place in the hub's and the loop's lists, and of the account's connection limits.
// Over real sockets, with one loop, without TLS, with and without COMPRESS and IMAP4rev2.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <latch>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "imap/in_process_server.h"
#include "net/fd.h"
#include "net/listener.h"
#include "net/socket_address.h"
#include "net/test_deflate.h"

namespace {

std::atomic<long> live_blocks = 0;
std::atomic<long> live_octets = 0;  // with what the allocator adds

// What glibc takes for a block: a header, and what is left up to the next multiple of 16. Of
// another allocator in its place (a sanitizer's) we count the same.
long octets_of(void* block) {
  const auto with_header = static_cast<long>(::malloc_usable_size(block)) + 8;
  return std::max(32L, (with_header + 15) / 16 * 16);
}

}  // namespace

// All that C++ allocates comes from here; what C libraries do is not counted.
void* operator new(std::size_t size) {
  void* const block = std::malloc(size);
  if (block == nullptr) std::abort();
  ++live_blocks;
  live_octets += octets_of(block);
  return block;
}
void operator delete(void* block) noexcept {
  if (block == nullptr) return;
  --live_blocks;
  live_octets -= octets_of(block);
  std::free(block);
}
void operator delete(void* block, std::size_t /*size*/) noexcept { operator delete(block); }

namespace roost::imap {
namespace {

constexpr int kClients = 100;
constexpr long kBlocks = 7;    // of one connection
constexpr long kOctets = 960;  // likewise
// What a compressed connection has more: the Compression, and what its client has said since.
constexpr long kBlocksCompressed = 2;
constexpr long kOctetsCompressed = 64 + 48;
// What a client of IMAP4rev2 has more, that hears of other mailboxes, if it is the only one of its
// account: OtherMailboxes, two for the account's row, three for its view, which has six names.
constexpr long kBlocksRev2 = 6;
constexpr long kOctetsRev2 = 64 + (192 + 48) + (112 + 256 + 48);

std::string name_of(int client) { return "user" + std::to_string(client) + "@example.org"; }

class WaitingConnection : public testing::Test {
 protected:
  WaitingConnection() {
    for (int i = 0; i < 2 * kClients; ++i) server_.add_account(name_of(i));
    listener_ = *net::Listener::open(
        server_.loops,
        {.address = "127.0.0.1:0", .handlers = [this](net::Loop& loop, const net::Peer& peer) {
           return admit(server_.server, loop, peer, Security::kPlain);
         }});
    sockets_.reserve(kClients * 2);
    server_.loops.start();
  }
  ~WaitingConnection() override {
    listener_->stop();
    server_.loops.stop();
  }

  enum class Kind { kPlain, kCompressed, kRev2 };
  // A client of its own account in IDLE.
  void add_client(int client, Kind kind) {
    deflate_.reset();
    const auto to = net::SocketAddress::parse(listener_->address());
    net::Fd& socket = sockets_.emplace_back(::socket(to->family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::connect(socket.get(), to->get(), to->length()), 0);
    read_until("ready\r\n");
    say("a LOGIN " + name_of(client) + " secret\r\n", "a OK");
    if (kind == Kind::kCompressed) {
      say("x COMPRESS DEFLATE\r\n", "x OK DEFLATE active\r\n");
      deflate_ = std::make_unique<net::TestDeflate>();
    }
    if (kind == Kind::kRev2) say("y ENABLE IMAP4rev2\r\n", "y OK");
    say("b SELECT INBOX\r\n", "b OK");
    say("c IDLE\r\n", "+ idling\r\n");
  }
  void drop_clients() {
    sockets_.clear();
    ASSERT_TRUE(net::Connections::wait_until_none(server_.loops, std::chrono::seconds(10)));
  }
  // What the loop does after its last octet to a client is done.
  void let_loop_finish() {
    std::latch done(1);
    server_.loops[0].post([&] { server_.loops[0].post([&] { done.count_down(); }); });
    done.wait();
  }

  struct Held {
    long blocks;
    long octets;
  };
  // What one client more makes the server hold.
  Held measure(Kind kind) {
    // What the server keeps of an account that was here is not the connection's.
    for (int i = 0; i < 2 * kClients; ++i) add_client(i, kind);
    drop_clients();
    for (int i = 0; i < kClients; ++i) add_client(i, kind);
    let_loop_finish();
    const long blocks = live_blocks;
    const long octets = live_octets;
    for (int i = kClients; i < 2 * kClients; ++i) add_client(i, kind);
    let_loop_finish();
    const Held held{.blocks = (live_blocks - blocks + kClients / 2) / kClients,
                    .octets = (live_octets - octets) / kClients};
    RecordProperty("blocks", std::to_string(held.blocks));
    RecordProperty("octets", std::to_string(held.octets));
    return held;
  }

 private:
  void say(std::string line, std::string_view answer) {
    if (deflate_ != nullptr) line = deflate_->deflate(line);
    ASSERT_EQ(::send(sockets_.back().get(), line.data(), line.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(line.size()));
    read_until(answer);
  }
  void read_until(std::string_view text) {
    std::string heard;
    char buffer[1000];
    while (!heard.contains(text)) {
      const ssize_t octets = ::recv(sockets_.back().get(), buffer, sizeof buffer, 0);
      ASSERT_GT(octets, 0) << heard;
      const std::string some(buffer, static_cast<std::size_t>(octets));
      heard += deflate_ != nullptr ? deflate_->inflate(some) : some;
    }
  }

  InProcessServer server_;
  std::unique_ptr<net::Listener> listener_;
  std::vector<net::Fd> sockets_;
  std::unique_ptr<net::TestDeflate> deflate_;  // of the last client
};

TEST_F(WaitingConnection, HoldsFewAllocations) {
  const Held held = measure(Kind::kPlain);
  EXPECT_LE(held.blocks, kBlocks);
  EXPECT_LE(held.octets, kOctets);
}

TEST_F(WaitingConnection, Row83HoldsLittleMoreWithCompression) {
  const Held held = measure(Kind::kCompressed);
  EXPECT_LE(held.blocks, kBlocks + kBlocksCompressed);
  EXPECT_LE(held.octets, kOctets + kOctetsCompressed);
}

TEST_F(WaitingConnection, HoldsAViewOfItsAccountWithIMAP4rev2) {
  const Held held = measure(Kind::kRev2);
  EXPECT_LE(held.blocks, kBlocks + kBlocksRev2);
  EXPECT_LE(held.octets, kOctets + kOctetsRev2);
}

}  // namespace
}  // namespace roost::imap
