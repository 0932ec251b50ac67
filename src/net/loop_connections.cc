// The lists of connections, and the end of a turn.
#include "net/loop_connections.h"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "base/check.h"
#include "net/socket_connection.h"

namespace roost::net {

namespace {

// At the fastest, a thousand connections of a loop are shut down in a second.
constexpr std::size_t kSmallestGroup = 20;
constexpr std::chrono::milliseconds kGroupPause{20};

}  // namespace

struct LoopConnections::Lists {
  List<AllTag> all;
  // A connection is on one of these two: until its handshake has its turn, nothing else has.
  List<TouchedTag> touched;
  List<TouchedTag> handshakes;
};

LoopConnections::LoopConnections(Loop& loop)
    : loop_(loop),
      events_(loop),
      lists_(std::make_unique<Lists>()),
      next_group_(loop.context().get_executor()),
      input_scratch_(std::make_unique<std::array<char, kScratch>>()),
      output_scratch_(std::make_unique<std::array<char, kScratch>>()) {}

LoopConnections::~LoopConnections() { ROOST_CHECK(lists_->all.empty()); }

void LoopConnections::touch(SocketConnection& connection) {
  if (static_cast<ConnectionHook<TouchedTag>&>(connection).is_linked()) return;
  lists_->touched.push_back(connection);
  if (!in_turn_) post_end();
}

void LoopConnections::end_turn() {
  List<TouchedTag> batch;
  batch.swap(lists_->touched);
  while (!batch.empty()) {
    SocketConnection& connection = batch.front();
    batch.pop_front();
    connection.settle();
  }
  for (Task& task : std::exchange(when_sent_, {})) task();
  in_turn_ = false;
  if (!lists_->touched.empty()) post_end();
}

// For what is touched outside of a turn, by a deadline say, or has more to do than one turn allows.
void LoopConnections::post_end() {
  if (std::exchange(end_posted_, true)) return;
  boost::asio::post(loop_.context(), [this] {
    end_posted_ = false;
    const Turn turn(*this);
  });
}

void LoopConnections::wait_for_handshake_turn(SocketConnection& connection, Handshake handshake) {
  auto& waiting = lists_->handshakes;
  waiting.insert(handshake == Handshake::kUnderWay ? waiting.begin() : waiting.end(), connection);
  if (handshakes_waiting_++ > 0) return;
  boost::asio::post(loop_.context(), [this] { handshake_turn(); });
}

void LoopConnections::handshake_turn() {
  const Turn turn(*this);
  in_handshake_turn_ = true;
  for (std::size_t i = 0; i < kHandshakesPerTurn && handshakes_waiting_ > 0; ++i) {
    SocketConnection& connection = lists_->handshakes.front();
    lists_->handshakes.pop_front();
    --handshakes_waiting_;
    connection.settle();
  }
  in_handshake_turn_ = false;
  if (handshakes_waiting_ > 0) {
    boost::asio::post(loop_.context(), [this] { handshake_turn(); });
  }
}

bool LoopConnections::add(SocketConnection& connection, int socket) {
  lists_->all.push_back(connection);
  return !stopping_ && events_.add(socket, connection);
}

void LoopConnections::remove(SocketConnection& connection) {
  static_cast<ConnectionHook<AllTag>&>(connection).unlink();
  std::erase_if(waiting_visits_, [&](const auto& entry) { return entry.first == &connection; });
  if (!lists_->all.empty()) return;
  for (Task& task : std::exchange(when_none_, {})) task();
}

void LoopConnections::returned(SocketConnection& connection) {
  std::vector<std::shared_ptr<const Visit>> visits;
  std::erase_if(waiting_visits_, [&](const auto& entry) {
    if (entry.first != &connection) return false;
    visits.push_back(entry.second);
    return true;
  });
  for (const auto& visit : visits) {
    if (connection.handler() != nullptr) (*visit)(connection, *connection.handler());
  }
}

void LoopConnections::for_each(std::shared_ptr<const Visit> visit) {
  for (SocketConnection& connection : lists_->all) {
    if (connection.offloaded()) {
      waiting_visits_.emplace_back(&connection, visit);
    } else if (connection.handler() != nullptr) {
      (*visit)(connection, *connection.handler());
    }
  }
}

void LoopConnections::shut_down_all(std::chrono::milliseconds over) {
  const std::size_t all = lists_->all.size();
  const auto groups = static_cast<std::size_t>(std::max(1L, over / kGroupPause));
  shut_down_next(all, std::max(kSmallestGroup, (all + groups - 1) / groups));
}

// From the head of the list to its end, so that the next is found whoever has gone meanwhile.
void LoopConnections::shut_down_next(std::size_t left, std::size_t group) {
  for (std::size_t i = std::min(left, group); i > 0 && !lists_->all.empty(); --i, --left) {
    SocketConnection& connection = lists_->all.front();
    lists_->all.splice(lists_->all.end(), lists_->all, lists_->all.begin());
    connection.shut_down();
  }
  if (left == 0 || lists_->all.empty()) return;
  next_group_.expires_after(kGroupPause);
  next_group_.async_wait([this, left, group](const boost::system::error_code& error) {
    if (error) return;
    const Turn turn(*this);
    shut_down_next(left, group);
  });
}

void LoopConnections::when_none(Task task) {
  if (lists_->all.empty()) return task();
  when_none_.push_back(std::move(task));
}

void LoopConnections::stop(Task when_none_left) {
  stopping_ = true;
  next_group_.cancel();
  for (SocketConnection& connection : lists_->all) connection.abort();
  when_none(std::move(when_none_left));
}

}  // namespace roost::net
