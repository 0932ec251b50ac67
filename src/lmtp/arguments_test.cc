#include "lmtp/arguments.h"

#include <gtest/gtest.h>

namespace roost::lmtp {
namespace {

using Addresses = MailArguments::Addresses;

TEST(Arguments, MailWithParameters) {
  const auto mail = parse_mail("FROM:<a@b> SIZE=12345 BODY=8BITMIME SMTPUTF8");
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->reverse_path.text, "a@b");
  EXPECT_EQ(mail->size, 12345u);
  EXPECT_EQ(mail->addresses, Addresses::kUtf8);
}

TEST(Arguments, MailWithoutParameters) {
  const auto mail = parse_mail("from: <> ");
  ASSERT_TRUE(mail);
  EXPECT_TRUE(mail->reverse_path.is_null());
  EXPECT_EQ(mail->size, 0u);
  EXPECT_EQ(mail->addresses, Addresses::kAscii);
}

// The code and status of a refusal.
template <typename T>
std::string refusal(const Parsed<T>& parsed) {
  if (parsed) return "accepted";
  return std::to_string(parsed.error().code) + " " + std::string(parsed.error().status);
}

TEST(Arguments, MailRefused) {
  EXPECT_EQ(refusal(parse_mail("")), "501 5.5.4");
  EXPECT_EQ(refusal(parse_mail("TO:<a@b>")), "501 5.5.4");
  EXPECT_EQ(refusal(parse_mail("FROM:a@b")), "501 5.1.7");
  EXPECT_EQ(refusal(parse_mail("FROM:<a@b>SIZE=1")), "501 5.5.4");
  EXPECT_EQ(refusal(parse_mail("FROM:<a@b> SIZE")), "501 5.5.4");
  EXPECT_EQ(refusal(parse_mail("FROM:<a@b> SIZE=1x")), "501 5.5.4");
  EXPECT_EQ(refusal(parse_mail("FROM:<a@b> SIZE=-1")), "501 5.5.4");
  EXPECT_EQ(refusal(parse_mail("FROM:<a@b> SIZE=99999999999999999999")), "501 5.5.4");
  EXPECT_EQ(refusal(parse_mail("FROM:<a@b> SMTPUTF8=1")), "501 5.5.4");
  EXPECT_EQ(refusal(parse_mail("FROM:<a@b> BODY=BINARYMIME")), "555 5.5.4");
  EXPECT_EQ(refusal(parse_mail("FROM:<a@b> RET=HDRS ENVID=1")), "555 5.5.4");
  EXPECT_EQ(refusal(parse_mail("FROM:<\u00e4@b>")), "550 5.6.7");
  EXPECT_EQ(refusal(parse_mail("FROM:<\u00e4@b> SMTPUTF8")), "accepted");
}

TEST(Arguments, Rcpt) {
  EXPECT_EQ(parse_rcpt("TO:<a@b>", Addresses::kAscii)->text, "a@b");
  EXPECT_EQ(parse_rcpt("to: <a@b>", Addresses::kAscii)->text, "a@b");
  EXPECT_EQ(refusal(parse_rcpt("<a@b>", Addresses::kAscii)), "501 5.5.4");
  EXPECT_EQ(refusal(parse_rcpt("TO:<>", Addresses::kAscii)), "501 5.1.3");
  EXPECT_EQ(refusal(parse_rcpt("TO:<a@b>x", Addresses::kAscii)), "501 5.5.4");
  EXPECT_EQ(refusal(parse_rcpt("TO:<a@b> NOTIFY=NEVER", Addresses::kAscii)), "555 5.5.4");
  EXPECT_EQ(refusal(parse_rcpt("TO:<\u00e4@b>", Addresses::kAscii)), "553 5.6.7");
  EXPECT_EQ(refusal(parse_rcpt("TO:<\u00e4@b>", Addresses::kUtf8)), "accepted");
}

TEST(Arguments, Bdat) {
  using Place = ChunkArguments::Place;
  EXPECT_EQ(parse_bdat("86")->size, 86u);
  EXPECT_EQ(parse_bdat("86")->place, Place::kMore);
  EXPECT_EQ(parse_bdat("0 last")->place, Place::kLast);
  EXPECT_EQ(parse_bdat("18446744073709551615 LAST")->size, UINT64_MAX);
  for (std::string_view text :
       {"", "LAST", "x", "1x", "-1", "+1", "1 FIRST", "1 LAST LAST", "18446744073709551616"}) {
    EXPECT_EQ(refusal(parse_bdat(text)), "501 5.5.4") << text;
  }
}

TEST(Arguments, Lhlo) {
  EXPECT_EQ(*parse_lhlo("mx.example.org"), "mx.example.org");
  EXPECT_EQ(*parse_lhlo("[IPv6:2001:db8::1]"), "[IPv6:2001:db8::1]");
  for (std::string_view text : {"", "a b", "a(b)", "a;b", "<a>", "\u00e4"}) {
    EXPECT_EQ(refusal(parse_lhlo(text)), "501 5.5.4") << text;
  }
  EXPECT_EQ(refusal(parse_lhlo(std::string(256, 'x'))), "501 5.5.4");
}

}  // namespace
}  // namespace roost::lmtp
