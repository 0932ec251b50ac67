// For tests: an Account with FakeSessions behind sockets, and what it told.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/temporary_directory.h"
#include "client/account.h"
#include "client/fake_session.h"

namespace roost::client {

namespace asio = boost::asio;

// FakeSessions behind a socket, with TLS where there is a certificate.
class SocketServer {
 public:
  SocketServer(asio::io_context& context, asio::ssl::context* tls)
      : tls_(tls), acceptor_(context, asio::ip::tcp::endpoint(asio::ip::tcp::v4(), 0)) {
    accept();
  }
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void changed(const std::string& mailbox = "INBOX") {
    fake.changed(mailbox);
    for (const auto& peer : peers_) peer->flush();
  }
  // The connections in which it is selected.
  void cut(const std::string& mailbox) {
    for (const auto& peer : peers_) {
      if (peer->session.selected() == mailbox) peer->close();
    }
  }
  void cut_all() {
    for (const auto& peer : peers_) peer->close();
    peers_.clear();
  }
  void close() {
    acceptor_.close();
    cut_all();
  }

  FakeServer fake;
  int accepted = 0;

 private:
  struct Peer : std::enable_shared_from_this<Peer> {
    Peer(asio::ip::tcp::socket socket, asio::ssl::context* tls, FakeServer& server)
        : raw(std::move(socket)), session(server) {
      if (tls != nullptr) secured.emplace(raw, *tls);
    }
    void start() {
      if (!secured) return run();
      secured->async_handshake(asio::ssl::stream_base::server,
                               [self = shared_from_this()](const boost::system::error_code& error) {
                                 if (!error) self->run();
                               });
    }
    void run() {
      flush();
      const auto handler = [self = shared_from_this()](const boost::system::error_code& error,
                                                       std::size_t octets) {
        if (error) return;
        self->session.receive({self->buffer.data(), octets});
        self->run();
      };
      if (secured) {
        secured->async_read_some(asio::buffer(buffer), handler);
      } else {
        raw.async_read_some(asio::buffer(buffer), handler);
      }
    }
    void flush() {
      const std::string out = session.take_output();
      boost::system::error_code ignored;
      if (secured) {
        asio::write(*secured, asio::buffer(out), ignored);
      } else {
        asio::write(raw, asio::buffer(out), ignored);
      }
    }
    void close() {
      boost::system::error_code ignored;
      raw.close(ignored);
    }
    asio::ip::tcp::socket raw;
    std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> secured;
    FakeSession session;
    std::array<char, 4096> buffer;
  };

  void accept() {
    acceptor_.async_accept(
        [this](const boost::system::error_code& error, asio::ip::tcp::socket socket) {
          if (error) return;
          ++accepted;
          peers_.push_back(std::make_shared<Peer>(std::move(socket), tls_, fake));
          peers_.back()->start();
          accept();
        });
  }

  asio::ssl::context* tls_;
  asio::ip::tcp::acceptor acceptor_;
  std::vector<std::shared_ptr<Peer>> peers_;
};

class Recorder : public Listener {
 public:
  bool on_events(const std::vector<Event>& events) override {
    most_at_once = std::max(most_at_once, events.size());
    for (const Event& event : events) {
      reported.push_back(std::string(name_of(event.kind)) + " " + std::to_string(event.uid.value));
    }
    if (then) then();
    return !refuses;
  }
  void on_problem(const Problem& problem) override {
    problems.push_back(problem);
    if (then) then();
  }
  void on_caught_up() override {
    ++caught_up;
    if (then) then();
  }
  std::vector<std::string> reported;
  std::vector<Problem> problems;
  std::size_t most_at_once = 0;
  int caught_up = 0;
  bool refuses = false;
  std::function<void()> then;
};

class AccountTest : public ::testing::Test {
 protected:
  // What is done in a run once something holds. The end: nothing.
  struct Step {
    std::function<bool()> when;
    std::function<void()> then;
  };

  AccountTest() {
    settings_.watcher.login = {.host = "localhost",
                               .security = Login::Security::kNone,
                               .credentials = {.user = "u", .secret = "p"}};
    settings_.watcher.mailboxes = {"INBOX"};
    settings_.state_file = state_;
  }

  void serve(asio::ssl::context* tls = nullptr) {
    server_.emplace(context_, tls);
    settings_.watcher.login.port = server_->port();
  }
  // One step after the other; fails after a minute. What holds is looked at after each word to the
  // listener.
  void run(Account& account, std::vector<Step> steps) {
    asio::steady_timer limit(context_, std::chrono::minutes(1));
    limit.async_wait([&](const boost::system::error_code& error) {
      if (error) return;
      ADD_FAILURE() << "took too long for step " << next_;
      stop(account);
    });
    next_ = 0;
    bool posted = false;
    recorder_.then = [&] {
      if (posted || next_ == steps.size() || !steps[next_].when()) return;
      posted = true;
      asio::post(context_, [&] {
        posted = false;
        if (steps[next_].then) steps[next_].then();
        if (++next_ < steps.size()) return recorder_.then();
        limit.cancel();
        stop(account);
      });
    };
    context_.restart();
    context_.run();
    recorder_.then = nullptr;
  }
  void run(Account& account, std::function<bool()> end) { run(account, {{std::move(end), {}}}); }
  void stop(Account& account) {
    account.stop();
    server_->close();
  }

  std::function<bool()> caught_up(int times) {
    return [this, times] { return recorder_.caught_up >= times; };
  }
  std::function<bool()> reported(std::size_t events) {
    return [this, events] { return recorder_.reported.size() >= events; };
  }
  std::function<bool()> problems(std::size_t count) {
    return [this, count] { return recorder_.problems.size() >= count; };
  }

  const TemporaryDirectory directory_;
  const std::string state_ = directory_ / "state";
  asio::io_context context_;
  Account::Settings settings_;
  Recorder recorder_;
  std::optional<SocketServer> server_;

 private:
  std::size_t next_ = 0;
};

}  // namespace roost::client
