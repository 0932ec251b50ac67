#include "lmtp/path.h"

#include <gtest/gtest.h>

namespace roost::lmtp {
namespace {

std::optional<Path> whole(std::string_view text) {
  auto path = take_path(text);
  return text.empty() ? path : std::nullopt;
}

void expect_path(std::string_view text, std::string_view local_part, std::string_view domain,
                 std::string_view written) {
  const auto path = whole(text);
  ASSERT_TRUE(path) << text;
  EXPECT_EQ(path->local_part, local_part);
  EXPECT_EQ(path->domain, domain);
  EXPECT_EQ(path->text, written);
}

TEST(Path, TakesAMailbox) {
  expect_path("<alice@example.org>", "alice", "example.org", "alice@example.org");
  expect_path("<a+b.c_d=e@x-1.example>", "a+b.c_d=e", "x-1.example", "a+b.c_d=e@x-1.example");
  expect_path("<two..dots.@example.org>", "two..dots.", "example.org", "two..dots.@example.org");
}

TEST(Path, TakesPostmasterWithoutDomain) {
  expect_path("<Postmaster>", "Postmaster", "", "Postmaster");
}

TEST(Path, TakesTheNullReversePath) {
  const auto path = whole("<>");
  ASSERT_TRUE(path);
  EXPECT_TRUE(path->is_null());
}

TEST(Path, ReadsWhatAQuotedStringMeans) {
  expect_path(R"(<"a b"@example.org>)", "a b", "example.org", R"("a b"@example.org)");
  expect_path(R"(<"a\"\\b>@"@example.org>)", R"(a"\b>@)", "example.org",
              R"("a\"\\b>@"@example.org)");
  expect_path(R"(<""@example.org>)", "", "example.org", R"(""@example.org)");
}

TEST(Path, DropsASourceRoute) {
  expect_path("<@one.example,@two.example:alice@example.org>", "alice", "example.org",
              "alice@example.org");
}

TEST(Path, TakesAddressLiterals) {
  expect_path("<a@[192.0.2.1]>", "a", "[192.0.2.1]", "a@[192.0.2.1]");
  expect_path("<a@[IPv6:2001:db8::1]>", "a", "[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]");
}

TEST(Path, TakesUtf8) {
  expect_path("<gr\u00fc\u00dfe@b\u00fccher.example>", "gr\u00fc\u00dfe", "b\u00fccher.example",
              "gr\u00fc\u00dfe@b\u00fccher.example");
  EXPECT_FALSE(whole("<gr\u00fc\u00dfe@example.org>")->is_ascii());
  EXPECT_TRUE(whole("<gruesse@example.org>")->is_ascii());
}

TEST(Path, LeavesWhatFollows) {
  std::string_view text = "<a@b> SIZE=1";
  ASSERT_TRUE(take_path(text));
  EXPECT_EQ(text, " SIZE=1");
}

TEST(Path, RefusesWhatIsNone) {
  for (std::string_view text : {"",
                                "a@b",
                                "<",
                                "<a",
                                "<a@",
                                "<a@>",
                                "<@b>",
                                "<@b:>",
                                "<@b c:a@d>",
                                "<a b@c>",
                                "<a@b c>",
                                "<a@b",
                                "<a@[>",
                                "<a@[]>",
                                "<a@[1;2]>",
                                "<\"a@b>",
                                "<\"a\"b@c>",
                                "<\"a\\",
                                "<\"a\x01\"@b>",
                                "<a\x7f@b>",
                                "<a(b)@c>",
                                "<a@b@c>",
                                "<\xff@b>",
                                "<a@\xc3>",
                                "<\"\\\xc3\xbc\"@b>"}) {
    EXPECT_FALSE(whole(text)) << text;
  }
}

TEST(Path, HasALongestForm) {
  const std::string domain = "@example.org";
  EXPECT_TRUE(whole("<" + std::string(kMaxPath - domain.size(), 'x') + domain + ">"));
  EXPECT_FALSE(whole("<" + std::string(kMaxPath - domain.size() + 1, 'x') + domain + ">"));
}

}  // namespace
}  // namespace roost::lmtp
