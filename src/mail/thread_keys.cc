#include "mail/thread_keys.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/ascii.h"
#include "mail/fold.h"
#include "mail/header_fields.h"
#include "mail/rfc2047.h"

namespace roost::mail {
namespace {

constexpr std::size_t kMaxSubject = 1000;  // octets that are looked at
constexpr std::size_t kMaxPrefixWord = 16;
constexpr std::string_view kWideColon = "\xef\xbc\x9a";  // of Chinese and Japanese mailers

// FNV-1a, 64 bits. Blanks and line ends do not count: folding moves them.
std::uint64_t hash(std::uint64_t seed, std::string_view s) {
  for (const char c : s) {
    if (!is_space(c)) seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return seed;
}

void skip_blanks(std::string_view& s) {
  while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
}

// "[list]", if something follows it.
bool skip_tag(std::string_view& s) {
  const std::size_t end = s.starts_with('[') ? s.find(']') : std::string_view::npos;
  if (end == std::string_view::npos || end + 1 == s.size()) return false;
  s.remove_prefix(end + 1);
  return true;
}

// "re:", "aw :", "fwd[2]:" and whatever other languages have.
bool skip_word(std::string_view& s) {
  std::size_t n = 0;
  while (n < s.size() && n < kMaxPrefixWord && (is_alnum(s[n]) || !is_ascii(s[n])) &&
         !s.substr(n).starts_with(kWideColon)) {
    ++n;
  }
  if (n == 0) return false;
  std::string_view after = s.substr(n);
  skip_blanks(after);
  if (after.starts_with('[') || after.starts_with('(')) {
    after.remove_prefix(1);
    while (!after.empty() && is_digit(after.front())) after.remove_prefix(1);
    if (!after.starts_with(']') && !after.starts_with(')')) return false;
    after.remove_prefix(1);
  }
  skip_blanks(after);
  if (after.starts_with(kWideColon)) {
    s = after.substr(kWideColon.size());
    return true;
  }
  if (!after.starts_with(':')) return false;
  s = after.substr(1);
  return true;
}

std::uint64_t hash_subject(std::string_view field_body) {
  constexpr std::uint64_t kSeed = 0xcbf29ce484222325;
  const std::string subject = fold(decode_encoded_words(unfold(field_body.substr(0, kMaxSubject))));
  std::string_view rest = subject;
  do {
    skip_blanks(rest);
  } while (skip_tag(rest) || skip_word(rest));
  if (rest.ends_with("(fwd)")) rest.remove_suffix(5);
  return hash(kSeed, rest);
}

// The msg-id between the last "<" and the ">" behind it, taken off; nothing if there is none.
std::optional<std::string_view> take_last_id(std::string_view& ids) {
  const std::size_t end = ids.rfind('>');
  if (end == std::string_view::npos) return std::nullopt;
  const std::size_t start = ids.rfind('<', end);
  if (start == std::string_view::npos) return std::nullopt;
  const std::string_view id = ids.substr(start + 1, end - start - 1);
  ids = ids.substr(0, start);
  return id;
}

std::optional<std::string_view> first_id(std::string_view ids) {
  const std::size_t start = ids.find('<');
  const std::size_t end = ids.find('>', std::min(start, ids.size()));
  if (end == std::string_view::npos) return std::nullopt;
  return ids.substr(start + 1, end - start - 1);
}

// The fields that count, folded; of one that comes more than once the first.
struct Fields {
  std::optional<std::string_view> message_id;
  std::optional<std::string_view> in_reply_to;
  std::optional<std::string_view> references;
  std::optional<std::string_view> subject;
};

Fields read_fields(std::string_view header) {
  Fields out;
  HeaderFields in(header);
  while (const auto field = in.next()) {
    const auto take = [&](std::string_view name, std::optional<std::string_view>& into) {
      if (!into && equal_ignoring_case(field->name, name)) into = field->body;
    };
    take("Message-ID", out.message_id);
    take("In-Reply-To", out.in_reply_to);
    take("References", out.references);
    take("Subject", out.subject);
  }
  return out;
}

}  // namespace

std::vector<std::uint64_t> thread_keys(std::string_view header) {
  const Fields fields = read_fields(header);
  std::vector<std::uint64_t> keys;
  if (!fields.message_id && !fields.in_reply_to && !fields.references) return keys;
  const std::uint64_t subject = hash_subject(fields.subject.value_or(""));
  const auto add = [&](std::string_view id) {
    if (trim(id).empty()) return;
    const std::uint64_t key = hash(subject, id);
    if (keys.size() < kMaxThreadKeys && std::ranges::find(keys, key) == keys.end()) {
      keys.push_back(key);
    }
  };
  if (fields.message_id) add(first_id(*fields.message_id).value_or(trim(*fields.message_id)));
  std::string_view in_reply_to = fields.in_reply_to.value_or("");
  if (const auto parent = take_last_id(in_reply_to)) add(*parent);
  // The root is kept by those who cut a long list short.
  std::string_view references = fields.references.value_or("");
  const auto root = first_id(references);
  while (keys.size() < kMaxThreadKeys - 1) {
    const auto id = take_last_id(references);
    if (!id) break;
    add(*id);
  }
  if (root) add(*root);
  return keys;
}

}  // namespace roost::mail
