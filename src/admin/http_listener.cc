#include "admin/http_listener.h"

#include <utility>

#include "admin/http_handler.h"

namespace roost::admin {

std::filesystem::path socket_in(const std::filesystem::path& data) { return data / "roost.sock"; }

Result<std::unique_ptr<net::Listener>> listen_for_owner(net::Loops& loops, net::Workers& workers,
                                                        Api& api,
                                                        const std::filesystem::path& data) {
  return net::Listener::open(loops, {.address = "unix:" + socket_in(data).string(),
                                     .tls = nullptr,
                                     .handlers =
                                         [&workers, &api](net::Loop&, const net::Peer&) {
                                           return std::make_unique<HttpHandler>(api, workers,
                                                                                Visitor::kOwner);
                                         },
                                     .unix_mode = 0600});
}

Result<std::unique_ptr<net::Listener>> listen_for_anyone(net::Loops& loops, net::Workers& workers,
                                                         Api& api, std::string address) {
  return net::Listener::open(loops, {.address = std::move(address),
                                     .tls = nullptr,
                                     .handlers = [&workers, &api](net::Loop&, const net::Peer&) {
                                       return std::make_unique<HttpHandler>(api, workers,
                                                                            Visitor::kAnyone);
                                     }});
}

}  // namespace roost::admin
