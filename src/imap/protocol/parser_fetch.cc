// Parser: fetch-att and section (RFC 3501 section 9, meanings in section 6.4.5).
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
  // Equivalent to BODY.PEEK[HEADER] but for its name: it does not set \Seen.
  if (is("RFC822.HEADER")) return old_section(Kind::kRfc822Header, What::kHeader, true);
  if (is("RFC822.TEXT")) return old_section(Kind::kRfc822Text, What::kText, false);
  return std::nullopt;
}

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
    FetchAtt att = simple(Kind::kSection);
    att.peek = equal_ignoring_case(name, "BODY.PEEK");
    if (!att.peek && !equal_ignoring_case(name, "BODY"))
      return fail("BODY or BODY.PEEK before \"[\"");
    att.section = section();
    if (peek() == '<') partial(att);
    into.push_back(std::move(att));
    return;
  }
  if (auto att = fetch_att_named(name)) {
    into.push_back(std::move(*att));
  } else {
    fail("a fetch item");
  }
}

// "<" number "." nz-number ">"
void Parser::partial(FetchAtt& into) {
  expect('<');
  const std::uint32_t offset = number();
  expect('.');
  const std::uint32_t length = nz_number();
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
