#include "mail/address_list.h"

#include <gtest/gtest.h>

namespace roost::mail {
namespace {

using List = std::vector<Address>;

Address plain(std::string mailbox, std::string host) {
  return {.name = {}, .route = {}, .mailbox = std::move(mailbox), .host = std::move(host)};
}
Address named(std::string name, std::string mailbox, std::string host) {
  return {
      .name = std::move(name), .route = {}, .mailbox = std::move(mailbox), .host = std::move(host)};
}
Address group(std::string name) {
  return {.name = {}, .route = {}, .mailbox = std::move(name), .host = {}};
}
const Address kGroupEnd;

TEST(AddressList, ReadsNamesAndAddresses) {
  EXPECT_EQ(parse_address_list("John Doe <jdoe@machine.example>, x@y.org"),
            (List{named("John Doe", "jdoe", "machine.example"), plain("x", "y.org")}));
}

// RFC 5322 appendix A.1.2.
TEST(AddressList, TakesQuotingOff) {
  EXPECT_EQ(parse_address_list("\"Joe Q. Public\" <john.q.public@example.com>"),
            (List{named("Joe Q. Public", "john.q.public", "example.com")}));
  EXPECT_EQ(parse_address_list(R"("Giant; \"Big\" Box" <sysservices@example.net>)"),
            (List{named("Giant; \"Big\" Box", "sysservices", "example.net")}));
  EXPECT_EQ(parse_address_list("\"john smith\"@example.com"),
            (List{plain("john smith", "example.com")}));
}

// RFC 5322 appendix A.1.3.
TEST(AddressList, MarksGroups) {
  EXPECT_EQ(parse_address_list("A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;"),
            (List{group("A Group"), named("Ed Jones", "c", "a.test"), plain("joe", "where.test"),
                  named("John", "jdoe", "one.test"), kGroupEnd}));
  EXPECT_EQ(parse_address_list("Undisclosed recipients:;"),
            (List{group("Undisclosed recipients"), kGroupEnd}));
  EXPECT_EQ(parse_address_list("a@b, g: c@d; , e@f"),
            (List{plain("a", "b"), group("g"), plain("c", "d"), kGroupEnd, plain("e", "f")}));
}

TEST(AddressList, ClosesAGroupThatIsNotClosed) {
  EXPECT_EQ(parse_address_list("g: a@b"), (List{group("g"), plain("a", "b"), kGroupEnd}));
}

// RFC 5322 appendix A.5.
TEST(AddressList, SkipsComments) {
  EXPECT_EQ(parse_address_list("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>"),
            (List{named("Pete", "pete", "silly.test")}));
  EXPECT_EQ(
      parse_address_list("A Group(Some people)\r\n :Chris Jones <c@(Chris's host.)public.example>,"
                         "\r\n joe@example.org,\r\n John <jdoe@one.test> (my dear friend); (the end"
                         " of the group)"),
      (List{group("A Group"), named("Chris Jones", "c", "public.example"),
            plain("joe", "example.org"), named("John", "jdoe", "one.test"), kGroupEnd}));
}

// RFC 5322 appendix A.6.1 and A.6.3.
TEST(AddressList, ReadsObsoleteForms) {
  EXPECT_EQ(
      parse_address_list("Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example"),
      (List{{.name = "Mary Smith", .route = "@node.test", .mailbox = "mary", .host = "example.net"},
            plain("jdoe", "test.example")}));
  EXPECT_EQ(parse_address_list("<@a.test,@b.test:c@d.test>"),
            (List{{.name = {}, .route = "@a.test,@b.test", .mailbox = "c", .host = "d.test"}}));
  EXPECT_EQ(parse_address_list("Joe Q. Public <john . q@example.com>"),
            (List{named("Joe Q. Public", "john.q", "example.com")}));
}

TEST(AddressList, TakesTheNameFromACommentBehindTheAddress) {
  EXPECT_EQ(parse_address_list("jdoe@a.test (John (Jack) Doe), x@y"),
            (List{named("John (Jack) Doe", "jdoe", "a.test"), plain("x", "y")}));
  EXPECT_EQ(parse_address_list("<jdoe@a.test> (John)"), (List{named("John", "jdoe", "a.test")}));
}

TEST(AddressList, ReadsDomainLiterals) {
  EXPECT_EQ(parse_address_list("a@[IPv6:2001:db8::1], b <c@[192.0.2.1]>"),
            (List{plain("a", "[IPv6:2001:db8::1]"), named("b", "c", "[192.0.2.1]")}));
}

TEST(AddressList, LeavesEncodedWordsAndEightBitNames) {
  EXPECT_EQ(parse_address_list("=?utf-8?Q?J=C3=BCrgen?= <j@x>, J\xc3\xbcrgen <j@y>"),
            (List{named("=?utf-8?Q?J=C3=BCrgen?=", "j", "x"), named("J\xc3\xbcrgen", "j", "y")}));
}

TEST(AddressList, MakesSenseOfWhatIsWrong) {
  EXPECT_EQ(parse_address_list("foo@bar.org <foo@bar.org>"),
            (List{named("foo@bar.org", "foo", "bar.org")}));
  EXPECT_EQ(parse_address_list("root"), (List{plain("root", "")}));
  EXPECT_EQ(parse_address_list("Nobody <>"), (List{named("Nobody", "", "")}));
  EXPECT_EQ(parse_address_list("[list] Me <a@b"), (List{named("[list] Me", "a", "b")}));
  EXPECT_EQ(parse_address_list("\"unclosed <a@b>"), (List{plain("unclosed <a@b>", "")}));
  EXPECT_EQ(parse_address_list("a@b;c@d"), (List{plain("a", "b"), plain("c", "d")}));
}

TEST(AddressList, IsEmptyWhereNothingIs) {
  EXPECT_EQ(parse_address_list(""), List{});
  EXPECT_EQ(parse_address_list(" , (nobody) ,"), List{});
}

// An address that has neither mailbox nor host would end a group.
TEST(AddressList, EndsOnlyGroupsThatBegan) {
  for (const char* odd :
       {";", ";;", "<>", "<:>", "@", ">", ":", "a:b:c:;;", "<<a@b>>", "(", "\\", "a\\"}) {
    int depth = 0;
    for (const Address& address : parse_address_list(odd)) {
      if (!address.host && address.mailbox) ++depth;
      if (!address.host && !address.mailbox) --depth;
      EXPECT_TRUE(depth == 0 || depth == 1) << odd;
    }
    EXPECT_EQ(depth, 0) << odd;
  }
}

TEST(AddressList, IsLinear) {
  const std::string many(200'000, '(');
  EXPECT_EQ(parse_address_list(many), List{});
  std::string commas;
  for (int i = 0; i < 50'000; ++i) commas += "a@b,";
  EXPECT_EQ(parse_address_list(commas).size(), 50'000U);
}

}  // namespace
}  // namespace roost::mail
