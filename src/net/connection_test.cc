// Connections on loopback sockets without TLS.
#include "net/connection.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <vector>

#include "net/test_client.h"
#include "net/test_server.h"

namespace roost::net {
namespace {

using std::chrono::milliseconds;

std::string pattern(std::size_t octets) {
  std::string text(octets, '\0');
  for (std::size_t i = 0; i < octets; ++i) text[i] = static_cast<char>('a' + i * 7 % 26);
  return text;
}

TEST(ConnectionTest, GreetsAndEchoes) {
  Script script;
  script.on_open = [](Connection& connection) {
    EXPECT_TRUE(connection.loop().in_loop_thread());
    EXPECT_EQ(connection.peer_address(), "127.0.0.1");
    EXPECT_TRUE(connection.peer_is_loopback());
    EXPECT_FALSE(connection.is_tls());
    connection.write("* OK ");
    connection.write(std::make_shared<const std::string>("ready\r\n"));
  };
  TestServer server(script);
  TestClient client(server.address());
  EXPECT_EQ(client.read(12), "* OK ready\r\n");
  client.send("hello");
  EXPECT_EQ(client.read(5), "hello");
}

TEST(ConnectionTest, HalfAClosedConnectionIsStillAnswered) {
  Script script;
  Event<CloseReason> closed;
  script.on_input = [](Connection& connection) {
    if (!connection.input_ended()) return;  // leaves all of it until the end
    connection.write("got " + std::string(connection.input()));
    connection.consume(connection.input().size());
    connection.close();
  };
  script.on_closed = [&](Connection&, CloseReason reason) { closed.set(reason); };
  TestServer server(script);
  TestClient client(server.address());
  client.send("one ");
  client.send("two");
  client.finish();
  EXPECT_EQ(client.read_to_end(), "got one two");
  EXPECT_EQ(client.error(), 0);
  EXPECT_EQ(closed.get(), CloseReason::kLocal);
}

TEST(ConnectionTest, InputIsBoundedAndGoesOnWhenConsumed) {
  Script script;
  Event<Connection*> full;
  std::atomic<bool> holding = true;
  std::string received;
  Event<bool> complete;
  const std::string sent = pattern(1'000'000);
  script.on_input = [&](Connection& connection) {
    if (connection.input_ended()) return connection.close();
    EXPECT_LE(connection.input().size(), Connection::kInputBuffer);
    if (holding) {
      if (connection.input().size() == Connection::kInputBuffer) full.set(&connection);
      return;
    }
    received += connection.input();
    connection.consume(connection.input().size());
    if (received.size() == sent.size()) complete.set(true);
  };
  TestServer server(script);
  TestClient client(server.address());
  std::thread sender([&] { client.send(sent); });
  ASSERT_NE(full.get(), nullptr);
  server.visit([&](Connection& connection) {
    holding = false;
    received += connection.input().substr(0, 100);
    connection.consume(100);
  });
  EXPECT_TRUE(complete.get());
  sender.join();
  EXPECT_EQ(received, sent);
}

TEST(ConnectionTest, ProducerStopsAtHighWaterAndGoesOnWhenDrained) {
  Script script;
  const std::string all = pattern(2'000'000);
  std::size_t produced = 0;  // the loop's
  std::size_t largest = 0;
  const auto produce = [&](Connection& connection) {
    while (!connection.output_full() && produced < all.size()) {
      connection.write(all.substr(produced, 10'000));
      produced += 10'000;
    }
    largest = std::max(largest, connection.output_size());
    if (produced == all.size()) connection.close();
  };
  script.on_open = produce;
  script.on_drained = [&](Connection& connection) {
    EXPECT_LE(connection.output_size(), Connection::kLowWater);
    produce(connection);
  };
  TestServer server(script);
  TestClient client(server.address(), 4096);
  EXPECT_EQ(client.read_to_end(), all);
  EXPECT_LE(largest, Connection::kHighWater + 10'000);
}

TEST(ConnectionTest, APeerThatTakesNothingIsClosed) {
  Script script;
  Event<CloseReason> closed;
  script.on_open = [](Connection& connection) { connection.write(pattern(16'000'000)); };
  script.on_closed = [&](Connection&, CloseReason reason) { closed.set(reason); };
  TestServer server(script, {.connection = {.stall_timeout = milliseconds{50}}});
  TestClient client(server.address(), 4096);
  EXPECT_EQ(closed.get(), CloseReason::kTimeout);
}

TEST(ConnectionTest, ATaskOfTheLoopAndADeadlineMayWrite) {
  struct Waiting {
    Connection* connection = nullptr;
    Deadline deadline{
        [](void* self) { static_cast<Waiting*>(self)->connection->write("deadline"); }, this};
  } waiting;
  Script script;
  script.on_closed = [&](Connection&, CloseReason) { waiting.deadline.cancel(); };
  script.on_open = [&](Connection& connection) {
    connection.loop().post([&] {
      connection.write("task ");
      waiting.connection = &connection;
      connection.loop().deadlines().arm(waiting.deadline, milliseconds{1});
    });
  };
  TestServer server(script);
  TestClient client(server.address());
  EXPECT_EQ(client.read(13), "task deadline");
  EXPECT_TRUE(client.connected());
}

TEST(ConnectionTest, WhatATaskWroteIsWithThePeerWhenItIsSent) {
  Event<std::string> arrived;
  TestClient* client = nullptr;
  Script script;
  script.on_input = [&](Connection& connection) {
    if (connection.input_ended()) return connection.close();
    connection.consume(connection.input().size());
    connection.loop().post([&] {
      connection.loop().when_sent([&] {
        std::string octets(16, '\0');
        const auto received = ::recv(client->fd(), octets.data(), octets.size(), MSG_DONTWAIT);
        octets.resize(received > 0 ? static_cast<std::size_t>(received) : 0);
        arrived.set(octets);
        connection.write("after");
      });
      connection.write("written ");
      connection.write("later");
    });
  };
  TestServer server(script);
  TestClient connected(server.address());
  client = &connected;
  connected.send("x");
  EXPECT_EQ(arrived.get(), "written later");
  EXPECT_EQ(connected.read(5), "after");
}

TEST(ConnectionTest, WorkIsDoneOnAWorkerAndThenTheLoopGoesOn) {
  Script script;
  Workers* workers = nullptr;
  script.on_input = [&](Connection& connection) {
    EXPECT_FALSE(connection.offloaded());
    if (connection.input().empty()) return connection.close();
    const std::string line(connection.input().substr(0, 1));
    connection.consume(1);
    auto result = std::make_shared<std::string>();
    connection.offload(
        *workers,
        [&loop = connection.loop(), line, result] {
          EXPECT_FALSE(loop.in_loop_thread());
          *result = "<" + line + ">";
        },
        [&connection, result] {
          EXPECT_TRUE(connection.loop().in_loop_thread());
          EXPECT_FALSE(connection.offloaded());
          connection.write(*result);
        });
    EXPECT_TRUE(connection.offloaded());
  };
  TestServer server(script);
  workers = &server.workers;
  TestClient client(server.address());
  client.send("abc");  // pipelined: b and c are handled when a's baton is back
  EXPECT_EQ(client.read(9), "<a><b><c>");
  client.send("d");
  EXPECT_EQ(client.read(3), "<d>");
}

TEST(ConnectionTest, ThenRunsAndOnClosedComesAfterWhenThePeerWentMeanwhile) {
  Script script;
  Workers* workers = nullptr;
  Event<bool> working;
  Event<bool> client_gone;
  std::vector<std::string> order;  // the loop's
  Event<CloseReason> closed;
  script.on_input = [&](Connection& connection) {
    if (connection.input().empty()) return connection.close();
    connection.consume(connection.input().size());
    connection.offload(
        *workers,
        [&] {
          working.set(true);
          EXPECT_TRUE(client_gone.get());
        },
        [&] {
          order.push_back("then");
          connection.write("too late");
        });
  };
  script.on_closed = [&](Connection& connection, CloseReason reason) {
    EXPECT_TRUE(connection.loop().in_loop_thread());
    order.push_back("closed");
    closed.set(reason);
  };
  TestServer server(script);
  workers = &server.workers;
  TestClient client(server.address());
  client.send("x");
  EXPECT_TRUE(working.get());
  client.reset();
  client_gone.set(true);
  EXPECT_EQ(closed.get(), CloseReason::kPeer);
  EXPECT_EQ(order, (std::vector<std::string>{"then", "closed"}));
}

TEST(ConnectionTest, CloseDeliversTheLastLineAlthoughInputIsLeft) {
  Script script;
  const std::string last = pattern(1'000'000) + "* BYE\r\n";
  script.on_input = [&](Connection& connection) {
    connection.write(last);
    connection.close();
    connection.write("never sent");
  };
  TestServer server(script);
  TestClient client(server.address(), 4096);
  client.send(pattern(60'000));  // more than is read before close()
  EXPECT_EQ(client.read_to_end(), last);
  EXPECT_EQ(client.error(), 0);
}

TEST(ConnectionTest, CloseWaitsOnlySoLongForAPeerThatTakesNothing) {
  Script script;
  Event<CloseReason> closed;
  script.on_open = [](Connection& connection) {
    connection.write(pattern(16'000'000));
    connection.close();
  };
  script.on_closed = [&](Connection&, CloseReason reason) { closed.set(reason); };
  TestServer server(script, {.connection = {.close_timeout = milliseconds{50}}});
  TestClient client(server.address(), 4096);
  EXPECT_EQ(closed.get(), CloseReason::kLocal);
}

TEST(ConnectionTest, LingeringEndsAlthoughThePeerNeverCloses) {
  Script script;
  script.on_open = [](Connection& connection) { connection.close(); };
  TestServer server(script, {.connection = {.linger_timeout = milliseconds{50}}});
  TestClient client(server.address());
  EXPECT_EQ(client.read_to_end(), "");
  server.listener->stop();
  EXPECT_TRUE(Connections::wait_until_none(server.loops, std::chrono::seconds{10}));
}

TEST(ConnectionTest, AbortResets) {
  Script script;
  Event<CloseReason> closed;
  script.on_input = [](Connection& connection) { connection.abort(); };
  script.on_closed = [&](Connection&, CloseReason reason) { closed.set(reason); };
  TestServer server(script);
  TestClient client(server.address());
  client.send("x");
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(client.error(), ECONNRESET);
  EXPECT_EQ(closed.get(), CloseReason::kLocal);
}

TEST(ConnectionTest, ShutDownWaitsForTheBatonAndComesOnce) {
  Script script;
  Workers* workers = nullptr;
  Event<bool> working;
  Event<bool> asked;
  script.on_input = [&](Connection& connection) {
    if (connection.input().empty()) return connection.close();
    connection.consume(connection.input().size());
    connection.offload(
        *workers,
        [&] {
          working.set(true);
          EXPECT_TRUE(asked.get());
        },
        [&] { connection.write("done "); });
  };
  script.on_shutdown = [](Connection& connection) {
    EXPECT_FALSE(connection.offloaded());
    connection.write("bye");
    connection.loop().post([&connection] { connection.close(); });
  };
  TestServer server(script);
  workers = &server.workers;
  TestClient client(server.address());
  client.send("x");
  EXPECT_TRUE(working.get());
  server.visit([](Connection& connection) { connection.shut_down(); });
  server.visit([](Connection& connection) { connection.shut_down(); });
  asked.set(true);
  EXPECT_EQ(client.read_to_end(), "done bye");
}

TEST(ConnectionTest, ManyConnectionsAreVisitedAndEnd) {
  constexpr int kClients = 50;
  Script script;
  script.on_open = [](Connection& connection) { connection.write("*"); };
  std::atomic<int> closed = 0;
  script.on_closed = [&](Connection&, CloseReason) { ++closed; };
  TestServer server(script);
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<TestClient>(server.address()));
    EXPECT_EQ(clients.back()->read(1), "*");
  }
  EXPECT_FALSE(Connections::wait_until_none(server.loops, milliseconds{1}));
  server.listener->stop();
  server.visit([](Connection& connection) {
    connection.write("bye");
    connection.shut_down();
  });
  for (const auto& client : clients) EXPECT_EQ(client->read_to_end(), "bye");
  clients.clear();
  EXPECT_TRUE(Connections::wait_until_none(server.loops, std::chrono::seconds{10}));
  EXPECT_EQ(closed, kClients);
}

TEST(ConnectionTest, StoppedLoopsTakeTheBatonBackFirst) {
  Script script;
  std::atomic<int> destroyed = 0;
  std::atomic<bool> work_done = false;
  script.on_destroyed = [&] { ++destroyed; };
  Event<bool> working;
  Event<bool> go_on;
  {
    Workers* workers = nullptr;
    Event<bool> second_open;
    std::atomic<int> open = 0;
    script.on_open = [&](Connection&) {
      if (++open == 2) second_open.set(true);
    };
    script.on_input = [&](Connection& connection) {
      connection.consume(connection.input().size());
      connection.offload(
          *workers,
          [&] {
            working.set(true);
            EXPECT_TRUE(go_on.get());
            work_done = true;
          },
          [&] { EXPECT_TRUE(work_done); });
    };
    TestServer server(script);
    workers = &server.workers;
    TestClient busy(server.address());
    TestClient idle(server.address());
    EXPECT_TRUE(second_open.get());
    busy.send("x");
    EXPECT_TRUE(working.get());
    std::thread stopper([&] { server.loops.stop(); });
    EXPECT_EQ(idle.read_to_end(), "");  // the loops are stopping
    go_on.set(true);
    stopper.join();
    EXPECT_EQ(destroyed, 2);
  }
}

}  // namespace
}  // namespace roost::net
