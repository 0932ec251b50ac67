#include "mail/sent_date.h"

#include <gtest/gtest.h>

namespace roost::mail {
namespace {

constexpr std::int64_t kDay = 86'400;

std::int64_t seconds(std::string_view date) {
  const auto sent = parse_sent_date(date);
  return sent ? sent->unix_seconds : -1;
}

// RFC 5322 appendix A.1.1: 1997-11-21 15:55:06 UTC.
TEST(SentDate, ReadsTheUsualForm) {
  EXPECT_EQ(parse_sent_date("Fri, 21 Nov 1997 09:55:06 -0600"),
            (SentDate{.unix_seconds = 880'127'706, .day = 10'186}));
}

TEST(SentDate, TheDayIsTheOneThatIsWritten) {
  const auto east = parse_sent_date("1 Jan 1970 00:30:00 +0200");
  ASSERT_TRUE(east);
  EXPECT_EQ(east->unix_seconds, -5400);
  EXPECT_EQ(east->day, 0);
  const auto west = parse_sent_date("1 Jan 1970 23:30:00 -0200");
  ASSERT_TRUE(west);
  EXPECT_EQ(west->unix_seconds, kDay + 5400);
  EXPECT_EQ(west->day, 0);
}

// RFC 5322 section 4.3 and appendix A.6.2.
TEST(SentDate, ReadsObsoleteForms) {
  EXPECT_EQ(seconds("21 Nov 97 09:55:06 GMT"), 880'106'106);
  EXPECT_EQ(seconds("21 Nov 1997 09:55 EST"), 880'124'100);
  EXPECT_EQ(seconds("1 Jan 49 00:00:00 GMT"), seconds("1 Jan 2049 00:00:00 +0000"));
  EXPECT_EQ(seconds("1 Jan 50 00:00:00 GMT"), seconds("1 Jan 1950 00:00:00 +0000"));
  EXPECT_EQ(seconds("1 Jan 103 00:00:00 GMT"), seconds("1 Jan 2003 00:00:00 +0000"));
  EXPECT_EQ(seconds("1 Jan 1970 00:00:01 Z"), 1);
  EXPECT_EQ(seconds("1 Jan 1970 00:00:01 XYZT"), 1);
}

TEST(SentDate, SkipsComments) {
  EXPECT_EQ(seconds("Thu,\r\n      13\r\n  Feb\r\n  1969\r\n 23:32\r\n -0330 (Newfoundland Time)"),
            -27'723'480);
  EXPECT_EQ(seconds("(x) 1 (y) Jan 1970 00:00:02 +0000 (UTC (really))"), 2);
}

TEST(SentDate, ReadsWhatIsFoundInTheWild) {
  EXPECT_EQ(seconds("Fri Nov 21 09:55:06 1997"), 880'106'106);
  EXPECT_EQ(seconds("Fri Nov 21 09:55:06 PST 1997"), 880'106'106 + 8 * 3600);
  EXPECT_EQ(seconds("21-Nov-1997 09:55:06 -0600"), 880'127'706);
  EXPECT_EQ(seconds("21-Nov-97 09:55:06"), 880'106'106);
  EXPECT_EQ(seconds("Fri, 21 november 1997 09:55:06 +0000 GMT"), 880'106'106);
  EXPECT_EQ(seconds("Fri,21 Nov 1997 09:55:06 +0100 CET"), 880'102'506);
  EXPECT_EQ(seconds("21 Nov 1997"), 10'186 * kDay);
}

TEST(SentDate, ATimeOrZoneWithoutSenseKeepsTheDay) {
  EXPECT_EQ(seconds("21 Nov 1997 99:99:99 +0000"), 10'186 * kDay);
  EXPECT_EQ(seconds("21 Nov 1997 00:00:00 +9999"), 10'186 * kDay);
}

TEST(SentDate, IsNothingWithoutADate) {
  for (const char* bad :
       {"", "today", "Fri, Nov 1997", "31 Feb 2000 00:00:00 +0000", "0 Jan 2000", "99 Jan 2000",
        "12345678901234567890 Jan 2000", "10:00:00", "(1 Jan 2000"}) {
    EXPECT_FALSE(parse_sent_date(bad)) << bad;
  }
}

}  // namespace
}  // namespace roost::mail
