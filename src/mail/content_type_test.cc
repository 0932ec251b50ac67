#include "mail/content_type.h"

#include <gtest/gtest.h>

namespace roost::mail {
namespace {

Parameters parameters_of(std::string_view value) {
  const auto type = parse_content_type(value);
  return type ? type->parameters : Parameters{{"no", "type"}};
}

TEST(ContentType, ReadsTypeAndParameters) {
  const auto type = parse_content_type("Text/HTML; charset=UTF-8; format=\"flowed\"");
  ASSERT_TRUE(type);
  EXPECT_EQ(type->full(), "text/html");
  EXPECT_EQ(type->parameters, (Parameters{{"charset", "UTF-8"}, {"format", "flowed"}}));
}

// RFC 2045 section 5.1: these two are the same.
TEST(ContentType, SkipsComments) {
  EXPECT_EQ(parameters_of("text/plain; charset=us-ascii (Plain text)"),
            (Parameters{{"charset", "us-ascii"}}));
  EXPECT_EQ(parameters_of("text/plain; charset=\"us-ascii\""),
            (Parameters{{"charset", "us-ascii"}}));
}

TEST(ContentType, AcceptsWhatMailersGetWrong) {
  EXPECT_EQ(parameters_of("image/png; name=my file (1).png"), (Parameters{{"name", "my file"}}));
  EXPECT_EQ(parameters_of("image/png; name=a(1).png;"), (Parameters{{"name", "a(1).png"}}));
  EXPECT_EQ(parameters_of("multipart/mixed; boundary=----=_P/a:b?c"),
            (Parameters{{"boundary", "----=_P/a:b?c"}}));
  EXPECT_EQ(parameters_of("text/plain;;charset = x ; ; junk; =y; b=\"un\\\"closed"),
            (Parameters{{"charset", "x"}, {"b", "un\"closed"}}));
  EXPECT_EQ(parameters_of("text/plain charset=x"), (Parameters{{"charset", "x"}}));
}

TEST(ContentType, NeedsBothTypeAndSubtype) {
  for (const char* bad : {"", "text", "text/", "/plain", ";charset=x", "\"text\"/plain"}) {
    EXPECT_FALSE(parse_content_type(bad)) << bad;
  }
}

// RFC 2231 section 3.
TEST(Parameter, JoinsContinuations) {
  const Parameters url = parameters_of(
      "message/external-body; access-type=URL; URL*0=\"ftp://\"; URL*1=\"cs.utk.edu/pub\"");
  EXPECT_EQ(parameter(url, "url"), "ftp://cs.utk.edu/pub");
  EXPECT_EQ(parameter(url, "access-type"), "URL");
}

// RFC 2231 sections 4 and 4.1.
TEST(Parameter, DecodesExtendedValues) {
  EXPECT_EQ(parameter(parameters_of("application/x-stuff; title*=us-ascii'en-us'This%20is%20fun"),
                      "title"),
            "This is fun");
  EXPECT_EQ(
      parameter(parameters_of("application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20"
                              "more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\""),
                "title"),
      "This is even more ***fun*** isn't it!");
}

TEST(Parameter, PutsPiecesInOrderAndStopsAtAGap) {
  EXPECT_EQ(parameter(Parameters{{"a*1", "y"}, {"a*0", "x"}, {"a*3", "no"}}, "a"), "xy");
  EXPECT_EQ(parameter(Parameters{{"a*1", "y"}}, "a"), std::nullopt);
  EXPECT_EQ(parameter(Parameters{{"ab", "y"}, {"a*x", "z"}}, "a"), std::nullopt);
  EXPECT_EQ(parameter(Parameters{{"a*", "100%"}}, "a"), "100%");
}

TEST(Parameter, IsTheWholeValueWhereThereAreBoth) {
  for (const Parameters& both : {Parameters{{"a*0", "piece"}, {"a*", "utf-8''whole"}},
                                 Parameters{{"a*", "utf-8''whole"}, {"a*0*", "''piece"}}}) {
    EXPECT_EQ(parameter(both, "a"), "whole");
  }
  EXPECT_EQ(parameter(Parameters{{"a**", "x"}}, "a"), std::nullopt);
}

TEST(Decoded, JoinsAndConverts) {
  EXPECT_EQ(decoded({{"x", "1"}, {"A*1", "c"}, {"b*", "iso-8859-1''%E9"}, {"a*0", "ab"}}),
            (Parameters{{"x", "1"}, {"a", "abc"}, {"b*", "\xc3\xa9"}}));
}

TEST(Decoded, LeavesWhatIsNotJoined) {
  const Parameters gap = {{"a*3", "no"}, {"a*0", "x"}, {"a*x", "y"}, {"A*0", "again"}};
  EXPECT_EQ(decoded(gap), (Parameters{{"a", "x"}, {"a*3", "no"}, {"a*x", "y"}, {"A*0", "again"}}));
  EXPECT_EQ(decoded({{"a*0", "piece"}, {"a*", "utf-8''whole"}}),
            (Parameters{{"a*", "whole"}, {"a*0", "piece"}}));
  const Parameters unknown = {{"a*0*", "x-nobody''%E9"}, {"a*1*", "%E9"}, {"b*1", "x"}, {"*", "y"}};
  EXPECT_EQ(decoded(unknown), unknown);
}

TEST(Disposition, ReadsTypeAndParameters) {
  const auto disposition = parse_disposition("Attachment; filename=\"a b.txt\"; size=12");
  ASSERT_TRUE(disposition);
  EXPECT_EQ(disposition->type, "Attachment");
  EXPECT_EQ(disposition->parameters, (Parameters{{"filename", "a b.txt"}, {"size", "12"}}));
  EXPECT_FALSE(parse_disposition(" ; filename=x"));
}

}  // namespace
}  // namespace roost::mail
