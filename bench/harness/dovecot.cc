// Dovecot 2.3 with Maildir, tuned as its documentation says for many clients, durable as it is by
// default (mail_fsync=optimized). Each account has a Unix user of its own, since inotify watches
// are limited per user (128).
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "harness/die.h"
#include "harness/message.h"
#include "harness/server.h"

namespace roost::bench {
namespace {

namespace fs = std::filesystem;

constexpr char kBinary[] = "/usr/sbin/dovecot";
constexpr unsigned kFirstUid = 20000;
/// SHA-512 with the fewest rounds: Dovecot computes the hash at each login, also of what it caches.
constexpr char kHashSetting[] = "$6$rounds=1000$roostbench$";

constexpr char kConfiguration[] = R"(
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/log
ssl = yes
ssl_cert = <{dir}/cert.pem
ssl_key = <{dir}/key.pem
disable_plaintext_auth = no
auth_cache_size = 10M
auth_cache_ttl = 1 hour
passdb {{
  driver = passwd-file
  args = {dir}/users
}}
userdb {{
  driver = passwd-file
  args = {dir}/users
}}
first_valid_uid = {uid}
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100000
default_client_limit = 10000
default_process_limit = 4096
default_vsz_limit = 1G
service imap-login {{
  service_count = 0
  process_min_avail = 2
  client_limit = 5000
  process_limit = 4
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  process_min_avail = 10
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service anvil {{
  client_limit = 20000
}}
service auth {{
  client_limit = 20000
}}
)";

/// Dovecot takes no port 0, so we look for free ones and hope to be the first to use them.
uint16_t free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) die("no socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    die("no free port");
  }
  close(fd);
  return ntohs(address.sin_port);
}

bool answers(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) die("no socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool connected = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return connected;
}

class Dovecot : public Server {
 public:
  Dovecot(const fs::path& scratch, size_t accounts) : Server(scratch / "dovecot") {
    fs::create_directories(directory_);
    run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-subj", "/CN=localhost", "-days", "2", "-keyout", directory_ / "key.pem",
         "-out", directory_ / "cert.pem"});
    std::ofstream users(directory_ / "users");
    const std::string hash = password_hash(kHashSetting);
    for (size_t i = 0; i < accounts; ++i) {
      fs::create_directories(home(i));
      give(home(i), i);
      users << fmt::format("{0}:{1}:{2}:{2}::{3}::\n", account(i), hash, kFirstUid + i,
                           home(i).string());
    }
    users.close();
    start();
  }

  [[nodiscard]] std::string_view name() const override { return "dovecot"; }

  void restart() override {
    process_.reset();
    for (const auto& file : fs::recursive_directory_iterator(directory_ / "home")) {
      if (file.path().filename().string().starts_with("dovecot.index")) fs::remove(file.path());
    }
    start();
  }

  /// Writes the Maildir itself: deliveries of 100,000 messages would take Dovecot minutes.
  void fill(size_t index, size_t count, size_t size) override {
    const fs::path maildir = home(index) / "Maildir";
    for (const char* folder : {"cur", "new", "tmp"}) fs::create_directories(maildir / folder);
    for (size_t n = 0; n < count; ++n) {
      const std::string message = make_message(n, size);
      const fs::path file = maildir / "cur" /
                            fmt::format("{}.M{}P1.bench,S={},W={}:2,", 1700000000 + n, n,
                                        message.size(), message.size());
      std::ofstream(file, std::ios::binary) << message;
      give(file, index);
    }
    for (const char* folder : {"", "cur", "new", "tmp"}) give(maildir / folder, index);
  }

 private:
  [[nodiscard]] fs::path home(size_t index) const {
    return directory_ / "home" / std::to_string(index);
  }

  static void give(const fs::path& path, size_t index) {
    const auto uid = static_cast<uid_t>(kFirstUid + index);
    if (lchown(path.c_str(), uid, uid) != 0) die("cannot give away {}", path.string());
  }

  void start() {
    ports_ = {.imap = free_port(), .imaps = free_port(), .lmtp = free_port()};
    const fs::path configuration = directory_ / "dovecot.conf";
    {
      std::ofstream file(configuration);
      file << fmt::format(kConfiguration, fmt::arg("dir", directory_.string()),
                          fmt::arg("uid", kFirstUid), fmt::arg("imap", ports_.imap),
                          fmt::arg("imaps", ports_.imaps), fmt::arg("lmtp", ports_.lmtp));
      if (keep_alive_) file << "imap_idle_notify_interval = " << keep_alive_->count() << " s\n";
    }
    process_.emplace(std::vector<std::string>{kBinary, "-F", "-c", configuration},
                     directory_ / "stderr");
    for (int i = 0; !answers(ports_.imap) || !answers(ports_.lmtp); ++i) {
      if (i == 500) die("Dovecot does not start: see {}", (directory_ / "log").string());
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
};

}  // namespace

std::unique_ptr<Server> start_dovecot(const fs::path& scratch, size_t accounts) {
  if (!fs::exists(kBinary)) {
    fmt::print(stderr, "Dovecot is not installed (dovecot-imapd, dovecot-lmtpd): without it\n");
    return nullptr;
  }
  if (geteuid() != 0) {
    fmt::print(stderr, "Dovecot needs root to change to the users of the accounts: without it\n");
    return nullptr;
  }
  return std::make_unique<Dovecot>(scratch, accounts);
}

}  // namespace roost::bench
