#include "cli/watch/health_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/temporary_directory.h"

namespace roost::cli {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const Source kSource = {.user = "wren", .host = "mail.example"};

class HealthOutputTest : public ::testing::Test {
 protected:
  HealthOutputTest() { health_.expect(kSource, client::BootClock::now()); }

  // What the server on that port answers; the context runs meanwhile.
  std::string ask(HealthOutput& server, const std::string& request) {
    const std::string address = server.address();
    const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    std::string answer;
    std::thread client([&] {
      asio::io_context context;
      tcp::socket socket(context);
      boost::system::error_code error;
      socket.connect({asio::ip::address_v4::loopback(), port}, error);
      asio::write(socket, asio::buffer(request), error);
      asio::read(socket, asio::dynamic_buffer(answer), error);
      context_.stop();
    });
    context_.restart();
    context_.run();
    client.join();
    return answer;
  }

  const TemporaryDirectory directory_;
  const std::string file_ = directory_ / "health";
  asio::io_context context_;
  Health health_;
};

TEST_F(HealthOutputTest, AFile) {
  const auto read = [this] {
    std::ifstream stream(file_);
    return std::string{std::istreambuf_iterator<char>(stream), {}};
  };
  {
    const auto output = HealthOutput::make(context_, file_, health_);
    ASSERT_TRUE(output) << output.error().detail;
    EXPECT_EQ((*output)->address(), "");
    EXPECT_THAT(read(), HasSubstr("connecting"));
    health_.caught_up(kSource, client::BootClock::now());
    (*output)->changed();
    EXPECT_EQ(admin::Json::parse(read())["accounts"][0]["status"], "ok");
  }
  EXPECT_FALSE(std::filesystem::exists(file_));
  EXPECT_FALSE(HealthOutput::make(context_, "/nowhere/at/all", health_));
}

TEST_F(HealthOutputTest, OnlyItsOwnFileIsRemoved) {
  std::filesystem::create_directory(file_);
  EXPECT_FALSE(HealthOutput::make(context_, file_, health_));
  EXPECT_TRUE(std::filesystem::is_directory(file_));
  EXPECT_FALSE(std::filesystem::exists(file_ + ".new"));
}

TEST_F(HealthOutputTest, Http) {
  auto output = HealthOutput::make(context_, "127.0.0.1:0", health_);
  ASSERT_TRUE(output) << output.error().detail;
  const std::string good = ask(**output, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(good, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(good, HasSubstr("\"status\":\"ok\""));
  EXPECT_THAT(ask(**output, "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n"), EndsWith("\r\n\r\n"));
  EXPECT_THAT(ask(**output, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 405 "));
  health_.expect(kSource, client::BootClock::now() - Health::kGrace);
  EXPECT_THAT(ask(**output, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"), StartsWith("HTTP/1.1 503 "));
  for (const char* where : {"nobody:80", "unix:80", "127.0.0.1:99999"}) {
    EXPECT_FALSE(HealthOutput::make(context_, where, health_)) << where;
  }
  output = HealthOutput::make(context_, "*:0", health_);
  ASSERT_TRUE(output) << output.error().detail;
  EXPECT_THAT((*output)->address(), StartsWith("*:"));
}

// Clients that connect and say nothing.
class IdleClientsTest : public HealthOutputTest {
 protected:
  void connect(int how_many) {
    const std::string address = output_->address();
    const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    for (int i = 0; i < how_many; ++i) {
      clients_.emplace_back(there_).connect({asio::ip::address_v4::loopback(), port});
      clients_.back().non_blocking(true);
    }
  }
  bool closed(std::size_t client) {
    char octet = 0;
    boost::system::error_code error;
    clients_[client].read_some(asio::buffer(&octet, 1), error);
    EXPECT_TRUE(error == asio::error::eof || error == asio::error::would_block) << error;
    return error == asio::error::eof;
  }

  asio::io_context there_;
  std::vector<tcp::socket> clients_;
  std::unique_ptr<HealthOutput> output_ =
      HealthOutput::make(context_, "127.0.0.1:0", health_).value_or(nullptr);
};

TEST_F(IdleClientsTest, OfTooManyTheFirstMakesRoom) {
  connect(17);
  context_.poll();
  EXPECT_TRUE(closed(0));
  for (std::size_t client = 1; client < clients_.size(); ++client) EXPECT_FALSE(closed(client));
  EXPECT_THAT(ask(*output_, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(IdleClientsTest, NobodyWaitsForThemAtTheEnd) {
  connect(2);
  context_.poll();
  EXPECT_FALSE(closed(0));
  output_.reset();
  EXPECT_TRUE(closed(0));
  EXPECT_TRUE(closed(1));
  context_.poll();
  EXPECT_TRUE(context_.stopped());  // there is no work any more
}

TEST_F(IdleClientsTest, OneMayComeWhenItEnds) {
  connect(2);
  context_.run_one();  // the first; the second is accepted, and nobody has been told yet
  output_.reset();
  context_.poll();
  EXPECT_TRUE(closed(1));
}

}  // namespace
}  // namespace roost::cli
