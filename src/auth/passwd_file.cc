#include "auth/passwd_file.h"

#include <cstddef>
#include <unordered_map>

#include "auth/password.h"
#include "auth/user_name.h"
#include "base/ascii.h"

namespace roost::auth {
namespace {

using NameAndHash = std::pair<std::string, std::string>;

Result<NameAndHash> parse_line(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos)
    return fail(ErrorCode::kInvalid, "no \":\" after the user name");
  auto name = prepare_user_name(line.substr(0, colon));
  if (!name) return fail(std::move(name).error());
  const std::string_view rest = line.substr(colon + 1);
  auto hash = imported_hash(rest.substr(0, rest.find(':')));
  if (!hash) return fail(std::move(hash).error());
  return NameAndHash{std::move(*name), std::move(*hash)};
}

std::unexpected<Error> fail_at(std::size_t number, const std::string& detail) {
  return fail(ErrorCode::kInvalid, "line " + std::to_string(number) + ": " + detail);
}

}  // namespace

Result<std::vector<NameAndHash>> parse_passwd_file(std::string_view text) {
  std::vector<NameAndHash> out;
  std::unordered_map<std::string, std::size_t> line_of;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;

    auto parsed = parse_line(line);
    if (!parsed) return fail_at(number, parsed.error().detail);
    const auto [first, is_new] = line_of.try_emplace(to_lower(parsed->first), number);
    if (!is_new) {
      return fail_at(number,
                     parsed->first + " is on line " + std::to_string(first->second) + " too");
    }
    out.push_back(std::move(*parsed));
  }
  return out;
}

}  // namespace roost::auth
