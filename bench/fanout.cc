// How long until everybody knows who watches the same mailbox? Many connections of one account are
// in IDLE on its INBOX (RFC 2177); one delivery after the other comes into it, each when all have
// been told of the one before. And what has another account of it, that gets a message while the
// crowd is being told? Times are from the final dot of the LMTP delivery to "* n EXISTS" read: the
// commit is in them, which "another mailbox alone" shows, and so is the thread that reads for
// all watchers, on the server's processors.
#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "harness/crowd.h"
#include "harness/lmtp_client.h"
#include "harness/message.h"
#include "harness/report.h"
#include "harness/samples.h"

namespace roost::bench {
namespace {

constexpr size_t kMessageSize = 4096;
constexpr size_t kCrowd = 0;  // the account that is watched
constexpr size_t kOther = 1;
constexpr std::chrono::seconds kPatience{30};

struct Settings {
  size_t watchers = 10000;
  size_t deliveries = 20;
};

/// What the watchers were told of each delivery, in milliseconds.
struct Told {
  Samples first;
  Samples all;
  size_t never = 0;
};

/// The account that is not watched but by one: time from a delivery to its EXISTS.
class Other {
 public:
  explicit Other(const Server& server)
      : client_(reader(server, kOther, Security::kPlain)), lmtp_(server.ports().lmtp) {
    client_->idle();
  }

  /// The server has the envelope and waits for the message: what follows is the delivery alone.
  void begin() { lmtp_.begin(account(kOther)); }
  [[nodiscard]] double finish() {
    lmtp_.finish(make_message(number_++, kMessageSize));
    const double time = time_of([&] { static_cast<void>(client_->wait_for_exists()); });
    lmtp_.wait_for_reply();
    return time;
  }

 private:
  std::unique_ptr<ImapClient> client_;
  LmtpClient lmtp_;
  uint64_t number_ = 0;
};

/// Hears for the watchers, on the crowd's threads.
class Watchers {
 public:
  explicit Watchers(size_t count) : heard_(count) {}

  /// From now on it is message `number` that is listened for.
  void expect(uint64_t number) {
    const std::scoped_lock lock(mutex_);
    exists_ = fmt::format("* {} EXISTS", number);
    heard_.assign(heard_.size(), false);
    missing_ = heard_.size();
  }
  void hear(size_t watcher, std::string_view octets) {
    const auto now = Clock::now();
    const std::scoped_lock lock(mutex_);
    if (octets.find(exists_) == std::string_view::npos || heard_[watcher]) return;
    heard_[watcher] = true;
    if (missing_-- == heard_.size()) first_ = now;
    last_ = now;
    if (missing_ == 0) all_heard_.notify_all();
  }
  /// Waits until each has heard, for kPatience at most.
  void take(Clock::time_point sent, Told& told) {
    std::unique_lock lock(mutex_);
    all_heard_.wait_for(lock, kPatience, [this] { return missing_ == 0; });
    if (missing_ < heard_.size()) told.first.add(milliseconds(first_ - sent));
    if (missing_ == 0) told.all.add(milliseconds(last_ - sent));
    told.never += missing_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable all_heard_;
  std::string exists_;
  std::vector<bool> heard_;
  size_t missing_ = 0;
  Clock::time_point first_;
  Clock::time_point last_;
};

/// While watchers are told of `number`, the other account gets a message 1 ms later.
void deliver_to_all(LmtpClient& lmtp, Other& other, Watchers& watchers, uint64_t number, Told& told,
                    Samples& meanwhile) {
  const std::string message = make_message(number, kMessageSize);
  std::binary_semaphore begun(0);
  const std::jthread second([&] {
    other.begin();
    begun.acquire();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    meanwhile.add(other.finish());
  });
  watchers.expect(number);
  lmtp.begin(account(kCrowd));
  lmtp.finish(message);
  const auto sent = Clock::now();
  begun.release();
  watchers.take(sent, told);
  lmtp.wait_for_reply();
}

Figures fan_out(const Server& server, const Settings& settings) {
  LmtpClient lmtp(server.ports().lmtp);
  lmtp.deliver(account(kCrowd), make_message(0, kMessageSize));
  Other other(server);
  Watchers watchers(settings.watchers);
  Crowd crowd(server, {.count = settings.watchers, .accounts = 1});
  crowd.listen([&](size_t watcher, std::string_view octets) { watchers.hear(watcher, octets); });

  Samples alone;
  for (size_t i = 0; i < settings.deliveries; ++i) {
    other.begin();
    alone.add(other.finish());
  }
  Told told;
  Samples meanwhile;
  const auto cpu_before = server.cpu_time();
  for (size_t i = 0; i < settings.deliveries; ++i) {
    deliver_to_all(lmtp, other, watchers, i + 2, told, meanwhile);
  }
  const auto cpu = server.cpu_time() - cpu_before;

  const auto as_double = [](size_t n) { return static_cast<double>(n); };
  Figures figures;
  figures.push_back({"watchers", as_double(settings.watchers), "", Better::kNeither});
  figures.push_back({"deliveries", as_double(settings.deliveries), "", Better::kNeither});
  figures.push_back({"never told", as_double(told.never), "", Better::kNeither});
  figures.push_back({"first told, p50", told.first.percentile(0.5), "ms"});
  figures.push_back({"all told, p50", told.all.percentile(0.5), "ms"});
  figures.push_back({"all told, max", told.all.percentile(1), "ms"});
  figures.push_back({"server CPU per watcher",
                     milliseconds(cpu) * 1000 / as_double(settings.deliveries * settings.watchers),
                     "us"});
  figures.push_back({"another mailbox alone, p50", alone.percentile(0.5), "ms"});
  figures.push_back({"another mailbox alone, max", alone.percentile(1), "ms"});
  figures.push_back({"another mailbox meanwhile, p50", meanwhile.percentile(0.5), "ms"});
  figures.push_back({"another mailbox meanwhile, max", meanwhile.percentile(1), "ms"});
  return figures;
}

/// Dovecot takes a process per watcher, and of those that have the same Unix user the kernel tells
/// 128 of a change (fs.inotify.max_user_instances); the others look every 30 s.
Settings settings_for(const Server& server, Settings settings) {
  if (server.name() == "dovecot") {
    settings.watchers = std::max<size_t>(settings.watchers / 100, 4);
    settings.deliveries = std::max<size_t>(settings.deliveries / 6, 1);
  }
  return settings;
}

int measure_all(int argc, char** argv) {
  Settings settings;
  Benchmark benchmark("fanout", "one mailbox, many watchers: until all are told of a delivery");
  const auto add = [&](const std::string& name, size_t& value, const std::string& description) {
    benchmark.options().add_option(name, value, description)->capture_default_str();
  };
  add("--watchers", settings.watchers,
      "connections in IDLE on one INBOX (a hundredth for Dovecot)");
  add("--deliveries", settings.deliveries, "into it, one at a time (a sixth for Dovecot)");
  return benchmark.run(
      argc, argv, [] { return 2; },
      [&](Server& server) { return fan_out(server, settings_for(server, settings)); });
}

}  // namespace
}  // namespace roost::bench

int main(int argc, char** argv) { return roost::bench::measure_all(argc, argv); }
