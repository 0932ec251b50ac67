// Compression on loopback sockets, in clear and over TLS.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "base/temporary_directory.h"
#include "net/test_client.h"
#include "net/test_server.h"
#include "net/tls_context.h"

namespace roost::net {
namespace {

// Half of it repeats itself.
std::string sample(std::size_t octets) {
  std::mt19937 random(7);
  std::string text(octets, '\0');
  for (std::size_t i = 0; i < octets; ++i) {
    text[i] = i % 20'000 < 10'000 ? static_cast<char>(random()) : static_cast<char>('a' + i % 26);
  }
  return text;
}

enum class Below { kPlain, kTls };

class CompressedConnectionTest : public testing::TestWithParam<Below> {
 protected:
  CompressedConnectionTest() {
    if (GetParam() == Below::kTls) {
      const TemporaryDirectory folder;
      const TlsFiles files{folder / "cert.pem", folder / "key.pem", {}};
      EXPECT_TRUE(make_self_signed(files));
      options_.tls = *TlsContext::load(files, "imap");
    }
    script_.on_open = [](Connection& connection) {
      connection.write("OK\r\n");
      connection.start_compression();
      EXPECT_TRUE(connection.is_compressed());
    };
  }

  // Up to where compression begins.
  void begin(TestClient& client) const {
    if (GetParam() == Below::kTls) {
      ASSERT_TRUE(client.start_tls());
    }
    EXPECT_EQ(client.read(4), "OK\r\n");
    client.start_compression();
  }

