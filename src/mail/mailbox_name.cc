#include "mail/mailbox_name.h"

#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/utf8.h>

#include <array>
#include <cstdint>
#include <vector>

#include "base/ascii.h"
#include "base/check.h"

namespace roost::mail {
namespace {

constexpr std::string_view kInbox = "INBOX";

std::string_view first_level(std::string_view name) {
  return name.substr(0, name.find(kHierarchyDelimiter));
}

bool begins_with_inbox(std::string_view name) {
  return equal_ignoring_case(first_level(name), kInbox);
}

// Control characters and line separators, of all of Unicode: what Net-Unicode (RFC 5198) keeps out.
bool is_unicode_control(UChar32 c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

Result<void> check_characters(std::string_view utf8) {
  const auto length = static_cast<std::int32_t>(utf8.size());
  for (std::int32_t i = 0; i < length;) {
    UChar32 c = 0;
    U8_NEXT(utf8.data(), i, length, c);
    if (c < 0) return fail(ErrorCode::kInvalid, "mailbox name is not UTF-8");
    if (is_unicode_control(c)) {
      return fail(ErrorCode::kInvalid, "mailbox name has a control character");
    }
    if (c == '*' || c == '%') {
      return fail(ErrorCode::kInvalid, "mailbox name has a wildcard, \"*\" or \"%\"");
    }
  }
  return {};
}

Result<void> check_levels(std::string_view name) {
  std::size_t depth = 0;
  for (std::string_view rest = name;;) {
    const std::string_view level = first_level(rest);
    if (level.empty()) return fail(ErrorCode::kInvalid, "mailbox name has an empty level");
    if (level == "." || level == "..") {
      return fail(ErrorCode::kInvalid, "\".\" and \"..\" cannot be levels of a mailbox name");
    }
    if (++depth > kMaxMailboxDepth) {
      return fail(ErrorCode::kInvalid, "mailbox name has too many levels");
    }
    if (level.size() == rest.size()) return {};
    rest.remove_prefix(level.size() + 1);
  }
}

std::string to_nfc(std::string_view utf8) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  ROOST_CHECK(U_SUCCESS(status));  // the tables of NFC are part of the library
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  nfc->normalizeUTF8(0, icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())), sink,
                     nullptr, status);
  ROOST_CHECK(U_SUCCESS(status));
  return out;
}

bool is_wildcard(char c) { return c == '*' || c == '%'; }

// The same pattern with each run of wildcards as one: "*" if there is one in it. What remains has
// no two wildcards side by side, so its length is bound by its literals.
std::string without_runs(std::string_view pattern) {
  std::string out;
  for (const char c : pattern) {
    if (!is_wildcard(c) || out.empty() || !is_wildcard(out.back())) {
      out += c;
    } else if (c == '*') {
      out.back() = '*';
    }
  }
  return out;
}

}  // namespace

// Whether the octets are UTF-8 is seen by normalise_mailbox_name.
Result<std::string> decode_mailbox_name(std::string_view wire, NameEncoding encoding) {
  return encoding == NameEncoding::kUtf8 ? std::string(wire) : decode_modified_utf7(wire);
}

std::string encode_mailbox_name(std::string_view utf8, NameEncoding encoding) {
  return encoding == NameEncoding::kUtf8 ? std::string(utf8) : encode_modified_utf7(utf8);
}

Result<std::string> normalise_mailbox_name(std::string_view utf8) {
  if (utf8.ends_with(kHierarchyDelimiter)) utf8.remove_suffix(1);
  if (utf8.empty()) return fail(ErrorCode::kInvalid, "mailbox name is empty");
  // NFC makes nothing shorter than a third; so this refuses nothing that could fit.
  if (utf8.size() > 3 * kMaxMailboxName) {
    return fail(ErrorCode::kInvalid, "mailbox name is too long");
  }
  if (auto checked = check_characters(utf8); !checked) return fail(checked.error());

  std::string name = to_nfc(utf8);
  if (begins_with_inbox(name)) name.replace(0, kInbox.size(), kInbox);
  if (name.size() > kMaxMailboxName) return fail(ErrorCode::kInvalid, "mailbox name is too long");
  if (auto checked = check_levels(name); !checked) return fail(checked.error());
  return name;
}

std::optional<std::string_view> parent_of(std::string_view name) {
  const std::size_t delimiter = name.rfind(kHierarchyDelimiter);
  if (delimiter == std::string_view::npos) return std::nullopt;
  return name.substr(0, delimiter);
}

bool is_inferior_of(std::string_view name, std::string_view ancestor) {
  return name.size() > ancestor.size() && name.starts_with(ancestor) &&
         name[ancestor.size()] == kHierarchyDelimiter;
}

// All positions of the pattern that what has been read of the name can have reached, advanced
// together: no backtracking, whatever the pattern.
bool matches_list_pattern(std::string_view name, std::string_view pattern) {
  const std::string steps = without_runs(pattern);
  if (steps.size() > 2 * name.size() + 1) return false;  // more literals than the name has octets
  const std::size_t any_case = begins_with_inbox(name) ? kInbox.size() : 0;

  std::vector<char> reached(steps.size() + 1, 0);
  // A wildcard may match nothing. No two stand side by side, so this is one step.
  const auto skip_wildcards = [&] {
    for (std::size_t p = 0; p < steps.size(); ++p) {
      if (reached[p] != 0 && is_wildcard(steps[p])) reached[p + 1] = 1;
    }
  };
  reached[0] = 1;
  skip_wildcards();
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    bool alive = false;
    for (std::size_t p = steps.size() + 1; p-- > 0;) {
      const bool stay = p < steps.size() && reached[p] != 0 &&
                        (steps[p] == '*' || (steps[p] == '%' && c != kHierarchyDelimiter));
      const bool move =
          p > 0 && reached[p - 1] != 0 && !is_wildcard(steps[p - 1]) &&
          (steps[p - 1] == c || (i < any_case && to_upper(steps[p - 1]) == to_upper(c)));
      reached[p] = stay || move ? 1 : 0;
      alive |= stay || move;
    }
    if (!alive) return false;
    skip_wildcards();
  }
  return reached[steps.size()] != 0;
}

}  // namespace roost::mail
