#include <gtest/gtest.h>

#include <string>

#include "imap/protocol/parser.h"

namespace roost::imap {
namespace {

using Kind = FetchAtt::Kind;
using What = mail::Section::What;

std::optional<std::vector<FetchAtt>> fetch_atts(std::string_view octets) {
  const Frame frame{.octets = std::string(octets)};
  Parser parser(frame);
  std::vector<FetchAtt> atts = parser.fetch_atts();
  parser.end();
  EXPECT_TRUE(parser.ok() || parser.error().contains("the end") || atts.empty());
  return parser.ok() ? std::optional(std::move(atts)) : std::nullopt;
}

std::optional<std::vector<Kind>> kinds(std::string_view octets) {
  const auto atts = fetch_atts(octets);
  if (!atts) return std::nullopt;
  std::vector<Kind> kinds;
  for (const FetchAtt& att : *atts) kinds.push_back(att.kind);
  return kinds;
}

using Kinds = std::vector<Kind>;

FetchAtt body(mail::Section section, std::optional<FetchAtt::Partial> partial = {}) {
  return {.kind = Kind::kSection, .section = std::move(section), .partial = partial};
}
mail::Section section(std::vector<std::uint32_t> part, What what,
                      std::vector<std::string> fields = {}) {
  return {.part = std::move(part), .what = what, .fields = std::move(fields)};
}
std::vector<FetchAtt> only(FetchAtt att) { return {std::move(att)}; }

TEST(FetchAtts, Macros) {
  EXPECT_EQ(kinds("FAST"), (Kinds{Kind::kFlags, Kind::kInternalDate, Kind::kRfc822Size}));
  EXPECT_EQ(kinds("all"),
            (Kinds{Kind::kFlags, Kind::kInternalDate, Kind::kRfc822Size, Kind::kEnvelope}));
  EXPECT_EQ(kinds("Full"), (Kinds{Kind::kFlags, Kind::kInternalDate, Kind::kRfc822Size,
                                  Kind::kEnvelope, Kind::kBody}));
  EXPECT_FALSE(kinds("(ALL)"));
  EXPECT_FALSE(kinds("ALL FLAGS"));
  EXPECT_FALSE(kinds("FASTER"));
}

TEST(FetchAtts, Simple) {
  EXPECT_EQ(kinds("(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY BODYSTRUCTURE)"),
            (Kinds{Kind::kUid, Kind::kFlags, Kind::kInternalDate, Kind::kRfc822Size,
                   Kind::kEnvelope, Kind::kBody, Kind::kBodyStructure}));
  EXPECT_EQ(kinds("flags"), (Kinds{Kind::kFlags}));
  EXPECT_EQ(kinds("(flags)"), (Kinds{Kind::kFlags}));
  for (const std::string_view wrong :
       {"", "()", "(FLAGS", "FLAGS)", "(FLAGS )", "( FLAGS)", "(FLAGS  UID)", "(FLAGS,UID)",
        "FLAGS UID", "FLAG", "BODY.PEEK", "RFC822.PEEK", "RFC822[]", "ENVELOPE[]", "BODY<0.5>",
        "BODYSTRUCTURE[]"}) {
    EXPECT_FALSE(kinds(wrong)) << wrong;
  }
}

TEST(FetchAtts, OldSectionNames) {
  EXPECT_EQ(fetch_atts("RFC822"),
            only({.kind = Kind::kRfc822, .section = section({}, What::kAll), .partial = {}}));
  EXPECT_EQ(fetch_atts("rfc822.header"), only({.kind = Kind::kRfc822Header,
                                               .peek = true,
                                               .section = section({}, What::kHeader),
                                               .partial = {}}));
  EXPECT_EQ(fetch_atts("RFC822.TEXT"),
            only({.kind = Kind::kRfc822Text, .section = section({}, What::kText), .partial = {}}));
}

TEST(FetchAtts, Sections) {
  EXPECT_EQ(fetch_atts("BODY[]"), only(body(section({}, What::kAll))));
  EXPECT_EQ(fetch_atts("body[text]"), only(body(section({}, What::kText))));
  EXPECT_EQ(fetch_atts("BODY[HEADER]"), only(body(section({}, What::kHeader))));
  EXPECT_EQ(fetch_atts("BODY[1]"), only(body(section({1}, What::kAll))));
  EXPECT_EQ(fetch_atts("BODY[4.2.2.1]"), only(body(section({4, 2, 2, 1}, What::kAll))));
  EXPECT_EQ(fetch_atts("BODY[3.HEADER]"), only(body(section({3}, What::kHeader))));
  EXPECT_EQ(fetch_atts("BODY[3.TEXT]"), only(body(section({3}, What::kText))));
  EXPECT_EQ(fetch_atts("BODY[4.1.MIME]"), only(body(section({4, 1}, What::kMime))));
  EXPECT_EQ(fetch_atts("BODY[HEADER.FIELDS (DATE \"From\" {2}\r\nTo)]"),
            only(body(section({}, What::kHeaderFields, {"DATE", "From", "To"}))));
  EXPECT_EQ(fetch_atts("BODY[2.1.Header.Fields.Not (Received)]"),
            only(body(section({2, 1}, What::kHeaderFieldsNot, {"Received"}))));
  FetchAtt peek = body(section({}, What::kAll));
  peek.peek = true;
  EXPECT_EQ(fetch_atts("(BODY.PEEK[])"), only(peek));
}

TEST(FetchAtts, WrongSections) {
  for (const std::string_view wrong : {"BODY[",
                                       "BODY[MIME]",
                                       "BODY[1.]",
                                       "BODY[.1]",
                                       "BODY[1..2]",
                                       "BODY[0]",
                                       "BODY[1.0]",
                                       "BODY[1TEXT]",
                                       "BODY[TEXT.1]",
                                       "BODY[1 ]",
                                       "BODY[HEADER.FIELDS]",
                                       "BODY[HEADER.FIELDS ()]",
                                       "BODY[HEADER.FIELDS  (a)]",
                                       "BODY[HEADER.FIELDS (a]",
                                       "BODY[HEADER.FIELDS(a)]",
                                       "BODY[HEADER.FIELDS.NO (a)]",
                                       "BODY[FOO]",
                                       "BODY[4294967296]",
                                       "BODY [TEXT]",
                                       "BODY[]]"}) {
    EXPECT_FALSE(fetch_atts(wrong)) << wrong;
  }
}

TEST(FetchAtts, Partial) {
  EXPECT_EQ(fetch_atts("BODY[]<0.2048>"),
            only(body(section({}, What::kAll), FetchAtt::Partial{.offset = 0, .length = 2048})));
  constexpr std::uint64_t kMost = 9'223'372'036'854'775'807;
  EXPECT_EQ(
      fetch_atts("BODY[1]<9223372036854775807.9223372036854775807>"),
      only(body(section({1}, What::kAll), FetchAtt::Partial{.offset = kMost, .length = kMost})));
  for (const std::string_view wrong :
       {"BODY[]<0.0>", "BODY[]<0>", "BODY[]<.1>", "BODY[]<0.1", "BODY[]<9223372036854775808.1>",
        "BODY[] <0.1>", "RFC822<0.1>"}) {
    EXPECT_FALSE(fetch_atts(wrong)) << wrong;
  }
}

TEST(FetchAtts, Binary) {
  const auto binary = [](Kind kind, std::vector<std::uint32_t> part, bool peek,
                         std::optional<FetchAtt::Partial> partial = {}) {
    return only({.kind = kind,
                 .peek = peek,
                 .section = section(std::move(part), What::kAll),
                 .partial = partial});
  };
  EXPECT_EQ(fetch_atts("BINARY[]"), binary(Kind::kBinary, {}, false));
  EXPECT_EQ(fetch_atts("binary[1.2]<3.4>"),
            binary(Kind::kBinary, {1, 2}, false, FetchAtt::Partial{.offset = 3, .length = 4}));
  EXPECT_EQ(fetch_atts("(BINARY.PEEK[3])"), binary(Kind::kBinary, {3}, true));
  EXPECT_EQ(fetch_atts("BINARY.SIZE[3]"), binary(Kind::kBinarySize, {3}, true));
  for (const std::string_view wrong :
       {"BINARY", "BINARY.PEEK", "BINARY.SIZE", "BINARY[TEXT]", "BINARY[1.MIME]", "BINARY[1.]",
        "BINARY[.1]", "BINARY[0]", "BINARY[1", "BINARY.SIZE[1]<0.1>", "BINARY.FOO[1]",
        "BINARY[1]<0.0>"}) {
    EXPECT_FALSE(fetch_atts(wrong)) << wrong;
  }
}

TEST(FetchAtts, IdsSaveDateAndPreview) {
  EXPECT_EQ(kinds("(EMAILID threadid SaveDate PREVIEW)"),
            (Kinds{Kind::kEmailId, Kind::kThreadId, Kind::kSaveDate, Kind::kPreview}));
  FetchAtt preview{.kind = Kind::kPreview, .section = {}, .partial = {}};
  EXPECT_EQ(fetch_atts("PREVIEW"), only(preview));
  preview.lazy = true;
  EXPECT_EQ(fetch_atts("PREVIEW (LAZY)"), only(preview));
  EXPECT_EQ(fetch_atts("preview (lazy LAZY)"), only(preview));
  EXPECT_EQ(kinds("(PREVIEW (LAZY) UID)"), (Kinds{Kind::kPreview, Kind::kUid}));
  for (const std::string_view wrong :
       {"PREVIEW (", "PREVIEW ()", "PREVIEW (LAZY", "PREVIEW (LAZY )", "PREVIEW (LAZIER)",
        "PREVIEW(LAZY)", "PREVIEW (EAGER)", "(PREVIEW (UID))", "EMAILID[]"}) {
    EXPECT_FALSE(fetch_atts(wrong)) << wrong;
  }
}

TEST(FetchAtts, Bounded) {
  std::string list = "(UID";
  for (std::size_t i = 1; i < Parser::kMaxFetchAtts; ++i) list += " UID";
  ASSERT_TRUE(fetch_atts(list + ")"));
  EXPECT_EQ(fetch_atts(list + ")")->size(), Parser::kMaxFetchAtts);
  EXPECT_FALSE(fetch_atts(list + " UID)"));
}

}  // namespace
}  // namespace roost::imap
