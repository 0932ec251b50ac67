#include "imap/admission.h"

#include <string>
#include <utility>

#include "auth/connection_limits.h"
#include "imap/conversation.h"
#include "imap/protocol/response_writer.h"

namespace roost::imap {

namespace {

// BYE in place of a greeting (RFC 3501 section 7.1.5).
class Refusal final : public net::ConnectionHandler {
 public:
  Refusal(std::string reason, auth::ConnectionLimits::Slot slot)
      : reason_(std::move(reason)), slot_(std::move(slot)) {}

  void on_open(net::Connection& connection) override {
    std::string bye;
    ResponseWriter(bye).untagged(Condition::kBye, "LIMIT", reason_);
    connection.write(std::move(bye));
    connection.close();
  }
  void on_input(net::Connection& /*connection*/) override {}
  void on_drained(net::Connection& /*connection*/) override {}
  void on_closed(net::Connection& /*connection*/, net::CloseReason /*reason*/) override {}

 private:
  const std::string reason_;
  const auth::ConnectionLimits::Slot slot_;
};

// Of an address, at a time. Who comes then is not even told.
constexpr std::size_t kRefusals = 20;

}  // namespace

std::unique_ptr<net::ConnectionHandler> admit(Server& server, net::Loop& loop,
                                              const net::Peer& peer, Security security) {
  auto slot = server.limits.acquire_unauthenticated(peer.address);
  if (slot) return std::make_unique<Conversation>(server, loop, *std::move(slot));
  server.metrics.refused.add();
  if (security == Security::kTls) return nullptr;
  auto beyond = server.limits.acquire_unauthenticated(peer.address, kRefusals);
  if (!beyond) return nullptr;
  return std::make_unique<Refusal>(std::move(slot.error().detail), *std::move(beyond));
}

}  // namespace roost::imap
