// RFC 5256 section 2.1.
#include "mail/base_subject.h"

#include <gtest/gtest.h>

namespace roost::mail {
namespace {

std::string base(std::string_view subject) { return base_subject(subject).text; }
bool is_reply(std::string_view subject) { return base_subject(subject).is_reply_or_forward; }

TEST(BaseSubject, BlanksBecomeOne) {
  EXPECT_EQ(base("  a \t b\r\n c  "), "a b c");
  EXPECT_EQ(base(""), "");
  EXPECT_EQ(base(" \t "), "");
}

TEST(BaseSubject, EncodedWordsAreDecodedFirst) {
  EXPECT_EQ(base("=?utf-8?q?Re=3A_caf=C3=A9?="), "café");
  EXPECT_EQ(base("Re: =?utf-8?b?w6Q=?="), "ä");
}

TEST(BaseSubject, TrailersGo) {
  EXPECT_EQ(base("hello (fwd)"), "hello");
  EXPECT_EQ(base("hello (FWD) (fwd)(Fwd) "), "hello");
  EXPECT_EQ(base("(fwd)"), "");
  EXPECT_EQ(base("hello (fwd) x"), "hello (fwd) x");
}

TEST(BaseSubject, LeadersGo) {
  for (const std::string_view subject :
       {"re: x", "RE: x", "Re : x", "re[2]: x", "re [2] : x", "fw: x", "Fwd: x", "FWD [a]: x",
        "Re: re: Fwd: x", "[list] Re: x", "[a] [b]re:x", "Re: [list] x", "re: [a] fw: [b] x"}) {
    EXPECT_EQ(base(subject), "x") << subject;
  }
  EXPECT_EQ(base("re"), "re");
  EXPECT_EQ(base("re x: y"), "re x: y");
  EXPECT_EQ(base("rex: y"), "rex: y");
  EXPECT_EQ(base("re[2][3]: y"), "re[2][3]: y");
  EXPECT_EQ(base("Re:"), "");
  EXPECT_EQ(base("[list] re:"), "");
}

TEST(BaseSubject, BlobsGoUnlessNothingIsLeft) {
  EXPECT_EQ(base("[list] x"), "x");
  EXPECT_EQ(base("[a][b] [c] x"), "x");
  EXPECT_EQ(base("[a] [b]"), "[b]");
  EXPECT_EQ(base("Re: [b]"), "[b]");
  EXPECT_EQ(base("[]"), "[]");
  EXPECT_EQ(base("[a[b] x"), "[a[b] x");
  EXPECT_EQ(base("[a x"), "[a x");
  EXPECT_EQ(base("x [a]"), "x [a]");
}

TEST(BaseSubject, ForwardsAreUnwrapped) {
  EXPECT_EQ(base("[fwd: hello]"), "hello");
  EXPECT_EQ(base("[Fwd: Re: [x] hello (fwd)]"), "hello");
  EXPECT_EQ(base("[fwd: [FWD: hello ] ]"), "hello");
  EXPECT_EQ(base("Re: [fwd: hello] (fwd)"), "hello");
  EXPECT_EQ(base("[fwd: hello] x"), "x");
  EXPECT_EQ(base("[fwd:]"), "");
}

TEST(BaseSubject, RepliesAndForwardsAreKnown) {
  for (const std::string_view subject : {"Re: x", "fw: x", "x (fwd)", "[fwd: x]", "[a] re: x"}) {
    EXPECT_TRUE(is_reply(subject)) << subject;
  }
  for (const std::string_view subject : {"x", "[a] x", "", "  x ", "[fwd: x] y"}) {
    EXPECT_FALSE(is_reply(subject)) << subject;
  }
}

// Each of these is quadratic if every step begins anew.
TEST(BaseSubject, HostileSubjectsAreReadInLinearTime) {
  const auto many = [](std::string_view piece) {
    std::string all;
    for (int i = 0; i < 100'000; ++i) all += piece;
    return all;
  };
  EXPECT_EQ(base(many("[]")), "[]");
  EXPECT_EQ(base(many("[a] ") + "x"), "x");
  EXPECT_EQ(base(many("re:")), "");
  EXPECT_EQ(base("x" + many("(fwd)")), "x");
  EXPECT_EQ(base(many("[fwd:") + "x" + many("]")), "x");
  EXPECT_EQ(base(many("[")), many("["));
  EXPECT_EQ(base(many("re[")), many("re["));
}

}  // namespace
}  // namespace roost::mail
