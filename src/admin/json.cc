#include "admin/json.h"

#include <utility>

namespace roost::admin {

std::string to_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Json> parse_json(std::string_view text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return fail(ErrorCode::kInvalid, "not JSON");
  return json;
}

namespace {

const Json* member(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(key);
  return it == object.end() ? nullptr : &*it;
}

}  // namespace

Result<std::string> string_member(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (value == nullptr || !value->is_string()) {
    return fail(ErrorCode::kInvalid, std::string("\"") + key + "\" must be a string");
  }
  return value->get<std::string>();
}

Result<std::uint64_t> number_member(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (value == nullptr || !value->is_number_unsigned()) {
    return fail(ErrorCode::kInvalid, std::string("\"") + key + "\" must be a whole number");
  }
  return value->get<std::uint64_t>();
}

Json json_of(const ConnectionInfo& info) {
  return {{"id", info.id},       {"protocol", info.protocol},
          {"user", info.user},   {"address", info.address},
          {"state", info.state}, {"mailbox", info.mailbox},
          {"tls", info.tls},     {"age", static_cast<std::uint64_t>(info.age.count())}};
}

Result<ConnectionInfo> connection_info(const Json& json) {
  ConnectionInfo info;
  for (const auto& [key, to] : {std::pair{"protocol", &info.protocol},
                                {"user", &info.user},
                                {"address", &info.address},
                                {"state", &info.state},
                                {"mailbox", &info.mailbox}}) {
    auto value = string_member(json, key);
    if (!value) return fail(std::move(value).error());
    *to = std::move(*value);
  }
  const auto id = number_member(json, "id");
  if (!id) return fail(id.error());
  const auto age = number_member(json, "age");
  if (!age) return fail(age.error());
  const Json* tls = member(json, "tls");
  if (tls == nullptr || !tls->is_boolean()) {
    return fail(ErrorCode::kInvalid, "\"tls\" must be true or false");
  }
  info.id = *id;
  info.age = std::chrono::seconds(*age);
  info.tls = tls->get<bool>();
  return info;
}

Json json_of(const KickFilter& filter) {
  Json json = Json::object();
  if (filter.id) json["id"] = *filter.id;
  if (filter.user) json["user"] = *filter.user;
  if (filter.address) json["address"] = *filter.address;
  return json;
}

Result<KickFilter> kick_filter(const Json& json) {
  KickFilter filter;
  if (member(json, "id") != nullptr) {
    const auto id = number_member(json, "id");
    if (!id) return fail(id.error());
    filter.id = *id;
  }
  for (const auto& [key, to] :
       {std::pair{"user", &filter.user}, std::pair{"address", &filter.address}}) {
    if (member(json, key) == nullptr) continue;
    auto value = string_member(json, key);
    if (!value) return fail(std::move(value).error());
    *to = std::move(*value);
  }
  if (filter == KickFilter{}) {
    return fail(ErrorCode::kInvalid, "whom? \"id\", \"user\" or \"address\" must be given");
  }
  return filter;
}

Json json_of(const Error& error) {
  return {{"error", to_string(error.code)}, {"detail", error.detail}};
}

Error error_of(const Json& json) {
  const auto name = string_member(json, "error");
  const auto detail = string_member(json, "detail");
  if (!name || !detail) return {ErrorCode::kInternal, "the server's answer makes no sense"};
  for (int i = 0; i <= static_cast<int>(ErrorCode::kInternal); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    if (to_string(code) == *name) return {code, *detail};
  }
  return {ErrorCode::kInternal, *detail};
}

}  // namespace roost::admin
