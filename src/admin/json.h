// The JSON of the admin API, both ways, so that server and client cannot disagree.
//
// What a reader would get wrong: nlohmann's dump throws on a string that is not UTF-8. to_text
// replaces such octets; parse answers with an Error.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "admin/live_connections.h"
#include "base/error.h"

namespace roost::admin {

using Json = nlohmann::json;

[[nodiscard]] std::string to_text(const Json& json);
[[nodiscard]] Result<Json> parse_json(std::string_view text);  // kInvalid
// A member of an object that must be there. kInvalid.
[[nodiscard]] Result<std::string> string_member(const Json& object, const char* key);
[[nodiscard]] Result<std::uint64_t> number_member(const Json& object, const char* key);

[[nodiscard]] Json json_of(const ConnectionInfo& info);
[[nodiscard]] Result<ConnectionInfo> connection_info(const Json& json);
[[nodiscard]] Json json_of(const KickFilter& filter);
[[nodiscard]] Result<KickFilter> kick_filter(const Json& json);

[[nodiscard]] Json json_of(const Error& error);
// kInternal if it is not the JSON of an error.
[[nodiscard]] Error error_of(const Json& json);

}  // namespace roost::admin
