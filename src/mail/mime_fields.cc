#include "mail/mime_fields.h"

#include <algorithm>

#include "base/ascii.h"
#include "mail/header_fields.h"
#include "mail/lexical.h"

namespace roost::mail {
namespace {

constexpr std::size_t kMaxLanguages = 100;

std::vector<std::string> parse_languages(std::string_view value) {
  std::vector<std::string> out;
  while (!value.empty() && out.size() < kMaxLanguages) {
    skip_cfws(value);
    const std::size_t end = std::min(value.find_first_of(",( \t"), value.size());
    if (end > 0) out.emplace_back(value.substr(0, end));
    value.remove_prefix(end);
    skip_cfws(value);
    if (value.starts_with(',')) value.remove_prefix(1);
  }
  return out;
}

// "base64" of " Base64 (comment)".
std::string parse_encoding(std::string_view value) {
  skip_cfws(value);
  const std::size_t end = std::min(value.find_first_of(";( \t"), value.size());
  return to_lower(value.substr(0, end));
}

}  // namespace

MimeFields parse_mime_fields(std::string_view header, ContentType default_type) {
  std::optional<std::string> type;
  std::optional<std::string> encoding;
  std::optional<std::string> disposition;
  std::optional<std::string> language;
  MimeFields out;
  const auto wanted = [&](std::string_view name) -> std::optional<std::string>* {
    if (!starts_with_ignoring_case(name, "Content-")) return nullptr;
    name.remove_prefix(8);
    if (equal_ignoring_case(name, "Type")) return &type;
    if (equal_ignoring_case(name, "Transfer-Encoding")) return &encoding;
    if (equal_ignoring_case(name, "ID")) return &out.id;
    if (equal_ignoring_case(name, "Description")) return &out.description;
    if (equal_ignoring_case(name, "MD5")) return &out.md5;
    if (equal_ignoring_case(name, "Disposition")) return &disposition;
    if (equal_ignoring_case(name, "Language")) return &language;
    if (equal_ignoring_case(name, "Location")) return &out.location;
    return nullptr;
  };
  HeaderFields in(header);
  while (const auto field = in.next()) {
    std::optional<std::string>* const value = wanted(field->name);
    if (value != nullptr && !*value) *value = unfold(field->body);
  }
  out.type = type ? parse_content_type(*type).value_or(ContentType{}) : std::move(default_type);
  if (encoding) out.encoding = parse_encoding(*encoding);
  if (out.encoding.empty()) out.encoding = "7bit";
  if (disposition) out.disposition = parse_disposition(*disposition);
  if (language) out.language = parse_languages(*language);
  return out;
}

}  // namespace roost::mail
