#include "cli/running_server.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include "admin/api.h"
#include "admin/http_listener.h"
#include "auth/authenticator.h"
#include "auth/connection_limits.h"
#include "auth/users.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "cli/live_sessions.h"
#include "imap/admission.h"
#include "lmtp/context.h"
#include "lmtp/handler.h"
#include "net/file_limit.h"
#include "net/listener.h"
#include "net/tls_context.h"
#include "push/hub.h"
#include "store/rocks/rocks_store.h"

namespace roost::cli {

namespace {

// Below this an operator should know; each connection takes a descriptor.
constexpr std::uint64_t kFewFiles = 4096;
// Wait for logins in a pool of their own: while they compute hashes, commands go on.
constexpr std::size_t kLoginWorkers = 16;
// After the grace period connections are cut; what a worker is in the middle of may take longer.
constexpr std::chrono::seconds kCutWait{10};

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' ? name.data()
                                                                             : "localhost";
}

net::TlsFiles tls_files(const Config& config) {
  const std::filesystem::path data = config.data;
  const std::filesystem::path ticket_keys = data / "tls-ticket-keys";
  if (!config.tls.cert.empty()) return {config.tls.cert, config.tls.key, ticket_keys};
  return {data / "tls-cert.pem", data / "tls-key.pem", ticket_keys};
}

Result<std::shared_ptr<net::TlsContext>> load_tls(const Config& config,
                                                  const net::TlsFiles& files) {
  if (config.tls.cert.empty() && !std::filesystem::exists(files.certificate)) {
    if (auto made = net::make_self_signed(files); !made) return fail(std::move(made.error()));
    log::info("no certificate is configured: made a self-signed one, {}", files.certificate);
  }
  return net::TlsContext::load(files, "imap");
}

class Server final : public RunningServer {
 public:
  Server(const Config& config, std::unique_ptr<net::Loops> loops,
         std::unique_ptr<store::Store> store, std::shared_ptr<net::TlsContext> tls,
         std::string certificate)
      : config_(config),
        loops_(std::move(loops)),
        store_(std::move(store)),
        tls_(std::move(tls)),
        certificate_(std::move(certificate)),
        hub_(*loops_, &metrics_.histogram("roost_push_seconds",
                                          "From a commit to its being written to waiting clients",
                                          metrics::Unit::kMicrosecondsShownAsSeconds)),
        workers_(config.threads.workers),
        login_workers_(kLoginWorkers),
        limits_({config.limits.connections_per_user, config.limits.connections_per_user_and_address,
                 config.limits.unauthenticated_per_address}),
        authenticator_(*store_),
        imap_{.store = *store_,
              .hub = hub_,
              .workers = workers_,
              .login_workers = login_workers_,
              .clock = clock_,
              .authenticator = authenticator_,
              .limits = limits_,
              .tls = tls_,
              .options = {.append_limit = config.limits.append_size,
                          .account_size = config.limits.account_size,
                          .command_line = config.limits.command_line,
                          .preauth_timeout = config.limits.preauth_timeout,
                          .autologout = config.idle.autologout,
                          .keepalive = config.idle.keepalive,
                          .unauthenticate = config.imap.unauthenticate},
              .metrics = imap::ImapMetrics(metrics_)},
        lmtp_{.store = *store_,
              .workers = workers_,
              .clock = clock_,
              .metrics = lmtp::LmtpMetrics(metrics_),
              .hostname = host_name(),
              .append_size = config.limits.append_size,
              .account_size = config.limits.account_size},
        users_(*store_),
        sessions_(*loops_),
        api_(*store_, users_, sessions_, metrics_) {
    store_->set_sink(&hub_);
  }

  ~Server() override { stop(); }

