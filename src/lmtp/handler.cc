// LmtpHandler: each piece of input is one hop to a worker, whatever is in it: MAIL, RCPT and DATA
// that came together are one task, and so are the end of a message and the MAIL of the next one.
//
// The piece is copied out of the connection's buffer first, so that the connection can go on
// reading while the store works.
#include "lmtp/handler.h"

#include <chrono>
#include <exception>
#include <string>
#include <utility>

#include "base/log.h"
#include "lmtp/session.h"
#include "net/deadline.h"

namespace roost::lmtp {
namespace {

constexpr std::chrono::minutes kIdle{5};  // RFC 5321 section 4.5.3.2.7

// Owner: the connection. Thread: the loop's; session_, input_ and replies_ go with the baton.
class LmtpHandler final : public net::ConnectionHandler {
 public:
  LmtpHandler(LmtpContext& context, net::Loop& loop)
      : context_(context), loop_(loop), idle_(&LmtpHandler::on_idle, this) {}

  void on_open(net::Connection& connection) override {
    connection_ = &connection;
    session_ = std::make_unique<Session>(context_, connection.peer_address());
    context_.metrics.connections.add(1);
    connection.write(session_->greeting());
    loop_.deadlines().arm(idle_, kIdle);
  }

  void on_input(net::Connection& connection) override { go_on(connection); }
  void on_drained(net::Connection& connection) override { go_on(connection); }

  void on_shutdown(net::Connection& connection) override {
    connection.write("421 4.3.2 Server is going down\r\n");
    connection.close();
  }

  void on_closed(net::Connection& /*connection*/, net::CloseReason /*reason*/) override {
    idle_.cancel();
    context_.metrics.connections.add(-1);
    if (session_->message_open()) {
      context_.workers.post([session = std::move(session_)]() mutable { session.reset(); });
    }
  }

 private:
  void go_on(net::Connection& connection) {
    if (connection.output_full()) return;  // until on_drained
    if (connection.input().empty()) {
      if (connection.input_ended()) connection.close();
      return;
    }
    idle_.cancel();
    input_.assign(connection.input());
    connection.consume(input_.size());
    connection.offload(
        context_.workers, [this] { work(); }, [this, &connection] { answer(connection); });
  }

  // On a worker.
  void work() {
    try {
      session_->receive(input_, replies_);
    } catch (const std::exception& error) {  // of a library below the store
      log::error("lmtp: {}", error.what());
      replies_ += "421 4.3.0 Trouble on this server, try again later\r\n";
      failed_ = true;
    }
  }

  void answer(net::Connection& connection) {
    if (!replies_.empty()) connection.write(std::exchange(replies_, {}));
    if (session_->ended() || failed_) return connection.close();
    loop_.deadlines().arm(idle_, kIdle);
  }

  static void on_idle(void* owner) {
    net::Connection& connection = *static_cast<LmtpHandler*>(owner)->connection_;
    connection.write("421 4.4.2 No command for five minutes\r\n");
    connection.close();
  }

  LmtpContext& context_;
  net::Loop& loop_;
  net::Deadline idle_;
  net::Connection* connection_ = nullptr;
  std::unique_ptr<Session> session_;
  std::string input_;
  std::string replies_;
  bool failed_ = false;
};

}  // namespace

std::unique_ptr<net::ConnectionHandler> make_lmtp_handler(LmtpContext& context, net::Loop& loop) {
  return std::make_unique<LmtpHandler>(context, loop);
}

}  // namespace roost::lmtp
