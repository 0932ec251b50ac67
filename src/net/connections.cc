// Connections: what concerns the connections of all loops.
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include "net/listener.h"
#include "net/loop_connections.h"

namespace roost::net {

namespace {

// How many loops still have connections. Outlives the wait, if that gives up.
struct Countdown {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t left;
};

}  // namespace

void Connections::for_each(Loops& loops,
                           std::function<void(Connection&, ConnectionHandler&)> visit) {
  const auto shared = std::make_shared<const LoopConnections::Visit>(std::move(visit));
  for (std::size_t i = 0; i < loops.size(); ++i) {
    loops[i].post([&loop = loops[i], shared] { loop.connections().for_each(shared); });
  }
}

void Connections::shut_down_all(Loops& loops, std::chrono::milliseconds over) {
  for (std::size_t i = 0; i < loops.size(); ++i) {
    loops[i].post([&loop = loops[i], over] { loop.connections().shut_down_all(over); });
  }
}

bool Connections::wait_until_none(Loops& loops, std::chrono::milliseconds timeout) {
  const auto countdown = std::make_shared<Countdown>();
  countdown->left = loops.size();
  for (std::size_t i = 0; i < loops.size(); ++i) {
    loops[i].post([&loop = loops[i], countdown] {
      loop.connections().when_none([countdown] {
        const std::lock_guard lock(countdown->mutex);
        --countdown->left;
        countdown->changed.notify_all();
      });
    });
  }
  std::unique_lock lock(countdown->mutex);
  return countdown->changed.wait_for(lock, timeout, [&] { return countdown->left == 0; });
}

}  // namespace roost::net
