// The server that `roost serve` runs, on free ports of the loopback interface, with its store in a
// temporary directory; users are managed through its admin socket.
#include <gtest/gtest.h>

#include <thread>

#include "admin/admin_client.h"
#include "base/config.h"
#include "base/temporary_directory.h"
#include "cli/running_server.h"
#include "net/test_client.h"
#include "tests/harness/lines.h"
#include "tests/harness/world.h"

namespace roost::harness {

namespace {

class LoopbackPeer final : public Peer {
 public:
  LoopbackPeer(const std::string& address, Service service) : client_(address) {
    EXPECT_TRUE(client_.connected());
    if (service == Service::kImaps) start_tls();
  }

  void send(std::string_view octets) override { client_.send(octets); }
  std::optional<std::string> line() override {
    while (true) {
      if (auto line = lines_.take()) return line;
      if (!receive()) return std::nullopt;
    }
  }
  bool knows_silence() const override { return false; }
  bool ended() override { return lines_.empty() && !receive() && client_.error() == 0; }
  void start_tls() override { EXPECT_TRUE(client_.start_tls()); }
  void start_compression() override { client_.start_compression(); }
  void end_compression() override { client_.end_compression(); }
  void finish() override { client_.finish(); }
  void disconnect() override { client_.reset(); }

 private:
  bool receive() {
    const std::string some = client_.read_some();
    lines_.append(some);
    return !some.empty();
  }

  net::TestClient client_;
  Lines lines_;
};

class LoopbackWorld final : public World {
 public:
  LoopbackWorld() {
    Config config;
    config.data = directory_.path();
    config.listen = {
        .imap = {"127.0.0.1:0"}, .imaps = {"127.0.0.1:0"}, .lmtp = {"127.0.0.1:0"}, .http = {}};
    config.threads = {.loops = 2, .workers = 4};
    auto server = cli::RunningServer::start(config);
    EXPECT_TRUE(server) << server.error().detail;
    server_ = *std::move(server);
    auto admin = admin::AdminClient::connect(directory_.path());
    EXPECT_TRUE(admin) << admin.error().detail;
    admin_ = *std::move(admin);
  }
  ~LoopbackWorld() override { admin_.reset(); }

  std::unique_ptr<Peer> open(Service service) override {
    return std::make_unique<LoopbackPeer>(address_of(service), service);
  }
  void add_user(std::string_view name) override { EXPECT_TRUE(admin_->add(name, kPassword)); }
  void change_password(std::string_view name) override {
    EXPECT_TRUE(admin_->set_password(name, "another"));
  }
  void remove_user(std::string_view name) override { EXPECT_TRUE(admin_->remove(name)); }
  void kick(std::string_view name) override {
    EXPECT_TRUE(admin_->kick({.user = std::string(name)}));
  }
  // Clients have yet to take their BYE, so it is waited for elsewhere.
  void shut_down() override {
    admin_.reset();
    stopping_ = std::jthread([this] { server_->stop(); });
  }

 private:
  [[nodiscard]] std::string address_of(Service service) const {
    constexpr std::array<std::string_view, 3> kNames = {"imap", "imaps", "lmtp"};
    for (const auto& listening : server_->listening()) {
      if (listening.protocol == kNames[static_cast<std::size_t>(service)]) return listening.address;
    }
    return {};
  }

  TemporaryDirectory directory_;
  std::unique_ptr<cli::RunningServer> server_;
  std::unique_ptr<admin::AdminClient> admin_;
  std::jthread stopping_;
};

}  // namespace

std::unique_ptr<World> loopback_world() { return std::make_unique<LoopbackWorld>(); }

}  // namespace roost::harness
