#include "mail/fold.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/ascii.h"

namespace roost::mail {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101;
constexpr std::uint64_t kHighBits = kOnes * 0x80;
// A few ASCII octets between others are not worth a change of path.
constexpr std::size_t kShortGap = 16;
// Longer runs are cut, to bound memory: a mark right behind the cut does not compose.
constexpr std::size_t kMaxRun = 64 * 1024;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

std::uint64_t load(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Eight ASCII octets at once: adding makes the high bit say "at least A" and "above Z".
std::uint64_t lower_word(std::uint64_t word) {
  const std::uint64_t from_a = word + kOnes * (0x80 - 'A');
  const std::uint64_t above_z = word + kOnes * (0x80 - 'Z' - 1);
  const std::uint64_t is_upper_case = from_a & ~above_z & kHighBits;
  return word | is_upper_case >> 2;  // 0x80 >> 2 is the bit that tells the cases apart
}

// Requires: ascii holds only ASCII.
void append_lower(std::string& out, std::string_view ascii) {
  const std::size_t start = out.size();
  out.append(ascii);
  char* at = out.data() + start;
  std::size_t left = ascii.size();
  for (; left >= sizeof(std::uint64_t); left -= sizeof(std::uint64_t)) {
    const std::uint64_t word = lower_word(load(at));
    std::memcpy(at, &word, sizeof word);
    at += sizeof word;
  }
  for (; left > 0; --left, ++at) *at = to_lower(*at);
}

void append_folded(std::string& out, std::string_view run) {
  icu::UnicodeString text =
      icu::UnicodeString::fromUTF8({run.data(), static_cast<std::int32_t>(run.size())});
  text.foldCase();
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const nfc = icu::Normalizer2::getNFCInstance(status);
  const icu::UnicodeString composed = U_SUCCESS(status) ? nfc->normalize(text, status) : text;
  (U_SUCCESS(status) ? composed : text).toUTF8String(out);
}

// The length of the run at the front of s that is not ASCII, or nearly.
std::size_t run_length(std::string_view s) {
  std::size_t end = 0;
  while (end < s.size() && end < kMaxRun) {
    while (end < s.size() && !is_ascii(s[end]) && end < kMaxRun) ++end;
    const std::size_t gap = ascii_prefix(s.substr(end, kShortGap + 1));
    if (gap > kShortGap || end + gap == s.size()) break;
    end += gap;
  }
  // Never between the octets of one character.
  for (int i = 0; i < 3 && end < s.size() && is_continuation(s[end]); ++i) ++end;
  return end;
}

}  // namespace

std::size_t ascii_prefix(std::string_view s) {
  std::size_t n = 0;
  while (s.size() - n >= sizeof(std::uint64_t) && (load(s.data() + n) & kHighBits) == 0) {
    n += sizeof(std::uint64_t);
  }
  while (n < s.size() && is_ascii(s[n])) ++n;
  return n;
}

std::string fold(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  while (!utf8.empty()) {
    const std::size_t ascii = ascii_prefix(utf8);
    // The last letter may have an accent behind it.
    const std::size_t apart =
        ascii == utf8.size() ? ascii : ascii - std::min<std::size_t>(ascii, 1);
    append_lower(out, utf8.substr(0, apart));
    utf8.remove_prefix(apart);
    if (utf8.empty()) break;
    const std::size_t letter = ascii - apart;
    const std::size_t run = letter + run_length(utf8.substr(letter));
    append_folded(out, utf8.substr(0, run));
    utf8.remove_prefix(run);
  }
  return out;
}

bool contains(std::string_view folded, std::string_view needle) {
  return needle.empty() ||
         memmem(folded.data(), folded.size(), needle.data(), needle.size()) != nullptr;
}

}  // namespace roost::mail
