// For tests: FakeSessions behind sockets, with TLS where there is a certificate.
#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/fake_session.h"

namespace roost::client {

namespace asio = boost::asio;

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
  void listen_no_more() { acceptor_.close(); }
  void close() {
    listen_no_more();
    cut_all();
  }

  FakeServer fake;
  int accepted = 0;
  std::size_t most_on_their_way = 0;  // accepted and not logged in, at the same time
  std::size_t greets_together = 1;    // nobody is greeted until so many wait for it; then all are
  bool greets_next_to_others = true;  // false: who comes while another has logged in hears nothing

 private:
  struct Peer : std::enable_shared_from_this<Peer> {
    Peer(asio::ip::tcp::socket socket, SocketServer& of)
        : server(of), raw(std::move(socket)), session(of.fake) {
      if (of.tls_ != nullptr) secured.emplace(raw, *of.tls_);
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
        if (error) return self->server.ended(self);
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
    SocketServer& server;
    asio::ip::tcp::socket raw;
    std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> secured;
    FakeSession session;
    std::array<char, 4096> buffer;
  };

  [[nodiscard]] std::size_t on_their_way() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(peers_, [](const auto& peer) { return !peer->session.logged_in(); }));
  }
  void ended(const std::shared_ptr<Peer>& peer) { std::erase(peers_, peer); }

  void accept() {
    acceptor_.async_accept(
        [this](const boost::system::error_code& error, asio::ip::tcp::socket socket) {
          if (error) return;
          ++accepted;
          peers_.push_back(std::make_shared<Peer>(std::move(socket), *this));
          most_on_their_way = std::max(most_on_their_way, on_their_way());
          if (greets_next_to_others || fake.logged_in() == 0) waiting_.push_back(peers_.back());
          if (waiting_.size() >= greets_together) {
            greets_together = 1;
            for (const auto& peer : std::exchange(waiting_, {})) peer->start();
          }
          accept();
        });
  }

  asio::ssl::context* tls_;
  asio::ip::tcp::acceptor acceptor_;
  std::vector<std::shared_ptr<Peer>> peers_;
  std::vector<std::shared_ptr<Peer>> waiting_;  // to be greeted
};

}  // namespace roost::client
