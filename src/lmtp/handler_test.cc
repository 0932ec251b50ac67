// The handler over real sockets: greeting, hops to workers, and every way a connection ends.
#include "lmtp/handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lmtp/lmtp_server_for_test.h"
#include "net/listener.h"
#include "net/test_client.h"

namespace roost::lmtp {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LmtpHandlerTest : public testing::Test {
 protected:
  LmtpHandlerTest() {
    auto listener =
        net::Listener::open(loops_, {.address = "127.0.0.1:0",
                                     .tls = nullptr,
                                     .handlers = [this](net::Loop& loop, const net::Peer&) {
                                       return make_lmtp_handler(server_.context, loop);
                                     }});
    EXPECT_TRUE(listener) << listener.error().detail;
    listener_ = *std::move(listener);
    loops_.start();
  }

  bool all_gone() { return net::Connections::wait_until_none(loops_, std::chrono::seconds(10)); }

  LmtpServerForTest server_;
  net::Loops loops_{1};
  std::unique_ptr<net::Listener> listener_;
};

TEST_F(LmtpHandlerTest, DeliversAPipelineAndCloses) {
  net::TestClient client(listener_->address());
  client.send("LHLO mx\r\nMAIL FROM:<a@b>\r\nRCPT TO:<alice@x>\r\nDATA\r\nHello.\r\n.\r\nQUIT\r\n");
  const std::string replies = client.read_to_end();
  EXPECT_THAT(replies, testing::StartsWith("220 roost.example.org LMTP Roost ready\r\n250-"));
  EXPECT_THAT(replies, HasSubstr("250 2.0.0 <alice@x> Saved "));
  EXPECT_THAT(replies, EndsWith("221 2.0.0 roost.example.org closing connection\r\n"));
  EXPECT_EQ(client.error(), 0);
  EXPECT_THAT(
      server_.messages("alice"),
      ElementsAre(testing::AllOf(HasSubstr("from mx ([127.0.0.1])"), EndsWith("\r\nHello.\r\n"))));
}

TEST_F(LmtpHandlerTest, TakesAMessageBiggerThanItsBuffers) {
  server_.context.append_size = 0;
  std::string text;
  while (text.size() < 3'000'000) text += "..a line that begins with a dot\r\n";
  net::TestClient client(listener_->address());
  client.send("LHLO mx\r\nMAIL FROM:<a@b>\r\nRCPT TO:<alice@x>\r\nDATA\r\n");
  client.send(text);
  client.send(".\r\nQUIT\r\n");
  EXPECT_THAT(client.read_to_end(), HasSubstr("250 2.0.0 <alice@x> Saved "));
  const std::vector<std::string> messages = server_.messages("alice");
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_THAT(messages[0], EndsWith("+0000\r\n" + [&] {
                std::string meant;
                while (meant.size() < text.size() / 33 * 32) {
                  meant += ".a line that begins with a dot\r\n";
                }
                return meant;
              }()));
}

TEST_F(LmtpHandlerTest, StoresNothingWhenTheClientGoesAway) {
  {
    net::TestClient client(listener_->address());
    client.send("LHLO mx\r\nMAIL FROM:<a@b>\r\nRCPT TO:<alice@x>\r\nDATA\r\nHel");
    client.finish();
    EXPECT_THAT(client.read_to_end(), HasSubstr("354 "));
  }
  EXPECT_TRUE(all_gone());
  EXPECT_THAT(server_.messages("alice"), IsEmpty());
  EXPECT_EQ(server_.context.metrics.connections.value(), 0);
}

TEST_F(LmtpHandlerTest, HangsUpOnABrowser) {
  net::TestClient client(listener_->address());
  client.send("POST / HTTP/1.1\r\nHost: localhost\r\n\r\nLHLO mx\r\n");
  EXPECT_EQ(client.read_to_end(),
            "220 roost.example.org LMTP Roost ready\r\n500 5.5.2 Command unknown\r\n");
}

TEST_F(LmtpHandlerTest, SaysGoodbyeAtShutdown) {
  net::TestClient client(listener_->address());
  client.send("LHLO mx\r\nMAIL FROM:<a@b>\r\nRCPT TO:<alice@x>\r\nDATA\r\nHel");
  std::string replies;
  while (!replies.ends_with("CRLF.CRLF\r\n")) {
    const std::string more = client.read_some();
    ASSERT_FALSE(more.empty()) << replies;
    replies += more;
  }
  net::Connections::for_each(
      loops_, [](net::Connection& connection, net::ConnectionHandler&) { connection.shut_down(); });
  EXPECT_EQ(client.read_to_end(), "421 4.3.2 Server is going down\r\n");
  client.finish();
  EXPECT_TRUE(all_gone());
  EXPECT_THAT(server_.messages("alice"), IsEmpty());
}

}  // namespace
}  // namespace roost::lmtp
