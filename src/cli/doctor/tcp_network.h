// TcpNetwork: connections by TCP and TLS, blocking, each wait with an end. SIGINT, SIGTERM and the
// end of the time that a run may take end all waits instead of the process, so that what was made
// on a server is removed from it. The process ignores SIGPIPE from then on: OpenSSL writes to
// sockets without MSG_NOSIGNAL.
//
// Owner and thread: those of the command. There is one in a process.
#pragma once

#include <sys/socket.h>

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/doctor/wire.h"
#include "client/login.h"
#include "client/tls_client.h"
#include "net/fd.h"

namespace roost::doctor {

class TcpNetwork final : public Network {
 public:
  struct Address {
    sockaddr_storage octets{};
    socklen_t size = 0;
  };

  // Looks the host up, once: as long as the system's resolver takes. tls outlives the network.
  [[nodiscard]] static client::Outcome<std::unique_ptr<TcpNetwork>> make(
      const client::Login::Settings& login, const client::TlsClient& tls, client::Duration longest);
  TcpNetwork(const client::Login::Settings& login, const client::TlsClient& tls,
             std::vector<Address> addresses, client::Duration longest);
  ~TcpNetwork() override;

  // Tries the addresses in turn, each for its share of the time: there may be no route to one.
  client::Outcome<std::unique_ptr<Wire>> connect(client::Time until) override;
  client::Time now() override { return client::BootClock::now(); }
  std::int64_t seconds_since_1970() override;
  bool interrupted() override;
  void ignore_interruption() override { heeds_interruption_ = false; }

  // Until the descriptor has something of events. False: not until then. kClosed: interrupted().
  [[nodiscard]] client::Outcome<bool> wait(int descriptor, short events, client::Time until);
  [[nodiscard]] const client::TlsClient& tls() const { return tls_; }
  [[nodiscard]] const std::string& host() const { return host_; }

 private:
  [[nodiscard]] client::Outcome<net::Fd> connect_to(const Address& address, client::Time until);

  std::string host_;
  client::Login::Security security_;
  const client::TlsClient& tls_;
  std::vector<Address> addresses_;  // first the one that has answered last
  client::Time end_;                // of the run
  net::Fd signals_;
  bool heeds_interruption_ = true;
};

}  // namespace roost::doctor
