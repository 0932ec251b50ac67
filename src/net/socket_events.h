// SocketEvents: the epoll set of a loop's sockets. The loop's io_context waits for the set as for
// one descriptor; a connection costs no memory here, and waiting again no system call, because both
// kinds of readiness are asked for once, edge-triggered (decision 0006).
//
// What a reader would get wrong: an edge comes once. Who was told goes on until the socket says
// EAGAIN or gives less than was asked for; and once the peer has sent its last, until EAGAIN or the
// end, for the end may have come in the edge of the octets before it.
//
// Owner: LoopConnections. Thread: the loop's.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

namespace roost::net {

class Loop;
class SocketConnection;

class SocketEvents {
 public:
  explicit SocketEvents(Loop& loop);

  // Calls connection.ready() for what becomes possible on the socket, until that is closed. False:
  // the kernel has no room for it.
  [[nodiscard]] bool add(int socket, SocketConnection& connection);

 private:
  void wait();
  void collect();

  Loop& loop_;
  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> set_;
};

}  // namespace roost::net
