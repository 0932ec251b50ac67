// TcpNetwork: connections to this machine, and how long it waits for them.
#include "cli/doctor/tcp_network.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <memory>
#include <string>

#include "client/tls_client.h"
#include "net/fd.h"

namespace roost::doctor {
namespace {

using client::ProblemKind;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Listens at a port that the system chooses, and accepts nothing.
class Listener {
 public:
  explicit Listener(int backlog) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&any), sizeof any), 0);
    address_.size = sizeof address_.octets;
    auto* const name = reinterpret_cast<sockaddr*>(&address_.octets);
    EXPECT_EQ(::getsockname(socket_.get(), name, &address_.size), 0);
    EXPECT_EQ(::listen(socket_.get(), backlog), 0);
  }

  [[nodiscard]] const TcpNetwork::Address& address() const { return address_; }
  // With a backlog of 0 it takes one connection: whoever comes then hears nothing.
  void fall_silent() {
    held_ = net::Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto* const name = reinterpret_cast<const sockaddr*>(&address_.octets);
    ASSERT_EQ(::connect(held_.get(), name, address_.size), 0);
  }

 private:
  net::Fd socket_;
  net::Fd held_;
  TcpNetwork::Address address_;
};

class DoctorTcpNetworkTest : public testing::Test {
 protected:
  DoctorTcpNetworkTest() : tls_(client::TlsClient::make({.pins = {std::string(64, 'a')}}).value()) {
    login_ = {.host = "host.example", .security = client::Login::Security::kNone};
  }

  client::Login::Settings login_;
  std::unique_ptr<client::TlsClient> tls_;
};

TEST_F(DoctorTcpNetworkTest, ASilentAddressLeavesTimeForTheNext) {
  Listener silent(0);
  silent.fall_silent();
  const Listener good(5);
  TcpNetwork network(login_, *tls_, {silent.address(), good.address()}, minutes(1));
  const client::Time until = network.now() + seconds(4);
  EXPECT_TRUE(network.connect(until));
  EXPECT_LT(network.now(), until);
  // … and is not waited for again.
  const client::Time begun = network.now();
  EXPECT_TRUE(network.connect(begun + seconds(20)));
  EXPECT_LT(network.now(), begun + seconds(10));
}

TEST_F(DoctorTcpNetworkTest, TheEndOfTheTimeInterrupts) {
  constexpr int kNothing = -1;  // never ready
  TcpNetwork network(login_, *tls_, {}, milliseconds(50));
  const auto ready = network.wait(kNothing, POLLIN, network.now() + minutes(1));
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error(), (client::Problem{ProblemKind::kClosed, "interrupted"}));
  EXPECT_TRUE(network.interrupted());
  // What is to be cleared away has its time.
  network.ignore_interruption();
  EXPECT_FALSE(network.interrupted());
  EXPECT_EQ(network.wait(kNothing, POLLIN, network.now()), false);
}

}  // namespace
}  // namespace roost::doctor
