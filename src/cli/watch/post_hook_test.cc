#include "cli/watch/post_hook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <string>
#include <thread>

namespace roost::cli {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::HasSubstr;

TEST(HookUrl, Reads) {
  EXPECT_EQ(*hook_url("https://hooks.example/a/b?c=d#e"),
            (HookUrl{true, {"hooks.example", 443}, "/a/b?c=d"}));
  EXPECT_EQ(*hook_url("HTTP://[::1]:8123"), (HookUrl{false, {"::1", 8123}, "/"}));
  EXPECT_EQ(*hook_url("http://h?x"), (HookUrl{false, {"h", 80}, "/?x"}));
}

TEST(HookUrl, OthersAreNone) {
  for (const char* url : {"", "ftp://h/", "h/x", "http://", "http:///x", "http://u:p@h/",
                          "http://h:/", "http://h:port/", "http://h:0/", "http://h:99999/",
                          "http://[::1/", "http://[::1]1/", "http://h/a b", "http://h/\r\nX: y"}) {
    EXPECT_FALSE(hook_url(url)) << url;
  }
}

// A server for one request, on a thread of its own.
class PostHookTest : public ::testing::Test {
 protected:
  Result<void> post(const std::string& answer) {
    request_.clear();
    asio::io_context server;
    tcp::acceptor acceptor(server, {asio::ip::address_v4::loopback(), 0});
    std::thread thread([&] {
      tcp::socket socket(server);
      boost::system::error_code error;
      acceptor.accept(socket, error);
      const std::size_t head =
          asio::read_until(socket, asio::dynamic_buffer(request_), "\r\n\r\n", error);
      asio::read_until(socket, asio::dynamic_buffer(request_), "}", error);
      head_ = request_.substr(0, head);
      asio::write(socket, asio::buffer(answer), error);
    });
    asio::io_context context;
    auto action = post_hook(
        context, {.host = {"127.0.0.1", acceptor.local_endpoint().port()}, .target = "/hook"}, "");
    EXPECT_TRUE(action);
    std::optional<Result<void>> result;
    (*action)->start(batch_, [&](Result<void> how) { result = std::move(how); });
    context.run();
    thread.join();
    return result.value_or(fail(ErrorCode::kInternal, "never ended"));
  }

  Batch batch_{.source = {.user = "u", .host = "h"}, .mailbox = "INBOX"};
  std::string request_;
  std::string head_;
};

TEST_F(PostHookTest, PostsJson) {
  const auto done = post("HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_TRUE(done) << done.error().detail;
  EXPECT_THAT(head_, HasSubstr("POST /hook HTTP/1.1\r\n"));
  EXPECT_THAT(head_, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(request_, HasSubstr(R"("mailbox":"INBOX")"));
}

TEST_F(PostHookTest, AnythingElseIsAFailure) {
  EXPECT_THAT(post("HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n").error().detail, HasSubstr("302"));
  EXPECT_FALSE(post("HTTP/1.1 500 No\r\n\r\n"));
  EXPECT_FALSE(post("what?\r\n\r\n"));
}

TEST_F(PostHookTest, InterimResponsesAreNotTheAnswer) {
  const std::string interim = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
  const std::string begun = "HTTP/1.1 100 Continue\r\n\r\n" + interim;
  const auto done = post(begun + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(done) << done.error().detail;
  EXPECT_THAT(post(begun + "HTTP/1.1 500 No\r\n\r\n").error().detail, HasSubstr("500"));
  EXPECT_FALSE(post(begun));
  std::string endless;
  for (int i = 0; i < 100; ++i) endless += interim;
  EXPECT_THAT(post(endless).error().detail, HasSubstr("103"));
}

TEST(PostHook, NobodyThereIsAFailure) {
  asio::io_context context;
  std::uint16_t port = 0;
  {
    const tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    port = acceptor.local_endpoint().port();
  }
  auto action = post_hook(context, {.host = {"127.0.0.1", port}, .target = "/"}, "");
  bool failed = false;
  const Batch batch;
  (*action)->start(batch, [&](const Result<void>& how) { failed = !how; });
  context.run();
  EXPECT_TRUE(failed);
  EXPECT_FALSE(post_hook(context, {}, "/nowhere"));
}

}  // namespace
}  // namespace roost::cli