  Result<void> listen() {
    const auto conversation = [this](imap::Security security) {
      return [this, security](net::Loop& loop, const net::Peer& peer) {
        return imap::admit(imap_, loop, peer, security);
      };
    };
    const auto delivery = [this](net::Loop& loop, const net::Peer& /*peer*/) {
      return lmtp::make_lmtp_handler(lmtp_, loop);
    };
    const auto open = [this](std::string_view protocol, const std::vector<std::string>& addresses,
                             const net::HandlerFactory& handlers,
                             const std::shared_ptr<net::TlsContext>& tls) -> Result<void> {
      for (const std::string& address : addresses) {
        auto listener =
            net::Listener::open(*loops_, {.address = address, .tls = tls, .handlers = handlers});
        if (!listener) return fail(std::move(listener.error()));
        keep(protocol, *std::move(listener));
      }
      return {};
    };
    const auto plain = conversation(imap::Security::kPlain);
    if (auto done = open("imap", config_.listen.imap, plain, nullptr); !done) return done;
    const auto secure = conversation(imap::Security::kTls);
    if (auto done = open("imaps", config_.listen.imaps, secure, tls_); !done) return done;
    if (auto done = open("lmtp", config_.listen.lmtp, delivery, nullptr); !done) return done;
    for (const std::string& address : config_.listen.http) {
      auto listener = admin::listen_for_anyone(*loops_, workers_, api_, address);
      if (!listener) return fail(std::move(listener.error()));
      keep("http", *std::move(listener));
    }
    auto owner = admin::listen_for_owner(*loops_, workers_, api_, config_.data);
    if (!owner) return fail(std::move(owner.error()));
    listeners_.push_back(*std::move(owner));
    return {};
  }

  const std::vector<Listening>& listening() const override { return listening_; }
  const std::string& certificate() const override { return certificate_; }
  Result<void> reload() override { return tls_->reload(); }

  void stop() override {
    if (stopped_) return;
    stopped_ = true;
    for (const auto& listener : listeners_) listener->stop();
    net::Connections::shut_down_all(*loops_, config_.shutdown.spread);
    if (!net::Connections::wait_until_none(*loops_,
                                           config_.shutdown.spread + config_.shutdown.grace)) {
      net::Connections::for_each(
          *loops_, [](net::Connection& connection, net::ConnectionHandler& /*handler*/) {
            connection.abort();
          });
      if (!net::Connections::wait_until_none(*loops_, kCutWait)) {
        // What is acknowledged is on disk; there is nothing to be gained by waiting longer.
        log::warning("a command does not end; leaving without it");
        std::_Exit(EXIT_FAILURE);
      }
    }
    listeners_.clear();
    loops_->stop();
  }

 private:
  void keep(std::string_view protocol, std::unique_ptr<net::Listener> listener) {
    listening_.push_back({protocol, listener->address()});
    listeners_.push_back(std::move(listener));
  }

  // Later members use earlier ones. All connections are gone before any of it is destroyed.
  const Config config_;
  SystemClock clock_;
  metrics::Registry metrics_;
  std::unique_ptr<net::Loops> loops_;
  std::unique_ptr<store::Store> store_;
  std::shared_ptr<net::TlsContext> tls_;
  const std::string certificate_;
  push::Hub hub_;
  net::Workers workers_;
  net::Workers login_workers_;
  auth::ConnectionLimits limits_;
  auth::Authenticator authenticator_;
  imap::Server imap_;
  lmtp::LmtpContext lmtp_;
  auth::StoreUsers users_;
  LiveSessions sessions_;
  admin::Api api_;
  std::vector<std::unique_ptr<net::Listener>> listeners_;
  std::vector<Listening> listening_;
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<RunningServer>> RunningServer::start(const Config& config) {
  if (const auto files = net::raise_file_limit(); files < kFewFiles) {
    log::warning(
        "only {} files may be open{}, and each connection is one: raise the limit (ulimit -n, "
        "LimitNOFILE=)",
        files, config.threads.own_files ? " in each loop" : "");
  }
  // Before the store, so that no loop's table of files holds the store's.
  auto loops = std::make_unique<net::Loops>(config.threads.loops, config.threads.own_files
                                                                      ? net::FileTables::kOwn
                                                                      : net::FileTables::kShared);
  if (auto started = loops->start(); !started) {
    return fail(ErrorCode::kUnavailable, "threads.own_files: " + started.error().detail);
  }
  auto store = store::open_rocks_store(
      {.directory = config.data, .mailboxes_per_account = config.limits.mailboxes_per_account});
  if (!store) return fail(std::move(store.error()));
  const net::TlsFiles files = tls_files(config);
  auto tls = load_tls(config, files);
  if (!tls) return fail(std::move(tls.error()));
  auto server = std::make_unique<Server>(config, std::move(loops), *std::move(store),
                                         *std::move(tls), files.certificate);
  if (auto listening = server->listen(); !listening) return fail(std::move(listening.error()));
  return server;
}

}  // namespace roost::cli
