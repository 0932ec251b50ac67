// AdminClient: has the server that runs on a data directory do what the command line asks for.
//
// What a reader would get wrong: that somebody answers on the socket is what "a server is running"
// means; RocksDB's lock on the directory cannot be asked without taking it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "admin/json.h"
#include "admin/live_connections.h"
#include "auth/users.h"
#include "base/error.h"

namespace roost::admin {

// Owner: a subcommand. Thread: one at a time; calls block. Each call is one request on the one
// connection; kUnavailable when it is lost.
class AdminClient final : public auth::Users, public LiveConnections {
 public:
  // kNotFound: no server runs on that data directory. kNoPermission: one does, for another user.
  [[nodiscard]] static Result<std::unique_ptr<AdminClient>> connect(
      const std::filesystem::path& data);

  Result<void> add(std::string_view name, std::string_view password) override;
  Result<void> set_password(std::string_view name, std::string_view password) override;
  Result<void> remove(std::string_view name) override;
  Result<std::vector<std::string>> names() override;
  Result<std::size_t> import(std::string_view passwd_file) override;

  Result<std::vector<ConnectionInfo>> list() override;
  Result<std::size_t> kick(const KickFilter& filter) override;

 private:
  using Socket = boost::asio::local::stream_protocol::socket;
  AdminClient() : socket_(context_) {}

  // The body of a successful response; null if it has none.
  Result<Json> request(std::string_view method, const std::string& target, std::string body);

  boost::asio::io_context context_;
  Socket socket_;
};

}  // namespace roost::admin
