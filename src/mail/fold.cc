#include "mail/fold.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
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
// Longer runs are cut, to bound memory: marks around the cut keep the order they came in.
constexpr std::size_t kMaxRun = 64 * 1024;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

std::uint64_t load(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Eight ASCII octets at once: adding makes the high bit say "at least a" and "above z".
std::uint64_t upper_word(std::uint64_t word) {
  const std::uint64_t from_a = word + kOnes * (0x80 - 'a');
  const std::uint64_t above_z = word + kOnes * (0x80 - 'z' - 1);
  const std::uint64_t is_lower_case = from_a & ~above_z & kHighBits;
  return word ^ is_lower_case >> 2;  // 0x80 >> 2 is the bit that tells the cases apart
}

// Requires: ascii holds only ASCII.
void append_upper(std::string& out, std::string_view ascii) {
  const std::size_t start = out.size();
  out.append(ascii);
  char* at = out.data() + start;
  std::size_t left = ascii.size();
  for (; left >= sizeof(std::uint64_t); left -= sizeof(std::uint64_t)) {
    const std::uint64_t word = upper_word(load(at));
    std::memcpy(at, &word, sizeof word);
    at += sizeof word;
  }
  for (; left > 0; --left, ++at) *at = to_upper(*at);
}

void append_folded(std::string& out, std::string_view run) {
  const icu::UnicodeString text =
      icu::UnicodeString::fromUTF8({run.data(), static_cast<std::int32_t>(run.size())});
  icu::UnicodeString titled;
  for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    titled.append(u_totitle(text.char32At(at)));
  }
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const nfkd = icu::Normalizer2::getNFKDInstance(status);
  const icu::UnicodeString decomposed =
      U_SUCCESS(status) ? nfkd->normalize(titled, status) : titled;
  (U_SUCCESS(status) ? decomposed : titled).toUTF8String(out);
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
  const std::size_t most = std::max(utf8.size(), kMaxGrown);
  while (!utf8.empty() && out.size() < most) {
    const std::size_t ascii = ascii_prefix(utf8);
    append_upper(out, utf8.substr(0, ascii));
    utf8.remove_prefix(ascii);
    const std::size_t run = run_length(utf8);
    if (run > 0) append_folded(out, utf8.substr(0, run));
    utf8.remove_prefix(run);
  }
  return out;
}

std::size_t find(std::string_view folded, std::string_view needle) {
  if (needle.empty()) return 0;
  const void* const at = memmem(folded.data(), folded.size(), needle.data(), needle.size());
  if (at == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(at) - folded.data());
}

}  // namespace roost::mail
