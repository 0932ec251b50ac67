#include "mail/content_type.h"

#include <algorithm>
#include <map>

#include "base/ascii.h"
#include "mail/charset.h"
#include "mail/lexical.h"

namespace roost::mail {
namespace {

constexpr std::size_t kMaxParameters = 200;

bool is_token_octet(char c) {
  constexpr std::string_view kSpecials = "()<>@,;:\\\"/[]?=";
  return !is_control(c) && c != ' ' && !kSpecials.contains(c);
}

std::string_view take_token(std::string_view& s) {
  std::size_t end = 0;
  while (end < s.size() && is_token_octet(s[end])) ++end;
  const std::string_view token = s.substr(0, end);
  s.remove_prefix(end);
  return token;
}

// An unquoted value: to the semicolon or a comment that stands apart, without the blanks after it.
std::string_view take_bare_value(std::string_view& s) {
  std::size_t end = 0;
  while (end < s.size() && s[end] != ';' && !(s[end] == '(' && end > 0 && is_space(s[end - 1]))) {
    ++end;
  }
  const std::string_view value = trim(s.substr(0, end));
  s.remove_prefix(end);
  return value;
}

Parameters take_parameters(std::string_view s) {
  Parameters out;
  while (!s.empty() && out.size() < kMaxParameters) {
    skip_cfws(s);
    if (s.starts_with(';')) {
      s.remove_prefix(1);
      continue;
    }
    const std::string name(take_token(s));
    skip_cfws(s);
    if (name.empty() || !s.starts_with('=')) {
      s.remove_prefix(std::min(s.find(';'), s.size()));
      continue;
    }
    s.remove_prefix(1);
    skip_cfws(s);
    out.emplace_back(name, s.starts_with('"') ? take_quoted(s) : std::string(take_bare_value(s)));
  }
  return out;
}

// RFC 2231 section 4: charset'language'text, of a first or only piece.
struct Extended {
  std::string_view charset;
  std::string_view text;
};
Extended read_extended(std::string_view value) {
  const std::size_t first = value.find('\'');
  if (first == std::string_view::npos) return {{}, value};
  const std::size_t second = value.find('\'', first + 1);
  if (second == std::string_view::npos) return {{}, value};
  return {value.substr(0, first), value.substr(second + 1)};
}

void append_percent_decoded(std::string& out, std::string_view value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '%' && i + 2 < value.size() && hex_value(value[i + 1]) >= 0 &&
        hex_value(value[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_value(value[i + 1]) * 16 + hex_value(value[i + 2])));
      i += 2;
    } else {
      out.push_back(value[i]);
    }
  }
}

// Of a value in pieces, or encoded.
struct Joined {
  std::string value;
  std::string_view charset;
  bool encoded = false;
};

std::optional<Joined> join_pieces(const Parameters& parameters, std::string_view name) {
  struct Piece {
    std::string_view value;
    bool encoded = false;
  };
  std::map<std::size_t, Piece> pieces;
  for (const auto& [full_name, value] : parameters) {
    if (!starts_with_ignoring_case(full_name, name)) continue;
    std::string_view suffix = std::string_view(full_name).substr(name.size());
    if (!suffix.starts_with('*')) continue;
    suffix.remove_prefix(1);
    std::size_t number = 0;
    const bool single = suffix.empty();
    while (!suffix.empty() && is_digit(suffix.front()) && number < kMaxParameters) {
      number = number * 10 + static_cast<std::size_t>(suffix.front() - '0');
      suffix.remove_prefix(1);
    }
    if (suffix.empty() || suffix == "*") {
      pieces.try_emplace(number, Piece{value, single || suffix == "*"});
    }
  }
  if (!pieces.contains(0)) return std::nullopt;
  Joined out;
  std::size_t expected = 0;
  for (const auto& [number, piece] : pieces) {
    if (number != expected++) break;  // a piece is missing: what follows belongs elsewhere
    out.encoded = out.encoded || piece.encoded;
    if (!piece.encoded) {
      out.value += piece.value;
      continue;
    }
    Extended extended{{}, piece.value};
    if (number == 0) {
      extended = read_extended(piece.value);
      out.charset = extended.charset;
    }
    append_percent_decoded(out.value, extended.text);
  }
  return out;
}

}  // namespace

std::optional<std::string> parameter(const Parameters& parameters, std::string_view name) {
  for (const auto& [full_name, value] : parameters) {
    if (equal_ignoring_case(full_name, name)) return value;
  }
  auto joined = join_pieces(parameters, name);
  return joined ? std::optional(std::move(joined->value)) : std::nullopt;
}

Parameters decoded(const Parameters& parameters) {
  Parameters out;
  std::vector<std::string> done;  // names without what RFC 2231 adds, in lower case
  for (const auto& [full_name, value] : parameters) {
    const std::string name = to_lower(full_name.substr(0, full_name.find('*')));
    if (name.empty() || name.size() == full_name.size()) {
      out.emplace_back(full_name, value);
      continue;
    }
    if (std::ranges::find(done, name) != done.end()) continue;
    const auto joined = join_pieces(parameters, name);
    std::optional<std::string> text;
    if (joined && !joined->encoded) text = joined->value;
    if (joined && joined->encoded) {
      text = joined->charset.empty() ? text_from_charset(joined->value, "")
                                     : from_charset(joined->value, to_lower(joined->charset));
    }
    if (!text) {
      out.emplace_back(full_name, value);
      continue;
    }
    out.emplace_back(joined->encoded ? name + '*' : name, *std::move(text));
    done.push_back(name);
  }
  return out;
}

std::optional<ContentType> parse_content_type(std::string_view value) {
  ContentType out;
  skip_cfws(value);
  out.type = to_lower(take_token(value));
  skip_cfws(value);
  if (out.type.empty() || !value.starts_with('/')) return std::nullopt;
  value.remove_prefix(1);
  skip_cfws(value);
  out.subtype = to_lower(take_token(value));
  if (out.subtype.empty()) return std::nullopt;
  out.parameters = take_parameters(value);
  return out;
}

std::optional<Disposition> parse_disposition(std::string_view value) {
  Disposition out;
  skip_cfws(value);
  out.type = take_token(value);
  if (out.type.empty()) return std::nullopt;
  out.parameters = take_parameters(value);
  return out;
}

}  // namespace roost::mail
