#include "mail/header_fields.h"

#include "base/ascii.h"

namespace roost::mail {
namespace {

std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// The length of the first line of s with its line end.
std::size_t line_length(std::string_view s) {
  const std::size_t end = s.find('\n');
  return end == std::string_view::npos ? s.size() : end + 1;
}

}  // namespace

std::string_view field_name(std::string_view line) {
  std::size_t end = 0;
  while (end < line.size() && is_printable(line[end]) && line[end] != ' ' && line[end] != ':') {
    ++end;
  }
  std::size_t colon = end;
  while (colon < line.size() && is_blank(line[colon])) ++colon;
  if (colon == line.size() || line[colon] != ':') return {};
  return line.substr(0, end);
}

std::optional<HeaderField> HeaderFields::next() {
  std::size_t end = line_length(rest_);
  if (without_line_end(rest_.substr(0, end)).empty()) return std::nullopt;
  while (end < rest_.size() && is_blank(rest_[end])) end += line_length(rest_.substr(end));

  HeaderField field;
  field.octets = rest_.substr(0, end);
  field.name = field_name(field.octets);
  field.body = without_line_end(field.octets);
  if (!field.name.empty()) field.body.remove_prefix(field.body.find(':') + 1);
  rest_.remove_prefix(end);
  return field;
}

std::string unfold(std::string_view field_body) {
  std::string out;
  const std::string_view body = trim(field_body);
  out.reserve(body.size());
  for (std::size_t i = 0; i < body.size(); ++i) {
    const bool at_line_end =
        body[i] == '\n' || (body[i] == '\r' && i + 1 < body.size() && body[i + 1] == '\n');
    if (!at_line_end) out.push_back(body[i]);
  }
  return out;
}

}  // namespace roost::mail
