// Where a listener can stand, and what ends it and what does not.
#include "net/listener.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <thread>
#include <vector>

#include "base/temporary_directory.h"
#include "net/file_limit.h"
#include "net/test_client.h"
#include "net/test_server.h"

namespace roost::net {
namespace {

TEST(ListenerTest, PicksAFreePortAndSaysWhich) {
  Script script;
  TestServer server(script);
  EXPECT_TRUE(server.address().starts_with("127.0.0.1:"));
  EXPECT_FALSE(server.address().ends_with(":0"));
  TestClient client(server.address());
  client.send("x");
  EXPECT_EQ(client.read(1), "x");
}

TEST(ListenerTest, StarServesEveryAddress) {
  Script script;
  Event<std::string> peer;
  script.on_open = [&](Connection& connection) { peer.set(connection.peer_address()); };
  TestServer server(script, {.address = "*:0"});
  ASSERT_TRUE(server.address().starts_with("*:"));
  TestClient client("127.0.0.1" + server.address().substr(1));
  EXPECT_TRUE(client.connected());
  EXPECT_EQ(peer.get(), "127.0.0.1");
}

// Says which loop a connection is on.
Script tell_the_loop() {
  Script script;
  script.on_open = [](Connection& connection) {
    connection.write(std::to_string(connection.loop().index()));
  };
  return script;
}

TEST(ListenerTest, EachLoopAccepts) {
  Script script = tell_the_loop();
  TestServer server(script);
  std::set<std::string> loops;
  for (int i = 0; loops.size() < 2 && i < 100; ++i) {
    loops.insert(TestClient(server.address()).read(1));
  }
  EXPECT_EQ(loops, (std::set<std::string>{"0", "1"}));
}

TEST(ListenerTest, ConnectionsToAUnixSocketGoToTheLoopsInTurn) {
  const TemporaryDirectory folder;
  Script script = tell_the_loop();
  TestServer server(script, {.address = "unix:" + (folder / "lmtp.sock").string()});
  std::set<std::string> loops;
  for (int i = 0; i < 2; ++i) loops.insert(TestClient(server.address()).read(1));
  EXPECT_EQ(loops, (std::set<std::string>{"0", "1"}));
}

TEST(ListenerTest, RefusesWhatItCannotHave) {
  Script script;
  TestServer server(script);
  Loops loops(1);
  const auto taken = Listener::open(loops, {.address = server.address(), .handlers = {}});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kUnavailable);
  const auto senseless = Listener::open(loops, {.address = "nowhere", .handlers = {}});
  ASSERT_FALSE(senseless);
  EXPECT_EQ(senseless.error().code, ErrorCode::kInvalid);
}

TEST(ListenerTest, AFactoryMayRefuseAConnection) {
  Loops loops(1);
  const auto listener = Listener::open(
      loops, {.address = "127.0.0.1:0", .handlers = [](Loop&, const Peer&) { return nullptr; }});
  ASSERT_TRUE(listener);
  loops.start();
  TestClient client((*listener)->address());
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(ListenerTest, StopRefusesAndLeavesConnectionsAlone) {
  Script script;
  TestServer server(script);
  TestClient client(server.address());
  client.send("a");
  EXPECT_EQ(client.read(1), "a");
  const std::string address = server.address();
  server.listener->stop();
  EXPECT_FALSE(TestClient(address).connected());
  client.send("b");
  EXPECT_EQ(client.read(1), "b");
  const auto again = Listener::open(server.loops, {.address = address, .handlers = {}});
  EXPECT_TRUE(again) << again.error().detail;
}

TEST(ListenerTest, UnixSocketHasItsModeAndGoesWithTheListener) {
  const TemporaryDirectory folder;
  const std::string path = folder / "lmtp.sock";
  Script script;
  script.on_open = [](Connection& connection) {
    EXPECT_EQ(connection.peer_address(), "unix");
    EXPECT_TRUE(connection.peer_is_loopback());
  };
  TestServer server(script, {.address = "unix:" + path, .unix_mode = 0600});
  EXPECT_EQ(server.address(), "unix:" + path);
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  TestClient client(server.address());
  client.send("x");
  EXPECT_EQ(client.read(1), "x");
  server.listener->stop();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ListenerTest, AUnixSocketNobodyAnswersOnIsReplacedAndNoOther) {
  const TemporaryDirectory folder;
  const std::string address = "unix:" + (folder / "lmtp.sock").string();
  {
    const auto stale = SocketAddress::parse(address);
    const Fd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(::bind(socket.get(), stale->get(), stale->length()), 0);
    ASSERT_EQ(::listen(socket.get(), 1), 0);
  }
  Script script;
  TestServer server(script, {.address = address});
  const auto second = Listener::open(server.loops, {.address = address, .handlers = {}});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  TestClient client(address);
  client.send("x");
  EXPECT_EQ(client.read(1), "x");
}

TEST(ListenerTest, GoesOnAfterDescriptorsRanOut) {
  Script script;
  script.on_open = [](Connection& connection) { connection.write("*"); };
  TestServer server(script);
  TestClient first(server.address());  // with it, everything is open that the server needs
  EXPECT_EQ(first.read(1), "*");

  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  std::vector<Fd> clients;
  for (int i = 0; i < 4; ++i) clients.emplace_back(::socket(AF_INET, SOCK_STREAM, 0));
  const int next_free = ::dup(0);
  ::close(next_free);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(next_free);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto to = SocketAddress::parse(server.address());
  for (const Fd& client : clients) {  // they wait in the backlog
    EXPECT_EQ(::connect(client.get(), to->get(), to->length()), 0);
  }
  pollfd readable{.fd = clients.front().get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&readable, 1, 50), 0);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  for (const Fd& client : clients) {
    pollfd greeted{.fd = client.get(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&greeted, 1, 10'000), 1);
  }
}

// All are shut down, but not in one go: the loop does other work in between.
TEST(ListenerTest, ManyConnectionsAreShutDownInGroups) {
  constexpr int kClients = 50;
  Script script;
  std::atomic<int> opened = 0;
  int shut_down = 0;  // on the loop
  std::vector<int> seen;
  Event<int> all_open;
  script.on_open = [&](Connection&) {
    if (++opened == kClients) all_open.set(1);
  };
  script.on_shutdown = [&](Connection& connection) {
    ++shut_down;
    connection.loop().post([&] { seen.push_back(shut_down); });
    connection.close();
  };
  Loops loops(1);
  const auto listener =
      Listener::open(loops, {.address = "127.0.0.1:0", .handlers = [&script](Loop&, const Peer&) {
                               return std::make_unique<ScriptedHandler>(script);
                             }});
  ASSERT_TRUE(listener);
  loops.start();
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<TestClient>((*listener)->address()));
  }
  EXPECT_EQ(all_open.get(), 1);
  (*listener)->stop();
  Connections::shut_down_all(loops, std::chrono::seconds(10));  // as they are few: sooner
  for (const auto& client : clients) EXPECT_EQ(client->read_to_end(), "");
  clients.clear();
  EXPECT_TRUE(Connections::wait_until_none(loops, std::chrono::seconds(10)));
  loops.stop();
  ASSERT_EQ(seen.size(), kClients);
  EXPECT_LT(seen.front(), kClients);
  EXPECT_EQ(seen.back(), kClients);
}

// Those who come back all at once after a restart are not refused while the loops are busy.
TEST(ListenerTest, Row65_ACrowdWaitsInTheBacklog) {
  constexpr int kCrowd = 500;
  Script script;
  script.on_open = [](Connection& connection) { connection.write("*"); };
  TestServer server(script);
  std::promise<void> go_on;
  const std::shared_future<void> busy_until = go_on.get_future();
  for (std::size_t i = 0; i < server.loops.size(); ++i) {
    server.loops[i].post([busy_until] { busy_until.wait(); });
  }
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < kCrowd; ++i) {
    EXPECT_TRUE(clients.emplace_back(std::make_unique<TestClient>(server.address()))->connected());
  }
  go_on.set_value();
  for (const auto& client : clients) EXPECT_EQ(client->read(1), "*");
}

