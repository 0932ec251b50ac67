#include "harness/deliveries.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "harness/lmtp_client.h"
#include "harness/message.h"

namespace roost::bench {
namespace {

constexpr size_t kMessageSize = 4096;
constexpr size_t kSenders = 8;
/// A prime that no number of accounts is a multiple of: multiples of it, modulo that number, are
/// all accounts in turn.
constexpr size_t kStride = 15'485'863;
constexpr std::chrono::seconds kPatience{10};

/// How many messages the lines speak of that a client has read: the number in the last EXISTS.
uint64_t last_exists(std::string_view octets) {
  uint64_t count = 0;
  while (!octets.empty()) {
    const size_t end = octets.find("\r\n");
    if (const uint64_t n = exists_in(octets.substr(0, end)); n > 0) count = n;
    octets.remove_prefix(end == std::string_view::npos ? octets.size() : end + 2);
  }
  return count;
}

}  // namespace

Deliveries::Told Deliveries::run(size_t rate, std::chrono::seconds length) {
  const size_t total = rate * static_cast<size_t>(length.count());
  const size_t accounts = wanted_.accounts;
  const auto account_of = [&](size_t delivery) { return delivery * kStride % accounts; };
  // The deliveries to account a are first_[a], first_[a] + accounts, first_[a] + 2 accounts, …
  std::vector<size_t> first_to(accounts, total);
  for (size_t i = 0; i < std::min(total, accounts); ++i) first_to[account_of(i)] = i;
  const auto expected_by = [&](size_t account) {
    return first_to[account] < total ? (total - first_to[account] - 1) / accounts + 1 : 0;
  };
  std::vector<std::atomic<Clock::time_point>> sent(total);
  std::vector<uint64_t> messages(wanted_.count);  // by the last EXISTS, of each client
  std::ranges::fill(told_, 0);

  std::mutex mutex;
  Told told;
  std::atomic<size_t> missing = 0;
  for (size_t client = 0; client < wanted_.count; ++client) {
    const bool reads = wanted_.stalled_every == 0 || client % wanted_.stalled_every != 0;
    if (reads) missing += expected_by(client % accounts);
  }
  crowd_.listen([&](size_t client, std::string_view octets) {
    const auto now = Clock::now();
    // In a TLS record the number cannot be read: then each is one delivery.
    uint64_t count =
        wanted_.security == Security::kTls ? messages[client] + 1 : last_exists(octets);
    if (count == 0) return;
    const size_t account = client % accounts;
    const uint64_t news =
        messages[client] == 0 || wanted_.security == Security::kTls ? 1 : count - messages[client];
    messages[client] = count;
    const std::scoped_lock lock(mutex);
    for (uint64_t i = 0; i < news && told_[client] < expected_by(account); ++i) {
      const size_t delivery = first_to[account] + told_[client]++ * accounts;
      told.latency.add(milliseconds(now - sent[delivery].load()));
      --missing;
    }
  });

  {
    std::vector<std::jthread> senders;
    senders.reserve(kSenders);
    const auto interval = std::chrono::nanoseconds(std::chrono::seconds(1)) / rate;
    const auto start = Clock::now() + std::chrono::milliseconds(100);
    for (size_t s = 0; s < kSenders; ++s) {
      senders.emplace_back([&, s] {
        LmtpClient lmtp(server_.ports().lmtp);
        for (size_t i = s; i < total; i += kSenders) {
          const std::string message = make_message(i, kMessageSize);
          std::this_thread::sleep_until(start + interval * i);
          lmtp.begin(account(account_of(i)));
          sent[i] = Clock::now();
          lmtp.finish(message);
          lmtp.wait_for_reply();
        }
      });
    }
  }
  const auto end = Clock::now() + kPatience;
  while (missing > 0 && Clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  crowd_.listen({});
  told.never = missing;
  return told;
}

}  // namespace roost::bench
