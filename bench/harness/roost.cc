// Roost, started as the command line contract says: `roost user import`, then `roost serve`, which
// prints one line "listening imap 127.0.0.1:1143" for each listener. As Dovecot here, it lets a
// user have any number of connections.
#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

#include "harness/die.h"
#include "harness/lmtp_client.h"
#include "harness/message.h"
#include "harness/server.h"
#include "harness/stream.h"

namespace roost::bench {
namespace {

namespace fs = std::filesystem;

/// Yescrypt with 16 KiB, half a millisecond. Of any other kind the first login makes a yescrypt
/// hash of the usual cost, 50 ms and more, and thousands of accounts would pay that after each
/// start.
constexpr char kHashSetting[] = "$y$j15$roostbenches$";

class Roost : public Server {
 public:
  Roost(const std::string& binary, const fs::path& scratch, size_t accounts)
      : Server(scratch / "roost"), binary_(fs::absolute(binary)) {
    if (!fs::exists(binary_)) die("no program at {}: give its path with --roost", binary_);
    fs::create_directories(directory_);
    const fs::path users = scratch / "roost.users";
    {
      std::ofstream file(users);
      const std::string hash = password_hash(kHashSetting);
      for (size_t i = 0; i < accounts; ++i) file << account(i) << ":" << hash << "\n";
    }
    run({binary_, "user", "import", users, "--data", directory_});
    start();
  }

  [[nodiscard]] std::string_view name() const override { return "roost"; }

  void restart() override {
    process_.reset();
    start();
  }

  void fill(size_t index, size_t count, size_t size) override {
    constexpr size_t kConnections = 50;
    std::vector<std::jthread> threads;
    threads.reserve(kConnections);
    for (size_t t = 0; t < kConnections; ++t) {
      threads.emplace_back([=, this] {
        LmtpClient client(ports_.lmtp);
        for (size_t n = t; n < count; n += kConnections) {
          client.deliver(account(index), make_message(n, size));
        }
      });
    }
  }

  [[nodiscard]] Histogram commit_to_write() const override {
    Stream http(ports_.http, Security::kPlain);
    http.write("GET /metrics HTTP/1.1\r\nHost: roost\r\n\r\n");
    Histogram histogram;
    for (;;) {
      const std::string_view line = http.read_line();
      constexpr std::string_view kBucket = "roost_push_seconds_bucket{le=\"";
      if (line.starts_with(kBucket)) {
        const std::string_view bound = line.substr(kBucket.size());
        histogram.set(bound.starts_with("+Inf") ? std::numeric_limits<double>::infinity()
                                                : number(bound) * 1e6,
                      number(line.substr(line.rfind(' ') + 1)));
      }
      if (line.starts_with("roost_push_seconds_count")) return histogram;
    }
  }

 private:
  static double number(std::string_view digits) {
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }

  void start() {
    const fs::path configuration = directory_.parent_path() / "roost.toml";
    write_configuration(configuration);
    process_.emplace(
        std::vector<std::string>{binary_, "serve", "--config", configuration, "--data", directory_,
                                 "--imap", "127.0.0.1:0", "--imaps", "127.0.0.1:0", "--lmtp",
                                 "127.0.0.1:0", "--http", "127.0.0.1:0"},
        directory_.parent_path() / "roost.log");
    ports_ = {};
    while (ports_.imap == 0 || ports_.imaps == 0 || ports_.lmtp == 0 || ports_.http == 0) {
      note(process_->read_line());
    }
  }

  void write_configuration(const fs::path& path) const {
    std::ofstream file(path);
    file << "[limits]\nconnections_per_user = 0\nconnections_per_user_and_address = 0\n";
    if (loops_ > 0) file << "[threads]\nloops = " << loops_ << "\nown_files = true\n";
    if (keep_alive_) file << "[idle]\nkeepalive = " << keep_alive_->count() << "\n";
  }

  void note(std::string_view line) {
    const auto port_after = [line](std::string_view prefix, uint16_t& port) {
      if (!line.starts_with(prefix)) return;
      const char* digits = line.data() + line.rfind(':') + 1;
      std::from_chars(digits, line.data() + line.size(), port);
    };
    port_after("listening imap ", ports_.imap);
    port_after("listening imaps ", ports_.imaps);
    port_after("listening lmtp ", ports_.lmtp);
    port_after("listening http ", ports_.http);
  }

  std::string binary_;
};

}  // namespace

std::unique_ptr<Server> start_roost(const std::string& binary, const fs::path& scratch,
                                    size_t accounts) {
  return std::make_unique<Roost>(binary, scratch, accounts);
}

}  // namespace roost::bench
