#include "imap/commands/append_message.h"

#include <gtest/gtest.h>

#include <optional>

namespace roost::imap {
namespace {

// "$" stands for a literal that has streamed.
std::optional<AppendMessage> read(std::string_view octets) {
  Frame frame;
  for (const char c : octets) {
    frame.octets += c == '$' ? "{5}\r\n" : std::string(1, c);
    if (c == '$') frame.streamed.push_back(frame.octets.size());
  }
  Parser parser(frame);
  AppendMessage message = append_message(parser);
  parser.end();
  if (!parser.ok()) return std::nullopt;
  return message;
}

TEST(AppendMessage, ALiteral) {
  const auto bare = read(" $");
  ASSERT_TRUE(bare);
  EXPECT_TRUE(bare->catenate.empty());
  EXPECT_FALSE(bare->date);
  const auto all = read(" (\\Seen x) \" 7-Feb-1994 21:52:25 -0800\" $");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->flags.keywords, std::vector<std::string>{"x"});
  EXPECT_EQ(all->date->zone_minutes, -480);
  EXPECT_TRUE(read(" ~$"));  // literal8
}

TEST(AppendMessage, Catenate) {
  const auto parts = read(" (\\Draft) CATENATE (URL /a/;UID=1 TEXT $ url \"/b/;UID=2\")");
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->catenate.size(), 3u);
  EXPECT_EQ(parts->catenate[0], "/a/;UID=1");
  EXPECT_FALSE(parts->catenate[1]);
  EXPECT_EQ(parts->catenate[2], "/b/;UID=2");
}

TEST(AppendMessage, WhatIsNone) {
  for (const std::string_view octets :
       {"$", " ", " text", " \"text\"", " {3}\r\nabc", " () () $", " $ $", " CATENATE $",
        " CATENATE ()", " CATENATE ($)", " CATENATE (TEXT $", " CATENATE (TEXT {3}\r\nabc)",
        " CATENATE (URL $)", " CATENATE (TEXT $ TEXT)", " ~~$", " ~", " CATENATE (TEXT ~$)",
        " CATENATE(TEXT $)"}) {
    EXPECT_FALSE(read(octets)) << octets;
  }
}

}  // namespace
}  // namespace roost::imap
