#include "base/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace roost {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

Config parsed(std::string_view toml) {
  auto config = parse_config(toml, "roost.toml");
  EXPECT_TRUE(config.has_value()) << config.error().detail;
  return config ? *std::move(config) : Config();
}

std::string mistake(std::string_view toml) {
  const auto config = parse_config(toml, "roost.toml");
  if (config) return "none";
  EXPECT_EQ(config.error().code, ErrorCode::kInvalid);
  return config.error().detail;
}

TEST(Config, NothingMeansTheDefaults) { EXPECT_EQ(parsed(""), Config()); }

TEST(Config, TheExampleShowsTheDefaults) {
  const auto config = load_config(ROOST_SOURCE_DIR "/roost.toml.example");
  ASSERT_TRUE(config.has_value()) << config.error().detail;
  EXPECT_EQ(*config, Config());
}

// Each key is read into its place, and the example shows exactly these keys.
TEST(Config, EveryKeyIsRead) {
  const std::string_view kAll = R"(
    data = "/srv/mail"
    [listen]
    imap = ["*:143", "[::1]:1143"]
    imaps = []
    lmtp = "unix:/run/roost/lmtp"
    http = ["127.0.0.1:0"]
    [tls]
    cert = "cert.pem"
    key = "key.pem"
    [limits]
    connections_per_user = 1
    connections_per_user_and_address = 2
    unauthenticated_per_address = 12
    mailboxes_per_account = 3
    append_size = 10_000_000_000
    account_size = 20_000_000_000
    command_line = 5
    preauth_timeout = 6
    [idle]
    keepalive = 0
    autologout = 8
    [imap]
    unauthenticate = false
    [threads]
    loops = 9
    workers = 10
    own_files = true
    [shutdown]
    spread = 13
    grace = 11
  )";
  const Config config = parsed(kAll);
  EXPECT_EQ(config.data, "/srv/mail");
  EXPECT_THAT(config.listen.imap, ElementsAre("*:143", "[::1]:1143"));
  EXPECT_THAT(config.listen.imaps, IsEmpty());
  EXPECT_THAT(config.listen.lmtp, ElementsAre("unix:/run/roost/lmtp"));
  EXPECT_THAT(config.listen.http, ElementsAre("127.0.0.1:0"));
  EXPECT_EQ(config.tls.cert, "cert.pem");
  EXPECT_EQ(config.tls.key, "key.pem");
  EXPECT_EQ(config.limits.connections_per_user, 1U);
  EXPECT_EQ(config.limits.connections_per_user_and_address, 2U);
  EXPECT_EQ(config.limits.unauthenticated_per_address, 12U);
  EXPECT_EQ(config.limits.mailboxes_per_account, 3U);
  EXPECT_EQ(config.limits.append_size, 10'000'000'000U);
  EXPECT_EQ(config.limits.account_size, 20'000'000'000U);
  EXPECT_EQ(config.limits.command_line, 5U);
  EXPECT_EQ(config.limits.preauth_timeout, std::chrono::seconds(6));
  EXPECT_EQ(config.idle.keepalive, std::chrono::seconds(0));
  EXPECT_EQ(config.idle.autologout, std::chrono::seconds(8));
  EXPECT_FALSE(config.imap.unauthenticate);
  EXPECT_EQ(config.threads.loops, 9U);
  EXPECT_EQ(config.threads.workers, 10U);
  EXPECT_TRUE(config.threads.own_files);
  EXPECT_EQ(config.shutdown.spread, std::chrono::seconds(13));
  EXPECT_EQ(config.shutdown.grace, std::chrono::seconds(11));

  const auto keys = [](std::istream&& text) {
    std::vector<std::string> found;
    for (std::string line; std::getline(text, line);) {
      const std::size_t begin = line.find_first_not_of(' ');
      const std::size_t end = line.find(" = ");
      if (end != std::string::npos && line[begin] != '#')
        found.push_back(line.substr(begin, end - begin));
    }
    return found;
  };
  EXPECT_EQ(keys(std::ifstream(ROOST_SOURCE_DIR "/roost.toml.example")),
            keys(std::istringstream(std::string(kAll))));
}

TEST(Config, UnknownKeysAreNamedWithTheirLine) {
  EXPECT_EQ(mistake("dota = 1"), "roost.toml:1: unknown key dota");
  EXPECT_EQ(mistake("data = \"x\"\n[limits]\napend_size = 1"),
            "roost.toml:3: unknown key limits.apend_size");
  EXPECT_EQ(mistake("[limit]\nappend_size = 1"), "roost.toml:1: unknown key limit");
  EXPECT_EQ(mistake("[listen]\nimap.tls = true"),
            "roost.toml:2: listen.imap must be a string or an array of strings");
}

TEST(Config, WrongTypesAreNamedWithTheirLine) {
  EXPECT_EQ(mistake("data = 1"), "roost.toml:1: data must be a string");
  EXPECT_EQ(mistake("listen = 1"), "roost.toml:1: listen must be a table");
  EXPECT_EQ(mistake("\n[listen]\nimap = [1]"),
            "roost.toml:3: listen.imap must be a string or an array of strings");
  const char* const kGrace =
      "roost.toml:2: shutdown.grace must be a whole number from 0 to 2147483647";
  EXPECT_EQ(mistake("[shutdown]\ngrace = -1"), kGrace);
  EXPECT_EQ(mistake("[shutdown]\ngrace = 1.5"), kGrace);
  EXPECT_EQ(mistake("[shutdown]\ngrace = \"10\""), kGrace);
  EXPECT_EQ(mistake("[shutdown]\ngrace = true"), kGrace);
  EXPECT_EQ(mistake("[threads]\nloops = 4294967296"),
            "roost.toml:2: threads.loops must be a whole number from 0 to 4294967295");
}

TEST(Config, TheFirstMistakeIsNamed) {
  EXPECT_EQ(mistake("[threads]\nloops = -1\nzebra = 1\napple = 1"),
            "roost.toml:2: threads.loops must be a whole number from 0 to 4294967295");
  EXPECT_EQ(mistake("[zoo]\n[threads]\nloops = -1"), "roost.toml:1: unknown key zoo");
}

TEST(Config, WhatIsNoTomlIsNamedWithItsLine) {
  EXPECT_THAT(mistake("data = \"x\"\n[listen\n"), StartsWith("roost.toml:2: "));
  EXPECT_THAT(mistake("data = \"x\"\ndata = \"y\"\n"), StartsWith("roost.toml:2: "));
  EXPECT_THAT(mistake("\xff\xfe"), StartsWith("roost.toml:1: "));
  // More nesting than anybody means is an error, not a deep recursion.
  EXPECT_THAT(mistake("data = " + std::string(100'000, '[')), StartsWith("roost.toml:1: "));
}

TEST(Config, ACertificateWithoutItsKeyIsRefused) {
  EXPECT_EQ(mistake("[tls]\ncert = \"c.pem\""), "roost.toml: tls.cert and tls.key go together");
  EXPECT_EQ(mistake("[tls]\nkey = \"k.pem\""), "roost.toml: tls.cert and tls.key go together");
}

TEST(Config, AnEmptyFileIsAFile) {
  const std::string path = testing::TempDir() + "/empty_roost.toml";
  std::ofstream(path).close();
  const auto config = load_config(path);
  ASSERT_TRUE(config.has_value()) << config.error().detail;
  EXPECT_EQ(*config, Config());
}

TEST(Config, AFileThatIsNotThere) {
  const auto config = load_config(ROOST_SOURCE_DIR "/no-such.toml");
  ASSERT_FALSE(config.has_value());
  EXPECT_EQ(config.error().code, ErrorCode::kNotFound);
  const auto directory = load_config(ROOST_SOURCE_DIR);
  ASSERT_FALSE(directory.has_value());
  EXPECT_EQ(directory.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace roost