  ListenerOptions options_;
  Script script_;
};

INSTANTIATE_TEST_SUITE_P(Below, CompressedConnectionTest,
                         testing::Values(Below::kPlain, Below::kTls), [](const auto& test) {
                           return test.param == Below::kTls ? "OverTls" : "Plain";
                         });

TEST_P(CompressedConnectionTest, GoesBothWays) {
  TestServer server(script_, options_);
  TestClient client(server.address());
  begin(client);
  for (int i = 0; i < 10; ++i) {
    client.send("a NOOP\r\n");
    EXPECT_EQ(client.read(8), "a NOOP\r\n");
  }
  client.finish();
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_P(CompressedConnectionTest, AnOctetAtATime) {
  TestServer server(script_, options_);
  TestClient client(server.address());
  begin(client);
  TestDeflate deflate;
  const std::string line = "a UID FETCH 1:* (FLAGS)\r\n";
  for (const char octet : deflate.deflate(line)) client.send_as_is({&octet, 1});
  EXPECT_EQ(client.read(line.size()), line);
}

TEST_P(CompressedConnectionTest, LargeTransfersGoBothWaysAtOnce) {
  script_.on_input = [](Connection& connection) {
    if (connection.output_full()) return connection.call_when_written();
    connection.write(std::string(connection.input()));
    connection.consume(connection.input().size());
    if (connection.input_ended()) connection.close();
  };
  TestServer server(script_, options_);
  TestClient client(server.address());
  begin(client);
  const std::string sent = sample(3'000'000);
  const std::string deflated = TestDeflate().deflate(sent);
  // The client's TLS is for one thread: it sends a piece and then reads what there is of the echo.
  std::string got;
  if (GetParam() == Below::kPlain) {
    std::thread sender([&] { client.send_as_is(deflated); });
    got = client.read(sent.size());
    sender.join();
  } else {
    constexpr std::size_t kPiece = 10'000;
    TestDeflate deflate;
    for (std::size_t i = 0; i < sent.size(); i += kPiece) {
      const std::string piece = sent.substr(i, kPiece);
      client.send_as_is(deflate.deflate(piece));
      got += client.read(piece.size());
    }
  }
  EXPECT_EQ(got, sent);
}

// Row 84: what is inflated is bounded by the input buffer, and there is no more while it is full.
TEST_P(CompressedConnectionTest, Row84ABombIsReadOnlyAsFarAsTheHandlerTakesIt) {
  Event<bool> full;
  std::atomic<bool> holding = true;
  std::size_t octets = 0;
  constexpr std::size_t kAll = 30'000'000;
  script_.on_input = [&](Connection& connection) {
    EXPECT_LE(connection.input().size(), Connection::kInputBuffer);
    if (holding) {
      if (connection.input().size() == Connection::kInputBuffer) full.set(true);
      return;
    }
    octets += connection.input().size();
    connection.consume(connection.input().size());
    if (octets == kAll) connection.write("all");
  };
  TestServer server(script_, options_);
  TestClient client(server.address());
  begin(client);
  client.send(std::string(kAll, 'x'));
  EXPECT_TRUE(full.get());
  server.visit([&](Connection& connection) {
    EXPECT_EQ(connection.input().size(), Connection::kInputBuffer);
    holding = false;
    octets += connection.input().size();
    connection.consume(connection.input().size());
  });
  EXPECT_EQ(client.read(3), "all");
}

TEST_P(CompressedConnectionTest, BrokenInputClosesTheConnection) {
  Event<CloseReason> closed;
  script_.on_closed = [&](Connection&, CloseReason reason) { closed.set(reason); };
  TestServer server(script_, options_);
  TestClient client(server.address());
  begin(client);
  client.send("a NOOP\r\n");
  EXPECT_EQ(client.read(8), "a NOOP\r\n");
  client.send_as_is("\x07 this is no deflated data");
  EXPECT_EQ(closed.get(), CloseReason::kDeflate);
  EXPECT_EQ(client.read_some(), "");
}

TEST_P(CompressedConnectionTest, TheProducerStopsAtHighWater) {
  const std::string all = sample(3'000'000);
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
  script_.on_open = [&](Connection& connection) {
    connection.write("OK\r\n");
    connection.start_compression();
    produce(connection);
  };
  script_.on_drained = produce;
  TestServer server(script_, options_);
  TestClient client(server.address(), 4096);
  begin(client);
  EXPECT_EQ(client.read_to_end(), all);
  EXPECT_LE(largest, Connection::kHighWater + 10'000);
}

// What cannot be deflated grows, so output may be full only after it was written.
TEST_P(CompressedConnectionTest, OutputThatDeflatingMakesFullDrains) {
  std::mt19937 random(11);
  std::string noise(Connection::kHighWater - 1, '\0');
  for (char& octet : noise) octet = static_cast<char>(random());
  Event<bool> drained;
  script_.on_input = [&](Connection& connection) {
    if (connection.input_ended()) return connection.close();
    connection.consume(connection.input().size());
    connection.write(noise);
    EXPECT_FALSE(connection.output_full());
  };
  script_.on_drained = [&](Connection&) { drained.set(true); };
  TestServer server(script_, options_);
  TestClient client(server.address());
  begin(client);
  client.send("a NOOP\r\n");
  EXPECT_EQ(client.read(noise.size()), noise);
  EXPECT_TRUE(drained.get());
}

// A socket that is closed with unread octets is reset, and the last answer may be lost.
TEST_P(CompressedConnectionTest, OctetsBehindTheLastBlockDoNotResetTheConnection) {
  TestServer server(script_, options_);
  TestClient client(server.address());
  begin(client);
  client.send_as_is(TestDeflate().deflate("a LOGOUT\r\n", Z_FINISH) + std::string(100'000, 'x'));
  EXPECT_EQ(client.read_to_end(), "a LOGOUT\r\n");
  EXPECT_EQ(client.error(), 0);
}

// Row 83: nothing but the window is held, and the client notices nothing.
TEST_P(CompressedConnectionTest, Row83PushesAfterARest) {
  script_.on_input = [](Connection& connection) {
    connection.consume(connection.input().size());
    connection.write("+ idling\r\n");
    connection.rest();
    if (connection.input_ended()) connection.close();
  };
  TestServer server(script_, options_);
  TestClient client(server.address());
  begin(client);
  client.send("a IDLE\r\n");
  EXPECT_EQ(client.read(10), "+ idling\r\n");
  for (int i = 0; i < 3; ++i) {
    server.visit([](Connection& connection) {
      connection.write(std::make_shared<const std::string>("* 1 EXISTS\r\n"));
      connection.rest();
    });
    EXPECT_EQ(client.read(12), "* 1 EXISTS\r\n");
  }
  client.send("a IDLE\r\n");
  EXPECT_EQ(client.read(10), "+ idling\r\n");
}

TEST_P(CompressedConnectionTest, EndsAndBeginsAgain) {
  script_.on_input = [](Connection& connection) {
    const std::string line(connection.input());
    if (!line.ends_with("\r\n")) return;
    connection.consume(line.size());
    connection.write(line);
    if (line == "end\r\n") connection.end_compression();
    if (line == "begin\r\n") connection.start_compression();
  };
  TestServer server(script_, options_);
  TestClient client(server.address());
  begin(client);
  for (int i = 0; i < 3; ++i) {
    client.send("end\r\n");
    client.end_compression();
    client.send("in clear\r\n");  // pipelined
    EXPECT_EQ(client.read(15), "end\r\nin clear\r\n");
    client.send("begin\r\n");
    EXPECT_EQ(client.read(7), "begin\r\n");
    client.start_compression();
    client.send("deflated\r\n");
    EXPECT_EQ(client.read(10), "deflated\r\n");
  }
}

// What is deflated already belongs to what follows.
TEST_P(CompressedConnectionTest, InputBehindTheBeginningIsInflated) {
  script_.on_open = [](Connection& connection) { connection.write("OK\r\n"); };
  script_.on_input = [](Connection& connection) {
    const std::string_view input = connection.input();
    if (!connection.is_compressed()) {
      if (input.size() < 20) return;  // both have come
      connection.consume(7);
      return connection.start_compression();
    }
    connection.write(std::string(input));
    connection.consume(input.size());
  };
  TestServer server(script_, options_);
  TestClient client(server.address());
  if (GetParam() == Below::kTls) {
    ASSERT_TRUE(client.start_tls());
  }
  EXPECT_EQ(client.read(4), "OK\r\n");
  client.start_compression();
  TestDeflate deflate;
  client.send_as_is("begin\r\n" + deflate.deflate("a NOOP and more\r\n"));
  EXPECT_EQ(client.read(17), "a NOOP and more\r\n");
}

}  // namespace
}  // namespace roost::net
