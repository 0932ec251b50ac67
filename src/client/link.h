// Link: one connection to a server, from its name to its end, driven by Asio: a Watcher with a
// socket under it. A Link connects once; who wants another connection makes another Link.
//
// Thread: that of the io_context, for all of it. Owner: an Account, and the operations that run; it
// is destroyed when the last of them has ended after close().
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/addresses.h"
#include "client/boot_timer.h"
#include "client/tls_client.h"
#include "client/watcher.h"
#include "net/output_queue.h"
#include "net/stream.h"

namespace roost::client {

class Link : public std::enable_shared_from_this<Link> {
 public:
  static constexpr Duration kResolve = std::chrono::seconds(30);
  static constexpr Duration kConnect = std::chrono::seconds(10);  // to one of the addresses
  static constexpr Duration kHandshake = std::chrono::seconds(30);
  static constexpr int kReadsAtOnce = 16;  // then the others have their turn
  // Octets that may become a thousand times as many, before what they tell is handed on.
  static constexpr std::size_t kCompressedPiece = 1'024;

  // What the connections to one server have in common; outlives them.
  struct Shared {
    const TlsClient& tls;
    ToldByMailbox& told;
    KeepAlive& keep_alive;
    Addresses& addresses;
  };
  // happened: called after anything that may have made events, notices or an end; not after
  // close().
  Link(boost::asio::io_context& context, Watcher::Settings settings, Shared shared,
       std::function<void()> happened);

  void start();
  void probe();  // the surroundings have changed
  // Watcher's; what follows from them is done later.
  void add(const std::string& mailbox);
  [[nodiscard]] std::optional<std::string> give_away();
  void set_in_turn(bool in_turn);
  void stop();   // LOGOUT, then the end
  void close();  // at once

  // Null until the connection stands.
  [[nodiscard]] Watcher* watcher() { return watcher_ ? &*watcher_ : nullptr; }
  [[nodiscard]] bool ended() const { return ended_; }
  // Why it ended; nothing: it was told to.
  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }

 private:
  using Tcp = boost::asio::ip::tcp;
  void resolved(const Tcp::resolver::results_type& found);
  void connect_next();
  void connected(const Tcp::endpoint& endpoint);
  void handshake();
  void work();
  void work_later();
  [[nodiscard]] bool send();
  [[nodiscard]] bool receive();
  void begin_tls();
  void settle();
  void stream_ended(net::StreamEnd how);
  void wait_for(net::Readiness readiness);
  void due();
  void go_on();
  void end(std::optional<Problem> problem);

  Tcp::resolver resolver_;
  Tcp::socket socket_;
  BootTimer timer_;
  std::string host_;
  std::string port_;
  Login::Security security_;
  Watcher::Settings settings_;
  const Shared shared_;
  std::function<void()> happened_;

  std::vector<Tcp::endpoint> endpoints_;  // not tried yet, the next one last
  std::string connect_error_;
  std::optional<net::Stream> stream_;
  SSL* ssl_ = nullptr;  // the stream's
  net::OutputQueue output_;
  std::optional<Watcher> watcher_;
  bool handshaking_ = false;
  bool working_ = false;
  bool works_later_ = false;
  bool waits_readable_ = false;
  bool waits_writable_ = false;
  bool ended_ = false;
  std::optional<Problem> problem_;
  std::array<char, 16 * 1024> buffer_;
};

}  // namespace roost::client
