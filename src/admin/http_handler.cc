#include "admin/http_handler.h"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/status.hpp>
#include <string_view>

#include "admin/json.h"

namespace roost::admin {

namespace http = boost::beast::http;

void HttpHandler::on_open(net::Connection& connection) {
  connection_ = &connection;
  expect_request(connection);
}

void HttpHandler::on_closed(net::Connection& /*connection*/, net::CloseReason /*reason*/) {
  patience_.cancel();
  connection_ = nullptr;
}

void HttpHandler::lose_patience(void* self) {
  static_cast<HttpHandler*>(self)->connection_->close();
}

void HttpHandler::expect_request(net::Connection& connection) {
  parser_.emplace();
  parser_->eager(true);
  parser_->header_limit(kMostHeader);
  parser_->body_limit(visitor_ == Visitor::kOwner ? kMostBody : 0);
  connection.loop().deadlines().arm(patience_, kPatience);
}

void HttpHandler::on_input(net::Connection& connection) {
  if (connection.output_full()) return;  // called again once it has drained
  boost::system::error_code error;
  while (!parser_->is_done() && !connection.input().empty()) {
    const std::string_view input = connection.input();
    const std::size_t taken =
        parser_->put(boost::asio::const_buffer(input.data(), input.size()), error);
    connection.consume(taken);
    if (error == http::error::need_more) break;
    if (error) return refuse(connection, error);
  }
  if (parser_->is_done()) return run(connection);
  if (connection.input_ended()) connection.close();
}

void HttpHandler::run(net::Connection& connection) {
  patience_.cancel();
  keep_alive_ = parser_->keep_alive();
  connection.offload(
      workers_,
      [this] {
        const auto& request = parser_->get();
        response_ = api_.handle(visitor_, {.method = std::string_view(request.method_string()),
                                           .target = std::string_view(request.target()),
                                           .body = request.body()});
      },
      [this, &connection] {
        respond(connection, response_);
        if (keep_alive_) expect_request(connection);
      });
}

void HttpHandler::respond(net::Connection& connection, const Response& response) {
  const std::string_view reason = http::obsolete_reason(http::int_to_status(response.status));
  std::string octets = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason);
  // A 204 has no content, and must not say how long it is (RFC 9110 section 8.6).
  if (response.status != 204) {
    octets += fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", response.content_type,
                          response.body.size());
  }
  octets += keep_alive_ ? "\r\n" : "Connection: close\r\n\r\n";
  connection.write(octets + response.body);
  if (!keep_alive_) connection.close();
}

void HttpHandler::refuse(net::Connection& connection, boost::system::error_code error) {
  keep_alive_ = false;
  if (error == http::error::body_limit) {
    return respond(connection, response_of({ErrorCode::kTooBig, "the body is too big"}));
  }
  respond(connection, response_of({ErrorCode::kInvalid, "not HTTP: " + error.message()}));
}

}  // namespace roost::admin
