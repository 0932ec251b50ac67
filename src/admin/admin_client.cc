#include "admin/admin_client.h"

#include <sys/un.h>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/none.hpp>
#include <cerrno>
#include <utility>

#include "admin/http_listener.h"
#include "base/percent.h"
#include "base/utf8.h"

namespace roost::admin {

namespace http = boost::beast::http;

namespace {

std::unexpected<Error> lost(const boost::system::error_code& error) {
  return fail(ErrorCode::kUnavailable, "the server hung up: " + error.message());
}

Result<std::size_t> count_in(const Result<Json>& answer, const char* key) {
  if (!answer) return fail(answer.error());
  return number_member(*answer, key);
}

// JSON could not carry it, and a password must not be changed on its way.
Result<void> check_utf8(std::string_view name, std::string_view password) {
  if (is_utf8(name) && is_utf8(password)) return {};
  return fail(ErrorCode::kInvalid, "the user name or the password is not UTF-8");
}

std::string path_of(std::string_view user) { return "/users/" + percent_encode(user); }

}  // namespace

Result<std::unique_ptr<AdminClient>> AdminClient::connect(const std::filesystem::path& data) {
  const std::string path = socket_in(data).string();
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return fail(ErrorCode::kNotFound, path + ": too long for a socket, so nobody listens there");
  }
  std::unique_ptr<AdminClient> client(new AdminClient());
  boost::system::error_code error;
  client->socket_.connect(boost::asio::local::stream_protocol::endpoint(path), error);
  if (!error) return client;
  if (error.value() == EACCES || error.value() == EPERM) {
    return fail(ErrorCode::kNoPermission, path + ": " + error.message());
  }
  return fail(ErrorCode::kNotFound, "no server runs on " + data.string());
}

Result<Json> AdminClient::request(std::string_view method, const std::string& target,
                                  std::string body) {
  http::request<http::string_body> request;
  request.method_string({method.data(), method.size()});
  request.target(target);
  request.set(http::field::host, "roost");
  request.body() = std::move(body);
  request.prepare_payload();
  boost::system::error_code error;
  http::write(socket_, request, error);
  if (error) return lost(error);

  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  http::read(socket_, buffer, parser, error);
  if (error) return lost(error);
  const auto& response = parser.get();
  if (response.body().empty()) return Json();
  auto json = parse_json(response.body());
  if (!json) return fail(std::move(json).error());
  if (http::to_status_class(response.result()) == http::status_class::successful) return json;
  return fail(error_of(*json));
}

Result<void> AdminClient::add(std::string_view name, std::string_view password) {
  if (auto good = check_utf8(name, password); !good) return good;
  const auto answer = request("POST", "/users", to_text({{"name", name}, {"password", password}}));
  if (!answer) return fail(answer.error());
  return {};
}

Result<void> AdminClient::set_password(std::string_view name, std::string_view password) {
  if (auto good = check_utf8(name, password); !good) return good;
  const auto answer =
      request("PUT", path_of(name) + "/password", to_text({{"password", password}}));
  if (!answer) return fail(answer.error());
  return {};
}

Result<void> AdminClient::remove(std::string_view name) {
  const auto answer = request("DELETE", path_of(name), "");
  if (!answer) return fail(answer.error());
  return {};
}

Result<std::vector<std::string>> AdminClient::names() {
  const auto answer = request("GET", "/users", "");
  if (!answer) return fail(answer.error());
  std::vector<std::string> names;
  for (const Json& name : *answer) {
    if (!name.is_string()) return fail(ErrorCode::kInternal, "the server's answer makes no sense");
    names.push_back(name.get<std::string>());
  }
  return names;
}

Result<std::size_t> AdminClient::import(std::string_view passwd_file) {
  return count_in(request("POST", "/users/import", std::string(passwd_file)), "imported");
}

Result<std::vector<ConnectionInfo>> AdminClient::list() {
  const auto answer = request("GET", "/connections", "");
  if (!answer) return fail(answer.error());
  std::vector<ConnectionInfo> list;
  for (const Json& json : *answer) {
    auto info = connection_info(json);
    if (!info) return fail(std::move(info).error());
    list.push_back(std::move(*info));
  }
  return list;
}

Result<std::size_t> AdminClient::kick(const KickFilter& filter) {
  return count_in(request("POST", "/kick", to_text(json_of(filter))), "kicked");
}

}  // namespace roost::admin
