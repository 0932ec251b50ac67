#include "mail/header_fields.h"

#include <gtest/gtest.h>

#include <vector>

namespace roost::mail {
namespace {

std::vector<std::pair<std::string, std::string>> all(std::string_view header) {
  std::vector<std::pair<std::string, std::string>> out;
  HeaderFields in(header);
  while (const auto field = in.next()) {
    out.emplace_back(field->name, unfold(field->body));
  }
  return out;
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(HeaderFields, UnfoldsContinuationLines) {
  EXPECT_EQ(all("Subject: one\r\n two\r\n\tthree\r\nTo:x\r\n\r\nbody: no\r\n"),
            (Pairs{{"Subject", "one two\tthree"}, {"To", "x"}}));
}

TEST(HeaderFields, AcceptsBareLineFeeds) {
  EXPECT_EQ(all("A: 1\n  2\nB: 3\n\n"), (Pairs{{"A", "1  2"}, {"B", "3"}}));
}

TEST(HeaderFields, ABareCarriageReturnIsText) {
  EXPECT_EQ(all("A: 1\r2\r\n\r\n"), (Pairs{{"A", "1\r2"}}));
}

TEST(HeaderFields, AllowsBlanksBeforeTheColon) {
  EXPECT_EQ(all("Subject : x\r\n"), (Pairs{{"Subject", "x"}}));
}

TEST(HeaderFields, GivesLinesThatAreNoFieldWithoutName) {
  EXPECT_EQ(all("From me Mon Jan 1\r\nA: 1\r\n: empty\r\n"),
            (Pairs{{"", "From me Mon Jan 1"}, {"A", "1"}, {"", ": empty"}}));
}

TEST(HeaderFields, CoversEveryOctet) {
  const std::string_view header = "A: 1\r\n 2\r\njunk\r\nB:\r\n\r\nrest";
  HeaderFields in(header);
  std::string together;
  while (const auto field = in.next()) together += field->octets;
  together += in.rest();
  EXPECT_EQ(together, header);
  EXPECT_EQ(in.rest(), "\r\nrest");
}

TEST(HeaderFields, EndsWithTheText) {
  EXPECT_EQ(all("A: 1"), (Pairs{{"A", "1"}}));
  EXPECT_EQ(all(""), Pairs{});
}

TEST(FieldName, IsPrintableAsciiUpToTheColon) {
  EXPECT_EQ(field_name("Subject: x"), "Subject");
  EXPECT_EQ(field_name("X-\xc3\xa4: x"), "");
  EXPECT_EQ(field_name("no colon here: x"), "");
  EXPECT_EQ(field_name("nothing"), "");
}

}  // namespace
}  // namespace roost::mail
