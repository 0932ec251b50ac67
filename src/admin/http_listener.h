// The admin API over HTTP/1.1 (RFC 9112), on the Unix socket in the data directory and, for what
// anyone may see, on TCP ports. It lives on the server's loops and workers like any other
// connection.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "admin/api.h"
#include "base/error.h"
#include "net/listener.h"
#include "net/loop.h"

namespace roost::admin {

// DATA/roost.sock: where the server that runs on a data directory answers.
[[nodiscard]] std::filesystem::path socket_in(const std::filesystem::path& data);

// All of the API, for the owner of the data directory (0600). api and workers outlive the loops'
// connections. Errors as Listener::open; kUnavailable also if another server runs there.
[[nodiscard]] Result<std::unique_ptr<net::Listener>> listen_for_owner(
    net::Loops& loops, net::Workers& workers, Api& api, const std::filesystem::path& data);

// GET /health and GET /metrics.
[[nodiscard]] Result<std::unique_ptr<net::Listener>> listen_for_anyone(net::Loops& loops,
                                                                       net::Workers& workers,
                                                                       Api& api,
                                                                       std::string address);

}  // namespace roost::admin
