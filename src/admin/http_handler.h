// HTTP/1.1 on one connection: a request at a time, the Api on a worker, the response back.
// Beast parses; the octets and their flow are net's.
#pragma once

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "admin/api.h"
#include "net/connection.h"
#include "net/deadline.h"
#include "net/loop.h"

namespace roost::admin {

// Owner: its connection. Thread: whoever holds the baton. Memory: one request and its response.
class HttpHandler final : public net::ConnectionHandler {
 public:
  static constexpr std::uint64_t kMostBody = std::uint64_t{64} << 20;  // an import; only the owner
  static constexpr std::uint32_t kMostHeader = 8192;
  // For a whole request to arrive, the silence before it included.
  static constexpr std::chrono::seconds kPatience{60};

  HttpHandler(Api& api, net::Workers& workers, Visitor visitor)
      : api_(api), workers_(workers), visitor_(visitor) {}

  void on_open(net::Connection& connection) override;
  void on_input(net::Connection& connection) override;
  void on_drained(net::Connection& /*connection*/) override {}
  void on_closed(net::Connection& connection, net::CloseReason reason) override;

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  void expect_request(net::Connection& connection);
  void run(net::Connection& connection);
  void respond(net::Connection& connection, const Response& response);
  void refuse(net::Connection& connection, boost::system::error_code error);
  static void lose_patience(void* self);

  Api& api_;
  net::Workers& workers_;
  const Visitor visitor_;
  net::Connection* connection_ = nullptr;  // between on_open and on_closed
  std::optional<Parser> parser_;
  bool keep_alive_ = false;
  Response response_;  // made on the worker
  net::Deadline patience_{&HttpHandler::lose_patience, this};
};

}  // namespace roost::admin
