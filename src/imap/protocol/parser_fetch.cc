// Parser: fetch-att and section (RFC 3501 section 9, meanings in section 6.4.5; BINARY of RFC 3516
// section 7, EMAILID and THREADID of RFC 8474, SAVEDATE of RFC 8514, PREVIEW of RFC 8970 section
// 6).
#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "imap/protocol/parser.h"

namespace roost::imap {
namespace {

using Kind = FetchAtt::Kind;
using What = mail::Section::What;

FetchAtt simple(Kind kind) { return {.kind = kind, .section = {}, .partial = {}}; }

FetchAtt old_section(Kind kind, What what, bool peek) {
  return {.kind = kind,
          .peek = peek,
          .section = {.part = {}, .what = what, .fields = {}},
          .partial = {}};
}

std::optional<FetchAtt> fetch_att_named(std::string_view name) {
  const auto is = [name](std::string_view other) { return equal_ignoring_case(name, other); };
  if (is("UID")) return simple(Kind::kUid);
  if (is("FLAGS")) return simple(Kind::kFlags);
  if (is("INTERNALDATE")) return simple(Kind::kInternalDate);
  if (is("RFC822.SIZE")) return simple(Kind::kRfc822Size);
  if (is("ENVELOPE")) return simple(Kind::kEnvelope);
  if (is("BODY")) return simple(Kind::kBody);
  if (is("BODYSTRUCTURE")) return simple(Kind::kBodyStructure);
  if (is("MODSEQ")) return simple(Kind::kModSeq);
  if (is("RFC822")) return old_section(Kind::kRfc822, What::kAll, false);
  if (is("EMAILID")) return simple(Kind::kEmailId);
  if (is("THREADID")) return simple(Kind::kThreadId);
  if (is("SAVEDATE")) return simple(Kind::kSaveDate);
  if (is("PREVIEW")) return simple(Kind::kPreview);
  // Equivalent to BODY.PEEK[HEADER] but for its name: it does not set \Seen.
  if (is("RFC822.HEADER")) return old_section(Kind::kRfc822Header, What::kHeader, true);
  if (is("RFC822.TEXT")) return old_section(Kind::kRfc822Text, What::kText, false);
  return std::nullopt;
}

// What stands before a "[".
struct SectionName {
  std::string_view name;
  Kind kind;
  bool peek;
};
constexpr auto kSectionNames = std::to_array<SectionName>({
    {"BODY", Kind::kSection, false},
    {"BODY.PEEK", Kind::kSection, true},
    {"BINARY", Kind::kBinary, false},
    {"BINARY.PEEK", Kind::kBinary, true},
    {"BINARY.SIZE", Kind::kBinarySize, true},
});

std::vector<FetchAtt> simple_all(std::initializer_list<Kind> kinds) {
  std::vector<FetchAtt> atts;
  for (const Kind kind : kinds) atts.push_back(simple(kind));
  return atts;
}

// The names of fetch-att and section-text; "[" and "<" end one though an atom could hold them.
bool is_name_char(char c) { return is_alnum(c) || c == '.'; }

}  // namespace

std::vector<FetchAtt> Parser::fetch_atts() {
  if (try_word("FAST")) return simple_all({Kind::kFlags, Kind::kInternalDate, Kind::kRfc822Size});
  if (try_word("ALL")) {
    return simple_all({Kind::kFlags, Kind::kInternalDate, Kind::kRfc822Size, Kind::kEnvelope});
  }
  if (try_word("FULL")) {
    return simple_all(
        {Kind::kFlags, Kind::kInternalDate, Kind::kRfc822Size, Kind::kEnvelope, Kind::kBody});
  }
  std::vector<FetchAtt> atts;
  if (peek() == '(') {
    list([&] { fetch_att(atts); });
  } else {
    fetch_att(atts);
  }
  return ok() ? atts : std::vector<FetchAtt>();
}

void Parser::fetch_att(std::vector<FetchAtt>& into) {
  if (into.size() == kMaxFetchAtts) return fail("fewer fetch items");
  const std::string_view name = take_while(is_name_char);
  if (peek() == '[') {
    const auto* known = std::ranges::find_if(kSectionNames, [name](const SectionName& row) {
      return equal_ignoring_case(row.name, name);
    });
    if (known == kSectionNames.end()) return fail("BODY or BINARY before \"[\"");
    FetchAtt att = simple(known->kind);
    att.peek = known->peek;
    att.section = known->kind == Kind::kSection ? section() : section_binary();
    if (peek() == '<' && known->kind != Kind::kBinarySize) partial(att);
    into.push_back(std::move(att));
    return;
  }
  if (auto att = fetch_att_named(name)) {
    if (att->kind == Kind::kPreview) preview_mods(*att);
    into.push_back(std::move(*att));
  } else {
    fail("a fetch item");
  }
}

// [SP "(" preview-mod *(SP preview-mod) ")"]. Another list behind it is not PREVIEW's.
void Parser::preview_mods(FetchAtt& into) {
  if (!starts_with_ignoring_case(rest_, " (LAZY")) return;
  space();
  list([&] {
    if (!try_word("LAZY")) fail("LAZY");
  });
  into.lazy = true;
}

// "<" number64 "." nz-number64 ">" (RFC 9051 section 9)
void Parser::partial(FetchAtt& into) {
  expect('<');
  const std::uint64_t offset = number64();
  expect('.');
  const std::uint64_t length = nz_number64();
  expect('>');
  into.partial = FetchAtt::Partial{.offset = offset, .length = length};
}

mail::Section Parser::section() {
  mail::Section read;
  expect('[');
  bool text_follows = peek() != ']';
  while (is_digit(peek())) {
    read.part.push_back(nz_number());
    text_follows = try_char('.');
  }
  if (text_follows) section_text(read);
  expect(']');
  return ok() ? read : mail::Section();
}

// "[" [nz-number *("." nz-number)] "]"
mail::Section Parser::section_binary() {
  mail::Section read;
  expect('[');
  if (peek() != ']') {
    do {
      read.part.push_back(nz_number());
    } while (try_char('.'));
  }
  expect(']');
  return ok() ? read : mail::Section();
}

void Parser::section_text(mail::Section& into) {
  const std::string_view name = take_while(is_name_char);
  const auto is = [name](std::string_view other) { return equal_ignoring_case(name, other); };
  if (is("HEADER")) {
    into.what = What::kHeader;
  } else if (is("TEXT")) {
    into.what = What::kText;
  } else if (is("MIME") && !into.part.empty()) {
    into.what = What::kMime;
  } else if (is("HEADER.FIELDS") || is("HEADER.FIELDS.NOT")) {
    into.what = is("HEADER.FIELDS") ? What::kHeaderFields : What::kHeaderFieldsNot;
    space();
    list([&] { into.fields.push_back(astring()); });
  } else {
    fail("a section");
  }
}

}  // namespace roost::imap
