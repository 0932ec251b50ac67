// The whole way over sockets: AdminClient, HttpHandler, Api, a store in memory.
#include "admin/http_listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <string>

#include "admin/admin_client.h"
#include "admin/http_handler.h"
#include "base/temporary_directory.h"
#include "store/memory/memory_store.h"

namespace roost::admin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class NoConnections final : public LiveConnections {
 public:
  Result<std::vector<ConnectionInfo>> list() override {
    return std::vector{ConnectionInfo{.id = 1, .protocol = "imap", .user = "wren", .tls = true}};
  }
  Result<std::size_t> kick(const KickFilter& filter) override { return filter.user ? 1 : 0; }
};

class HttpListenerTest : public testing::Test {
 protected:
  HttpListenerTest() {
    auto owner = listen_for_owner(loops_, workers_, api_, data_.path());
    auto anyone = listen_for_anyone(loops_, workers_, api_, "127.0.0.1:0");
    if (!owner || !anyone) {
      ADD_FAILURE() << "cannot listen";
      return;
    }
    owner_ = std::move(*owner);
    anyone_ = std::move(*anyone);
    loops_.start();
  }
  ~HttpListenerTest() override {
    owner_.reset();
    anyone_.reset();
    loops_.stop();
  }

  // Sends octets to the TCP port and reads until the server hangs up.
  std::string converse(const std::string& octets) {
    const std::string& address = anyone_->address();
    const auto port = std::stoi(address.substr(address.rfind(':') + 1));
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket socket(context);
    boost::system::error_code error;
    socket.connect({boost::asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)},
                   error);
    boost::asio::write(socket, boost::asio::buffer(octets), error);
    std::string answer;
    boost::asio::read(socket, boost::asio::dynamic_buffer(answer), error);
    return answer;
  }

  TemporaryDirectory data_;
  std::unique_ptr<store::Store> store_ = store::open_memory_store();
  auth::StoreUsers users_{*store_};
  NoConnections connections_;
  metrics::Registry metrics_;
  Api api_{*store_, users_, connections_, metrics_};
  net::Workers workers_{2};
  net::Loops loops_{1};
  std::unique_ptr<net::Listener> owner_;
  std::unique_ptr<net::Listener> anyone_;
};

TEST_F(HttpListenerTest, TheClientDoesWhatTheStoreWouldDo) {
  auto client = AdminClient::connect(data_.path());
  ASSERT_TRUE(client) << client.error().detail;
  ASSERT_TRUE((*client)->add("wren/\u00eb@example.org", "egg"));
  EXPECT_EQ((*client)->add("WREN/\u00eb@example.org", "egg").error().code,
            ErrorCode::kAlreadyExists);
  ASSERT_TRUE((*client)->set_password("wren/\u00eb@example.org", "feather"));
  EXPECT_EQ((*client)->import("rook:{PLAIN}egg\nkite:{PLAIN}egg\n").value(), 2U);
  EXPECT_EQ((*client)->import("rook:{NEST}egg\n").error().detail,
            "line 1: unknown password scheme {NEST}");
  ASSERT_TRUE((*client)->remove("rook"));
  EXPECT_EQ((*client)->remove("rook").error().detail, "there is no user rook");
  EXPECT_THAT((*client)->names().value(), ElementsAre("kite", "wren/\u00eb@example.org"));
}

TEST_F(HttpListenerTest, TheClientRefusesWhatJsonWouldChange) {
  auto client = AdminClient::connect(data_.path());
  ASSERT_TRUE(client);
  EXPECT_EQ((*client)->add("wren", "\xe9gg").error().code, ErrorCode::kInvalid);
  EXPECT_TRUE((*client)->names()->empty());
}

TEST_F(HttpListenerTest, TheClientSeesConnectionsAndKicks) {
  auto client = AdminClient::connect(data_.path());
  ASSERT_TRUE(client);
  EXPECT_EQ((*client)->list().value(), connections_.list().value());
  EXPECT_EQ((*client)->kick({.user = "wren"}).value(), 1U);
  EXPECT_EQ((*client)->kick({}).error().code, ErrorCode::kInvalid);
}

TEST_F(HttpListenerTest, ALargeImportGoesThrough) {
  std::string file;
  for (int i = 0; i < 10'000; ++i) {
    file += "user" + std::to_string(i) + ":$1$plumage$3JX3AZF409UMc8x/u1dHE/:1000:1000::/home\n";
  }
  auto client = AdminClient::connect(data_.path());
  ASSERT_TRUE(client);
  EXPECT_EQ((*client)->import(file).value(), 10'000U);
  EXPECT_EQ((*client)->names()->size(), 10'000U);
}

TEST_F(HttpListenerTest, TheSocketIsForItsOwner) {
  struct stat status{};
  ASSERT_EQ(::stat(socket_in(data_.path()).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(HttpListenerTest, ASecondServerOnTheSameDataIsRefused) {
  const auto second = listen_for_owner(loops_, workers_, api_, data_.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
}

TEST_F(HttpListenerTest, RequestsInTurnOnOneConnection) {
  const std::string answers = converse(
      "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /users HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answers, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answers, HasSubstr("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(answers, HasSubstr("Content-Type: text/plain"));
}

TEST_F(HttpListenerTest, WhatIsNotHttpOrTooBigIsRefused) {
  EXPECT_THAT(converse("A1 LOGIN wren egg\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(converse("POST /health HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(converse("GET /" + std::string(HttpHandler::kMostHeader, 'x') + " HTTP/1.1\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
}

TEST(AdminClient, SaysThatNoServerRuns) {
  const auto client = AdminClient::connect("/nonexistent/roost");
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(AdminClient::connect("/" + std::string(200, 'x')).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace roost::admin
