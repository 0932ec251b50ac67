#include "mail/charset.h"

#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/utf8.h"
#include "mail/fold.h"
#include "mail/search.h"

namespace roost::mail {
namespace {

constexpr std::size_t kMaxCharsetName = 64;
constexpr std::size_t kMaxCachedConverters = 8;
constexpr std::size_t kMaxUnknownNames = 32;  // that are remembered: ICU looks for files for each
// ICU counts in 32 bits; nobody looks for a word behind that much text.
constexpr std::size_t kMaxText = std::size_t{1} << 29;

// Charsets that stand for a larger one in practice.
constexpr std::array<std::pair<std::string_view, const char*>, 11> kReadAs = {{
    {"iso-8859-1", "windows-1252"},
    {"latin1", "windows-1252"},
    {"gb2312", "gb18030"},
    {"gb_2312-80", "gb18030"},
    {"gbk", "gb18030"},
    {"x-gbk", "gb18030"},
    {"euc-kr", "windows-949"},
    {"ks_c_5601-1987", "windows-949"},
    {"iso-8859-9", "windows-1254"},
    {"tis-620", "windows-874"},
    {"shift_jis", "windows-31j"},
}};

bool is_ascii_name(std::string_view charset) {
  return charset.empty() || charset == "us-ascii" || charset == "ascii" ||
         charset == "ansi_x3.4-1968";
}

bool is_utf8_name(std::string_view charset) { return charset == "utf-8" || charset == "utf8"; }

// ICU takes options after a comma and looks for files by name: only plain names reach it.
bool is_plain_name(std::string_view charset) {
  return charset.size() <= kMaxCharsetName && std::ranges::all_of(charset, [](char c) {
           return is_alnum(c) || std::string_view("-_.:+").contains(c);
         });
}

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};

// Lifetime, owner: a thread's cache. Thread: that one.
struct Converter {
  std::string name;
  std::unique_ptr<UConverter, CloseConverter> icu;
  bool keeps_ascii = false;  // 7-bit octets are the text they look like
};

bool keeps_ascii(UConverter* converter) {
  switch (ucnv_getType(converter)) {
    case UCNV_SBCS:
    case UCNV_MBCS:
    case UCNV_LATIN_1:
    case UCNV_UTF8:
    case UCNV_US_ASCII:
      break;
    default:
      return false;  // UTF-16, UTF-7, ISO-2022, HZ …
  }
  constexpr std::string_view kSample = "AZaz09@=";  // tells EBCDIC from ASCII
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString text(kSample.data(), kSample.size(), converter, status);
  return U_SUCCESS(status) && text == icu::UnicodeString::fromUTF8("AZaz09@=");
}

// The converter of a charset whose name is in lower case; null if there is none. Good until the
// next call.
Converter* find_converter(std::string_view charset) {
  thread_local std::vector<Converter> cache;
  const auto found = std::ranges::find(cache, charset, &Converter::name);
  if (found != cache.end()) return &*found;
  if (!is_plain_name(charset)) return nullptr;
  thread_local std::vector<std::string> unknown;
  if (std::ranges::find(unknown, charset) != unknown.end()) return nullptr;

  const auto* read_as = std::ranges::find(kReadAs, charset, [](const auto& e) { return e.first; });
  std::string name(charset);
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<UConverter, CloseConverter> icu(
      ucnv_open(read_as != kReadAs.end() ? read_as->second : name.c_str(), &status));
  if (U_FAILURE(status)) {
    if (status == U_MEMORY_ALLOCATION_ERROR) return nullptr;
    if (unknown.size() == kMaxUnknownNames) unknown.erase(unknown.begin());
    unknown.push_back(std::move(name));
    return nullptr;
  }
  if (cache.size() == kMaxCachedConverters) cache.erase(cache.begin());
  const bool ascii = keeps_ascii(icu.get());
  cache.push_back({std::move(name), std::move(icu), ascii});
  return &cache.back();
}

std::string convert(std::string_view octets, Converter& converter) {
  if (converter.keeps_ascii && ascii_prefix(octets) == octets.size()) return std::string(octets);
  octets = octets.substr(0, kMaxText);
  std::string out;
  UErrorCode status = U_ZERO_ERROR;
  ucnv_reset(converter.icu.get());
  const icu::UnicodeString text(octets.data(), static_cast<std::int32_t>(octets.size()),
                                converter.icu.get(), status);
  if (U_SUCCESS(status)) text.toUTF8String(out);
  return out;
}

}  // namespace

std::optional<std::string> from_charset(std::string_view octets, std::string_view charset) {
  const std::string name = to_lower(charset);
  const bool is_ascii = is_ascii_name(name);
  if ((is_ascii || is_utf8_name(name)) && is_utf8(octets.substr(ascii_prefix(octets)))) {
    return std::string(octets);
  }
  Converter* const converter = find_converter(is_ascii ? "windows-1252" : name);
  if (converter == nullptr) return std::nullopt;
  return convert(octets, *converter);
}

std::string text_from_charset(std::string_view octets, std::string_view charset) {
  if (auto text = from_charset(octets, charset)) return *std::move(text);
  return from_charset(octets, "us-ascii").value_or("");
}

Result<std::string> to_utf8(std::string_view text, std::string_view charset) {
  if (charset.empty()) return fail(ErrorCode::kInvalid, "empty charset");
  auto converted = from_charset(text, charset);
  if (!converted) return fail(ErrorCode::kInvalid, "unknown charset");
  return *std::move(converted);
}

}  // namespace roost::mail
