#include "mail/thread_keys.h"

#include <algorithm>
#include <ranges>
#include <string>

#include "base/ascii.h"
#include "mail/envelope.h"
#include "mail/fold.h"
#include "mail/message_ids.h"
#include "mail/rfc2047.h"

namespace roost::mail {
namespace {

constexpr std::size_t kMaxSubject = 1000;  // octets that count, of what is left of it
constexpr std::size_t kMaxPrefixWord = 16;

// FNV-1a, 64 bits, of the first octets. Blanks do not count: folding moves them.
std::uint64_t hash(std::uint64_t seed, std::string_view s, std::size_t octets) {
  for (const char c : s) {
    if (is_space(c)) continue;
    if (octets-- == 0) break;
    seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3;
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

// "RE:", "AW :", "FWD[2]:" and whatever other languages have; a wide colon is folded to this one.
bool skip_word(std::string_view& s) {
  std::size_t n = 0;
  while (n < s.size() && n < kMaxPrefixWord && (is_alnum(s[n]) || !is_ascii(s[n]))) ++n;
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
  if (!after.starts_with(':')) return false;
  s = after.substr(1);
  return true;
}

std::uint64_t hash_subject(std::string_view subject_field) {
  constexpr std::uint64_t kSeed = 0xcbf29ce484222325;
  const std::string subject = fold(decode_encoded_words(subject_field));
  std::string_view rest = subject;
  do {
    skip_blanks(rest);
  } while (skip_tag(rest) || skip_word(rest));
  if (rest.ends_with("(FWD)")) rest.remove_suffix(5);
  return hash(kSeed, rest, kMaxSubject);
}

}  // namespace

std::vector<std::uint64_t> thread_keys(const Digest& digest) {
  MessageIds ids(digest.message_ids ? std::string_view(*digest.message_ids) : std::string_view());
  std::vector<std::string_view> references;
  while (const auto id = ids.next()) references.push_back(*id);
  std::vector<std::uint64_t> keys;
  if (ids.own().empty() && references.empty()) return keys;
  const std::uint64_t subject = hash_subject(subject_of_envelope(digest.envelope).value_or(""));
  const auto add = [&](std::string_view id) {
    const std::uint64_t key = hash(subject, id, id.size());
    if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
  };
  if (!ids.own().empty()) add(ids.own());
  for (const std::string_view id : std::views::reverse(references)) {
    if (keys.size() == kMaxThreadKeys - 1) break;
    add(id);
  }
  // The root is kept by those who cut a long list short.
  if (!references.empty()) add(references.front());
  return keys;
}

}  // namespace roost::mail
