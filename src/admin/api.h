// The admin API without a socket: requests in, responses out.
//
//   GET    /health                          {"status":"ok", …}, or 503    to everybody
//   GET    /metrics                         Prometheus text               to everybody
//   GET    /users                           ["wren", …]
//   POST   /users                           {"name":…, "password":…}      {"name":…}
//   PUT    /users/NAME/password             {"password":…}
//   DELETE /users/NAME
//   POST   /users/import                    passwd-file lines             {"imported":N}
//   GET    /connections                     [{"id":…, "user":…}, …]
//   POST   /kick                            {"user":…} {"id":…} {"address":…}   {"kicked":N}
//
// An error is {"error":"not found", "detail":"in words"}. What is not for everybody is served on
// the Unix socket in the data directory only, whose permissions are all the authentication.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "admin/live_connections.h"
#include "auth/users.h"
#include "base/error.h"
#include "base/metrics.h"
#include "store/store.h"

namespace roost::admin {

enum class Visitor : std::uint8_t {
  kOwner,   // on the Unix socket
  kAnyone,  // on a TCP port
};

struct Request {
  std::string_view method;  // "GET"
  std::string_view target;  // "/users/wren%40example.org/password"; a query is ignored
  std::string_view body;
};

struct Response {
  unsigned status = 200;
  std::string body;
  std::string_view content_type = "application/json";  // a literal
};

[[nodiscard]] Response response_of(const Error& error);

// Owner: the server; what it was given outlives it. Thread: any worker; handle blocks.
class Api {
 public:
  Api(const store::Store& store, auth::Users& users, LiveConnections& connections,
      const metrics::Registry& metrics)
      : store_(store), users_(users), connections_(connections), metrics_(metrics) {}

  [[nodiscard]] Response handle(Visitor visitor, const Request& request);

 private:
  struct Route;
  static const Route kRoutes[];

  // name: the user's, in the path; body: the request's.
  Response health(std::string_view name, std::string_view body);
  Response metrics(std::string_view name, std::string_view body);
  Response users(std::string_view name, std::string_view body);
  Response add_user(std::string_view name, std::string_view body);
  Response set_password(std::string_view name, std::string_view body);
  Response remove_user(std::string_view name, std::string_view body);
  Response import_users(std::string_view name, std::string_view body);
  Response connections(std::string_view name, std::string_view body);
  Response kick(std::string_view name, std::string_view body);

  const store::Store& store_;
  auth::Users& users_;
  LiveConnections& connections_;
  const metrics::Registry& metrics_;
};

}  // namespace roost::admin
