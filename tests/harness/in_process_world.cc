#include <unistd.h>

#include <filesystem>

#include "auth/users.h"
#include "base/metrics.h"
#include "base/temporary_directory.h"
#include "imap/in_process_server.h"
#include "lmtp/context.h"
#include "lmtp/handler.h"
#include "net/tls_context.h"
#include "tests/harness/lines.h"
#include "tests/harness/world.h"

namespace roost::harness {

namespace {

class InProcessPeer final : public Peer {
 public:
  InProcessPeer(imap::InProcessServer& server, imap::FakeConnection& connection)
      : server_(server), connection_(connection) {}

  void send(std::string_view octets) override {
    connection_.feed(octets);
    server_.settle();
  }
  std::optional<std::string> line() override {
    receive();
    return lines_.take();
  }
  bool knows_silence() const override { return true; }
  bool ended() override {
    receive();
    return lines_.empty() && connection_.closed();
  }
  void start_tls() override {}
  void start_compression() override {}
  void end_compression() override {}
  void finish() override {
    connection_.finish();
    server_.settle();
  }
  void disconnect() override {
    connection_.lose();
    server_.settle();
  }
  void hold_baton() override { connection_.hold_baton(); }
  void release_baton() override {
    connection_.release_baton();
    server_.settle();
  }
  void stall() override { connection_.stall(); }
  void resume() override {
    connection_.resume();
    server_.settle();
  }

 private:
  void receive() {
    server_.settle();
    lines_.append(connection_.take_output());
  }

  imap::InProcessServer& server_;
  imap::FakeConnection& connection_;
  Lines lines_;
};

class InProcessWorld final : public World {
 public:
  InProcessWorld() {
    const net::TlsFiles files{directory_.path() / "cert.pem", directory_.path() / "key.pem", {}};
    EXPECT_TRUE(net::make_self_signed(files));
    auto tls = net::TlsContext::load(files, "imap");
    EXPECT_TRUE(tls);
    server_.server.tls = *std::move(tls);
  }

  std::unique_ptr<Peer> open(Service service) override {
    net::Loop& loop = server_.next_loop();
    std::unique_ptr<net::ConnectionHandler> handler;
    if (service == Service::kLmtp) {
      handler = lmtp::make_lmtp_handler(lmtp_, loop);
    } else {
      handler = std::make_unique<imap::Conversation>(server_.server, loop);
    }
    auto& connection =
        server_.attach(loop, std::move(handler), {.tls = service == Service::kImaps});
    server_.settle();
    return std::make_unique<InProcessPeer>(server_, connection);
  }
  void add_user(std::string_view name) override { server_.add_account(name); }
  void change_password(std::string_view name) override {
    EXPECT_TRUE(users_.set_password(name, "another"));
    server_.settle();
  }
  void remove_user(std::string_view name) override {
    EXPECT_TRUE(users_.remove(name));
    server_.settle();
  }
  void kick(std::string_view name) override {
    for (const auto& connection : server_.connections()) {
      auto* conversation = dynamic_cast<imap::Conversation*>(connection->handler());
      if (conversation != nullptr && conversation->describe({}).account == name) {
        EXPECT_TRUE(conversation->kick());
      }
    }
    server_.settle();
  }
  void shut_down() override {
    for (const auto& connection : server_.connections()) connection->shut_down();
    server_.settle();
  }
  void pass(std::chrono::seconds time) override { server_.pass(time); }

 private:
  TemporaryDirectory directory_;
  metrics::Registry metrics_;
  imap::InProcessServer server_{{}, 2};
  auth::StoreUsers users_{*server_.store};
  lmtp::LmtpContext lmtp_{.store = *server_.store,
                          .workers = server_.workers,
                          .clock = server_.clock,
                          .metrics = lmtp::LmtpMetrics(metrics_),
                          .hostname = "roost.example.org"};
};

}  // namespace

std::unique_ptr<World> in_process_world() { return std::make_unique<InProcessWorld>(); }

}  // namespace roost::harness
