// What becomes of a new connection: a conversation, or no more than a refusal, if too many from its
// address have not logged in yet. So whoever opens connections and says nothing does not take
// memory and descriptors from the others.
#pragma once

#include <cstdint>
#include <memory>

#include "imap/server.h"
#include "net/connection.h"

namespace roost::imap {

enum class Security : std::uint8_t { kPlain, kTls };  // from the first octet

// Null: to be closed at once. Before a TLS handshake nothing can be said. On the loop.
[[nodiscard]] std::unique_ptr<net::ConnectionHandler> admit(Server& server, net::Loop& loop,
                                                            const net::Peer& peer,
                                                            Security security);

}  // namespace roost::imap
