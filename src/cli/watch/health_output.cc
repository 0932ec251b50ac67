#include "cli/watch/health_output.h"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "client/boot_timer.h"
#include "net/listening_socket.h"
#include "net/replace_file.h"

namespace roost::cli {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using admin::to_text;
using asio::ip::tcp;
using boost::system::error_code;
using client::BootClock;

constexpr std::size_t kMaxClients = 16;  // at once

class HealthFile final : public HealthOutput {
 public:
  HealthFile(asio::io_context& context, std::string path, const Health& health)
      : path_(std::move(path)),
        health_(health),
        minute_(context.get_executor(), [this] { changed(); }) {}

  ~HealthFile() override {
    if (ours_) ::unlink(path_.c_str());
  }

  Result<void> write() {
    const client::Time now = BootClock::now();
    client::Time next = now + std::chrono::minutes(1);
    if (const auto bad = health_.turns_bad(now)) next = std::min(next, *bad);
    minute_.set(next);
    auto written = net::replace_file(path_, to_text(health_.to_json(now)) + "\n", 0644);
    if (written) ours_ = true;
    return written;
  }
  void changed() override {
    const auto written = write();
    if (!written && !std::exchange(failed_, true)) {
      std::fprintf(stderr, "roost: %s\n", written.error().detail.c_str());
    }
    if (written) failed_ = false;
  }

 private:
  std::string path_;
  const Health& health_;
  client::BootTimer minute_;
  bool ours_ = false;  // it has been written
  bool failed_ = false;
};

// One request. Owner: the operations that run.
class Answer : public std::enable_shared_from_this<Answer> {
 public:
  Answer(tcp::socket socket, const Health& health) : stream_(std::move(socket)), health_(health) {}

  void start() {
    parser_.body_limit(0);
    stream_.expires_after(std::chrono::seconds(10));
    http::async_read(stream_, buffer_, parser_,
                     [self = shared_from_this()](const error_code& error, std::size_t) {
                       if (!error) self->answer();
                     });
  }
  void close() { stream_.close(); }

 private:
  void answer() {
    const http::verb method = parser_.get().method();
    const client::Time now = BootClock::now();
    if (method != http::verb::get && method != http::verb::head) {
      response_.result(http::status::method_not_allowed);
      response_.set(http::field::allow, "GET, HEAD");
    } else {
      response_.result(health_.good(now) ? http::status::ok : http::status::service_unavailable);
      response_.set(http::field::content_type, "application/json");
      response_.body() = to_text(health_.to_json(now)) + "\n";
    }
    response_.set(http::field::cache_control, "no-store");
    response_.keep_alive(false);
    response_.prepare_payload();
    if (method == http::verb::head) response_.body().clear();  // its length stays
    http::async_write(stream_, response_,
                      [self = shared_from_this()](const error_code&, std::size_t) {
                        error_code ignored;
                        self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
                      });
  }

  boost::beast::tcp_stream stream_;
  const Health& health_;
  boost::beast::flat_buffer buffer_{16 * 1024};
  http::request_parser<http::string_body> parser_;
  http::response<http::string_body> response_;
};

class HealthServer final : public HealthOutput {
 public:
  HealthServer(asio::io_context& context, const Health& health)
      : acceptor_(context), again_(context.get_executor(), [this] { accept(); }), health_(health) {}

  ~HealthServer() override {
    for (const auto& answer : answers_) close(answer);
  }

  Result<void> listen(const std::string& where) {
    const auto address = net::SocketAddress::parse(where);
    if (!address || address->is_unix()) {
      return fail(ErrorCode::kInvalid, where + ": is no address");
    }
    auto bound = net::bind_socket(*address, 0);
    if (!bound) return fail(std::move(bound.error()));
    auto socket = net::listen_at(*bound);
    if (!socket) return fail(std::move(socket.error()));
    address_ = bound->address.to_string();
    error_code error;
    acceptor_.assign(bound->address.family() == AF_INET6 ? tcp::v6() : tcp::v4(), socket->release(),
                     error);
    if (error) return fail(ErrorCode::kUnavailable, where + ": " + error.message());
    accept();
    return {};
  }
  void changed() override {}
  [[nodiscard]] std::string address() const override { return address_; }

 private:
  void accept() {
    acceptor_.async_accept(
        [this, there = std::weak_ptr(there_)](const error_code& error, tcp::socket socket) {
          if (there.expired()) return;  // what has succeeded may still be on its way here
          // No descriptors.
          if (error) return again_.set(BootClock::now() + std::chrono::seconds(1));
          answer(std::move(socket));
          accept();
        });
  }
  // Of too many the one that has been here for the longest time makes room: it may be idle.
  void answer(tcp::socket socket) {
    std::erase_if(answers_, [](const auto& answer) { return answer.expired(); });
    if (answers_.size() == kMaxClients) {
      close(answers_.front());
      answers_.erase(answers_.begin());
    }
    const auto answer = std::make_shared<Answer>(std::move(socket), health_);
    answers_.push_back(answer);
    answer->start();
  }
  static void close(const std::weak_ptr<Answer>& answer) {
    if (const auto still = answer.lock()) still->close();
  }

  tcp::acceptor acceptor_;
  std::string address_;
  client::BootTimer again_;
  const Health& health_;
  std::vector<std::weak_ptr<Answer>> answers_;              // in the order in which they came
  std::shared_ptr<bool> there_ = std::make_shared<bool>();  // until this is gone
};

// "HOST:PORT"; a file's name may have a colon, but then it has a slash, or no number behind it.
bool is_address(std::string_view where) {
  const std::size_t colon = where.rfind(':');
  if (colon == std::string_view::npos || where.contains('/')) return false;
  const std::string_view port = where.substr(colon + 1);
  return !port.empty() && port.size() <= 5 && std::ranges::all_of(port, is_digit);
}

}  // namespace

Result<std::unique_ptr<HealthOutput>> HealthOutput::make(asio::io_context& context,
                                                         const std::string& where,
                                                         const Health& health) {
  if (is_address(where)) {
    auto server = std::make_unique<HealthServer>(context, health);
    if (auto listening = server->listen(where); !listening) return fail(listening.error());
    return server;
  }
  auto file = std::make_unique<HealthFile>(context, where, health);
  if (auto written = file->write(); !written) return fail(written.error());
  return file;
}

}  // namespace roost::cli
