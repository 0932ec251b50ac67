#include "admin/api.h"

#include <optional>
#include <utility>

#include "admin/json.h"
#include "base/percent.h"
#include "base/version.h"

namespace roost::admin {
namespace {

unsigned status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return 400;
    case ErrorCode::kUnauthenticated:
      return 401;
    case ErrorCode::kNoPermission:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kConflict:
      return 409;
    case ErrorCode::kTooBig:
      return 413;
    case ErrorCode::kLimit:
    case ErrorCode::kOverQuota:
      return 429;
    case ErrorCode::kCorruption:
    case ErrorCode::kInternal:
      return 500;
    case ErrorCode::kUnavailable:
    case ErrorCode::kCancelled:
      return 503;
  }
  std::unreachable();
}

Response done(const Result<void>& result) {
  return result ? Response{204, ""} : response_of(result.error());
}

// What stands for "*" in pattern, decoded; an empty name for a pattern without one. Nothing if the
// path does not match.
std::optional<std::string> match(std::string_view path, std::string_view pattern) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return path == pattern ? std::optional("") : std::nullopt;
  const std::string_view before = pattern.substr(0, star);
  const std::string_view after = pattern.substr(star + 1);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) ||
      !path.ends_with(after)) {
    return std::nullopt;
  }
  path.remove_prefix(before.size());
  path.remove_suffix(after.size());
  return path.contains('/') ? std::nullopt : percent_decode(path);
}

}  // namespace

struct Api::Route {
  std::string_view method;
  std::string_view path;
  Visitor visitor;
  Response (Api::*handle)(std::string_view name, std::string_view body);
};

const Api::Route Api::kRoutes[] = {
    {"GET", "/health", Visitor::kAnyone, &Api::health},
    {"GET", "/metrics", Visitor::kAnyone, &Api::metrics},
    {"GET", "/users", Visitor::kOwner, &Api::users},
    {"POST", "/users", Visitor::kOwner, &Api::add_user},
    {"POST", "/users/import", Visitor::kOwner, &Api::import_users},
    {"PUT", "/users/*/password", Visitor::kOwner, &Api::set_password},
    {"DELETE", "/users/*", Visitor::kOwner, &Api::remove_user},
    {"GET", "/connections", Visitor::kOwner, &Api::connections},
    {"POST", "/kick", Visitor::kOwner, &Api::kick},
};

Response response_of(const Error& error) {
  return {status_of(error.code), to_text(json_of(error))};
}

Response Api::handle(Visitor visitor, const Request& request) {
  const std::string_view path = request.target.substr(0, request.target.find('?'));
  bool other_method = false;
  for (const Route& route : kRoutes) {
    if (visitor == Visitor::kAnyone && route.visitor == Visitor::kOwner) continue;
    const auto name = match(path, route.path);
    if (!name) continue;
    if (route.method == request.method) return (this->*route.handle)(*name, request.body);
    other_method = true;
  }
  if (other_method) {
    return {405, to_text(json_of({ErrorCode::kInvalid, "not with this method"}))};
  }
  return response_of({ErrorCode::kNotFound, "no such resource"});
}

Response Api::health(std::string_view /*name*/, std::string_view /*body*/) {
  if (auto writable = store_.writable(); !writable) return response_of(writable.error());
  return {200, to_text({{"status", "ok"}, {"version", kVersion}})};
}

Response Api::metrics(std::string_view /*name*/, std::string_view /*body*/) {
  return {200, roost::metrics::to_text(metrics_.read()), roost::metrics::kTextFormat};
}

Response Api::users(std::string_view /*name*/, std::string_view /*body*/) {
  const auto names = users_.names();
  if (!names) return response_of(names.error());
  return {200, to_text(*names)};
}

Response Api::add_user(std::string_view /*name*/, std::string_view body) {
  const auto json = parse_json(body);
  if (!json) return response_of(json.error());
  const auto name = string_member(*json, "name");
  if (!name) return response_of(name.error());
  const auto password = string_member(*json, "password");
  if (!password) return response_of(password.error());
  if (auto added = users_.add(*name, *password); !added) return response_of(added.error());
  return {201, to_text({{"name", *name}})};
}

Response Api::set_password(std::string_view name, std::string_view body) {
  const auto json = parse_json(body);
  if (!json) return response_of(json.error());
  const auto password = string_member(*json, "password");
  if (!password) return response_of(password.error());
  return done(users_.set_password(name, *password));
}

Response Api::remove_user(std::string_view name, std::string_view /*body*/) {
  return done(users_.remove(name));
}

Response Api::import_users(std::string_view /*name*/, std::string_view body) {
  const auto imported = users_.import(body);
  if (!imported) return response_of(imported.error());
  return {200, to_text({{"imported", *imported}})};
}

Response Api::connections(std::string_view /*name*/, std::string_view /*body*/) {
  const auto list = connections_.list();
  if (!list) return response_of(list.error());
  Json json = Json::array();
  for (const ConnectionInfo& info : *list) json.push_back(json_of(info));
  return {200, to_text(json)};
}

Response Api::kick(std::string_view /*name*/, std::string_view body) {
  const auto json = parse_json(body);
  if (!json) return response_of(json.error());
  const auto filter = kick_filter(*json);
  if (!filter) return response_of(filter.error());
  const auto kicked = connections_.kick(*filter);
  if (!kicked) return response_of(kicked.error());
  return {200, to_text({{"kicked", *kicked}})};
}

}  // namespace roost::admin