// Open files of the calling thread's table.
std::ptrdiff_t open_files() {
  return std::distance(std::filesystem::directory_iterator("/proc/thread-self/fd"), {});
}

// Each loop can have so many files open as the system permits a process.
TEST(ListenerTest, LoopsCanHaveTablesOfFilesOfTheirOwn) {
  constexpr int kClients = 40;
  Loops loops(2, FileTables::kOwn);
  loops.start();
  Script script = tell_the_loop();
  const TemporaryDirectory folder;
  const auto before = open_files();
  const auto open = [&](const std::string& address) {
    return *Listener::open(loops, {.address = address, .handlers = [&script](Loop&, const Peer&) {
                                     return std::make_unique<ScriptedHandler>(script);
                                   }});
  };
  const auto tcp = open("127.0.0.1:0");
  const auto local = open("unix:" + (folder / "lmtp.sock").string());
  std::vector<std::unique_ptr<TestClient>> clients;
  std::array<int, 2> on_loop{};
  for (int i = 0; i < kClients; ++i) {
    auto& client = clients.emplace_back(std::make_unique<TestClient>(tcp->address()));
    ++on_loop.at(client->read(1) == "0" ? 0 : 1);
    client->send("x");
    EXPECT_EQ(client->read(1), "x");
  }
  EXPECT_EQ(TestClient(local->address()).read(1), "0");
  EXPECT_EQ(open_files(), before + kClients);
  for (std::size_t i = 0; i < loops.size(); ++i) {
    std::ptrdiff_t files = 0;
    loops.call(loops[i], [&] { files = open_files(); });
    EXPECT_GE(files, before + on_loop.at(i));
    EXPECT_LT(files, before + kClients);
  }
  const std::string address = tcp->address();
  tcp->stop();
  EXPECT_FALSE(TestClient(address).connected());
  clients.front()->send("y");
  EXPECT_EQ(clients.front()->read(1), "y");
  local->stop();
  loops.stop();
}

TEST(FileLimitTest, IsRaisedToTheHardLimit) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(raise_file_limit(), before.rlim_max);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

}  // namespace
}  // namespace roost::net
