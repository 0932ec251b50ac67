#include "mail/content_type.h"

#include <algorithm>
#include <map>
#include <unordered_map>

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
  std::vector<std::size_t> places;  // of the parameters that it was made of
};

// What stands behind the name: "*", "*1" or "*1*".
struct PieceNumber {
  std::optional<std::size_t> number;  // none: it is the whole value
  bool encoded = false;
};
std::optional<PieceNumber> read_piece_number(std::string_view suffix) {
  if (!suffix.starts_with('*')) return std::nullopt;
  suffix.remove_prefix(1);
  if (suffix.empty()) return PieceNumber{.encoded = true};
  if (!is_digit(suffix.front())) return std::nullopt;
  std::size_t number = 0;
  while (!suffix.empty() && is_digit(suffix.front()) && number < kMaxParameters) {
    number = number * 10 + static_cast<std::size_t>(suffix.front() - '0');
    suffix.remove_prefix(1);
  }
  if (!suffix.empty() && suffix != "*") return std::nullopt;
  return PieceNumber{number, !suffix.empty()};
}

Joined whole_value(std::string_view value, std::size_t place) {
  const Extended extended = read_extended(value);
  Joined out{.charset = extended.charset, .encoded = true, .places = {place}};
  append_percent_decoded(out.value, extended.text);
  return out;
}

// places: of the parameters whose names begin with a name of that many octets.
std::optional<Joined> join_pieces(const Parameters& parameters,
                                  const std::vector<std::size_t>& places, std::size_t name_size) {
  struct Piece {
    std::size_t place;
    bool encoded;
  };
  std::map<std::size_t, Piece> pieces;
  for (const std::size_t place : places) {
    const auto& [full_name, value] = parameters[place];
    const auto piece = read_piece_number(std::string_view(full_name).substr(name_size));
    if (!piece) continue;
    if (!piece->number) return whole_value(value, place);
    pieces.try_emplace(*piece->number, Piece{place, piece->encoded});
  }
  if (!pieces.contains(0)) return std::nullopt;
  Joined out;
  std::size_t expected = 0;
  for (const auto& [number, piece] : pieces) {
    if (number != expected++) break;  // a piece is missing: what follows belongs elsewhere
    const std::string_view value = parameters[piece.place].second;
    out.places.push_back(piece.place);
    out.encoded = out.encoded || piece.encoded;
    if (!piece.encoded) {
      out.value += value;
      continue;
    }
    Extended extended{{}, value};
    if (number == 0) {
      extended = read_extended(value);
      out.charset = extended.charset;
    }
    append_percent_decoded(out.value, extended.text);
  }
  return out;
}

// Nothing where its charset is not known.
std::optional<std::string> text_of(const Joined& joined) {
  if (!joined.encoded) return joined.value;
  if (joined.charset.empty()) return text_from_charset(joined.value, "");
  return from_charset(joined.value, to_lower(joined.charset));
}

}  // namespace

std::optional<std::string> parameter(const Parameters& parameters, std::string_view name) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto& [full_name, value] = parameters[i];
    if (!starts_with_ignoring_case(full_name, name)) continue;
    if (full_name.size() == name.size()) return value;
    places.push_back(i);
  }
  auto joined = join_pieces(parameters, places, name.size());
  return joined ? std::optional(std::move(joined->value)) : std::nullopt;
}

Parameters decoded(const Parameters& parameters) {
  // By names without what RFC 2231 adds, in lower case.
  std::unordered_map<std::string, std::vector<std::size_t>> pieces;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string& full_name = parameters[i].first;
    const std::size_t star = full_name.find('*');
    if (star != 0 && star != std::string::npos) {
      pieces[to_lower(full_name.substr(0, star))].push_back(i);
    }
  }
  Parameters out;
  std::vector<bool> is_told(parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto& [full_name, value] = parameters[i];
    const std::string name = to_lower(full_name.substr(0, full_name.find('*')));
    // The first of a name stands for all of them.
    const auto found = pieces.find(name);
    if (found != pieces.end() && found->second.front() == i) {
      const auto joined = join_pieces(parameters, found->second, name.size());
      if (auto text = joined ? text_of(*joined) : std::nullopt) {
        out.emplace_back(joined->encoded ? name + '*' : name, *std::move(text));
        for (const std::size_t place : joined->places) is_told[place] = true;
      }
    }
    if (!is_told[i]) out.emplace_back(full_name, value);
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
