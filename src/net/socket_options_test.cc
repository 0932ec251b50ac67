// Rows 60 and 86 of the checklist of edge cases of IDLE: what an accepted socket is set to, read
// back from the socket itself.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstring>

#include "net/test_client.h"
#include "net/test_server.h"

namespace roost::net {

namespace {

// The descriptor of this process whose peer is the client: the server's side of the connection.
int accepted_socket(const TestClient& client) {
  sockaddr_in own{};
  socklen_t length = sizeof own;
  ::getsockname(client.fd(), reinterpret_cast<sockaddr*>(&own), &length);
  for (int fd = 0; fd < 1024; ++fd) {
    sockaddr_in peer{};
    length = sizeof peer;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &length) == 0 &&
        peer.sin_family == AF_INET && peer.sin_port == own.sin_port) {
      return fd;
    }
  }
  return -1;
}

int option(int socket, int level, int name) {
  int value = -1;
  socklen_t length = sizeof value;
  ::getsockopt(socket, level, name, &value, &length);
  return value;
}

TEST(Checklist, Row60_AVanishedPeerIsFoundOut) {
  Script script;
  TestServer server(script);
  TestClient client(server.address());
  client.send("x");
  ASSERT_EQ(client.read(1), "x");
  const int socket = accepted_socket(client);
  ASSERT_NE(socket, -1);
  EXPECT_EQ(option(socket, SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_KEEPIDLE), 300);
  EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT), 90'000);
}

TEST(Checklist, Row86_APushDoesNotWaitForAnAcknowledgement) {
  Script script;
  TestServer server(script);
  TestClient client(server.address());
  client.send("x");
  ASSERT_EQ(client.read(1), "x");
  const int socket = accepted_socket(client);
  ASSERT_NE(socket, -1);
  EXPECT_NE(option(socket, IPPROTO_TCP, TCP_NODELAY), 0);
}

}  // namespace

}  // namespace roost::net
