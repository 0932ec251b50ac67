#include "imap/protocol/response_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace roost::imap {
namespace {

using Event = ResponseReader::Event;

std::vector<std::string> responses(const std::vector<std::string>& pieces,
                                   ResponseReader::Limits limits = {}) {
  ResponseReader reader(limits);
  std::vector<std::string> read;
  for (const std::string& piece : pieces) {
    std::string_view input = piece;
    for (Event event = reader.read(input); event != Event::kNeedInput; event = reader.read(input)) {
      if (event == Event::kTooLong) {
        read.emplace_back("too long");
        return read;
      }
      read.push_back(reader.frame().octets);
      reader.next();
    }
    EXPECT_TRUE(input.empty());
  }
  return read;
}

const std::string kConversation =
    "* OK [CAPABILITY IMAP4rev1] ready\r\n"
    "* LIST () \"/\" {5}\r\na\nb}\r\r\n"
    "* 1 FETCH (BODY[HEADER.FIELDS (SUBJECT)] {0}\r\n BODY[TEXT] ~{3}\r\nxyz UID 7)\r\n"
    "+ go on {4}\r\n"
    "* 2 EXISTS\n"
    "A1 OK the text of people {12}\r\n"
    "\r\n";

const std::vector<std::string> kResponses = {
    "* OK [CAPABILITY IMAP4rev1] ready",
    "* LIST () \"/\" {5}\r\na\nb}\r",
    "* 1 FETCH (BODY[HEADER.FIELDS (SUBJECT)] {0}\r\n BODY[TEXT] ~{3}\r\nxyz UID 7)",
    "+ go on {4}",
    "* 2 EXISTS",
    "A1 OK the text of people {12}",
    "",
};

TEST(ResponseReader, CutsLinesWithTheirLiterals) {
  EXPECT_EQ(responses({kConversation}), kResponses);
}

TEST(ResponseReader, AnySplitGivesTheSameResponses) {
  for (std::size_t first = 0; first <= kConversation.size(); ++first) {
    for (std::size_t second = first; second <= kConversation.size(); ++second) {
      EXPECT_EQ(
          responses({kConversation.substr(0, first), kConversation.substr(first, second - first),
                     kConversation.substr(second)}),
          kResponses)
          << first << " " << second;
    }
  }
}

TEST(ResponseReader, AQuotedStringAnnouncesNothing) {
  const std::vector<std::string> expected = {R"(* LIST () "/" " {5})", R"(* X "a\" {5})",
                                             "* 1 EXISTS"};
  EXPECT_EQ(responses({"* LIST () \"/\" \" {5}\r\n* X \"a\\\" {5}\r\n* 1 EXISTS\r\n"}), expected);
}

TEST(ResponseReader, WhatIsOverALimitEndsIt) {
  const ResponseReader::Limits limits{.line = 20, .literals = 10, .literal_count = 2};
  const std::vector<std::string> too_long = {"too long"};
  EXPECT_EQ(responses({"* " + std::string(18, 'x') + "\n"}, limits).front().size(), 20U);
  EXPECT_EQ(responses({"* " + std::string(19, 'x') + "\n"}, limits), too_long);
  EXPECT_EQ(responses({"* " + std::string(19, 'x')}, limits), too_long);
  EXPECT_EQ(responses({"* X {10}\r\n0123456789 {0}\r\n\r\n"}, limits).size(), 1U);
  EXPECT_EQ(responses({"* X {11}\r\n"}, limits), too_long);
  EXPECT_EQ(responses({"* X {6}\r\n012345 {5}\r\n"}, limits), too_long);
  EXPECT_EQ(responses({"* X {0}\r\n {0}\r\n {0}\r\n"}, limits), too_long);
  EXPECT_EQ(responses({"* X {4294967296}\r\n"}), too_long);
  EXPECT_EQ(responses({"* X {99999999999999999999}\r\n"}), too_long);
}

TEST(ResponseReader, NothingIsReadBehindTheEnd) {
  ResponseReader reader({.line = 4});
  std::string_view input = "* 1 EXISTS\r\n* 2 EXISTS\r\n";
  EXPECT_EQ(reader.read(input), Event::kTooLong);
  input = "* OK\r\n";
  EXPECT_EQ(reader.read(input), Event::kTooLong);
}

}  // namespace
}  // namespace roost::imap
