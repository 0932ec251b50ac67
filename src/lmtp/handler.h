// The LMTP side of a connection: input to the session on a worker, its replies to the socket.
#pragma once

#include <memory>

#include "lmtp/context.h"
#include "net/connection.h"

namespace roost::lmtp {

// For a listener's HandlerFactory. context outlives the handler.
[[nodiscard]] std::unique_ptr<net::ConnectionHandler> make_lmtp_handler(LmtpContext& context,
                                                                        net::Loop& loop);

}  // namespace roost::lmtp
