// LoopConnections: the connections of one loop. They are visited here, and here the output of a
// turn is collected: a connection written to in the course of one event (a posted task, a readable
// socket) is settled once, when the event has been handled, so that all that was said goes out in
// one write.
//
// Owner: the Loop. Thread: the loop's. Connections own themselves and are only listed here.
#pragma once

#include <array>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "base/task.h"
#include "net/deflate.h"
#include "net/socket_events.h"

namespace roost::net {

class Connection;
class ConnectionHandler;
class Loop;
class SocketConnection;

struct AllTag;
struct TouchedTag;
template <typename Tag>
using ConnectionHook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<Tag>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class LoopConnections {
 public:
  using Visit = std::function<void(Connection&, ConnectionHandler&)>;
  static constexpr std::size_t kScratch = 16 * 1024;

  explicit LoopConnections(Loop& loop);
  ~LoopConnections();

  // One event's worth of work. Not nested.
  class Turn {
   public:
    explicit Turn(LoopConnections& connections) : connections_(connections) {
      connections_.in_turn_ = true;
    }
    ~Turn() { connections_.end_turn(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    LoopConnections& connections_;
  };

  // TLS handshakes have turns of their own, a few of them in each: a step may compute a signature,
  // which takes up to a millisecond, and in a crowd those that are connected already are served in
  // between. One that is under way goes first.
  [[nodiscard]] bool in_handshake_turn() const { return in_handshake_turn_; }
  enum class Handshake : std::uint8_t { kNew, kUnderWay };
  void wait_for_handshake_turn(SocketConnection& connection, Handshake handshake);
  // So many wait that no more should be accepted.
  [[nodiscard]] bool crowded() const { return handshakes_waiting_ >= kCrowd; }
  // The connection is settled at the end of this turn.
  void touch(SocketConnection& connection);
  // Runs task at the end of this turn, when all that it touched is settled.
  void when_sent(Task task) { when_sent_.push_back(std::move(task)); }

  // False when the loop is stopping or the kernel has no room: the connection is to be closed.
  [[nodiscard]] bool add(SocketConnection& connection, int socket);
  // The connection is about to be destroyed.
  void remove(SocketConnection& connection);
  // The connection's handler is back from its worker: visits that waited for it.
  void returned(SocketConnection& connection);

  // Visits the connections that are with a worker when they come back.
  void for_each(std::shared_ptr<const Visit> visit);
  // Calls shut_down for each connection, in groups, spread over that time if they are many.
  void shut_down_all(std::chrono::milliseconds over);
  // Calls task once there are no connections, perhaps at once.
  void when_none(Task task);
  // Aborts all, and takes no more.
  void stop(Task when_none_left);

  // Buffers for the length of one call, shared by all connections of the loop.
  [[nodiscard]] std::array<char, kScratch>& input_scratch() { return *input_scratch_; }
  [[nodiscard]] std::array<char, kScratch>& output_scratch() { return *output_scratch_; }
  // For the connections with compression.
  [[nodiscard]] LoopZlib& zlib() { return zlib_; }

 private:
  template <typename Tag>
  using List =
      boost::intrusive::list<SocketConnection, boost::intrusive::base_hook<ConnectionHook<Tag>>,
                             boost::intrusive::constant_time_size<false>>;
  using Timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>,
                                        boost::asio::io_context::executor_type>;
  static constexpr std::size_t kHandshakesPerTurn = 4;
  static constexpr std::size_t kCrowd = 256;
  struct Lists;
  void shut_down_next(std::size_t left, std::size_t group);
  void end_turn();
  void post_end();
  void handshake_turn();

  Loop& loop_;
  SocketEvents events_;
  std::unique_ptr<Lists> lists_;
  std::vector<std::pair<SocketConnection*, std::shared_ptr<const Visit>>> waiting_visits_;
  std::vector<Task> when_sent_;
  std::vector<Task> when_none_;
  Timer next_group_;  // to be shut down
  std::size_t handshakes_waiting_ = 0;
  bool in_handshake_turn_ = false;
  bool in_turn_ = false;
  bool end_posted_ = false;
  bool stopping_ = false;
  LoopZlib zlib_;
  std::unique_ptr<std::array<char, kScratch>> input_scratch_;
  std::unique_ptr<std::array<char, kScratch>> output_scratch_;
};

}  // namespace roost::net
