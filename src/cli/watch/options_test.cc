#include "cli/watch/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace roost::cli {
namespace {

using client::Credentials;
using client::Login;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

WatchWords watching(std::vector<std::string> urls) {
  WatchWords words;
  words.account.urls = std::move(urls);
  return words;
}

TEST(WatchOptions, UrlsOfOneAccountAreOneAccount) {
  const auto options = watch_options(watching({"imaps://wren@h/INBOX", "imaps://wren@h/Lists/*",
                                               "imap://owl@h:1143/a", "imaps://wren@h/b"}));
  ASSERT_TRUE(options) << options.error().detail;
  ASSERT_EQ(options->accounts.size(), 2U);
  const auto& wren = options->accounts[0].settings.watcher;
  EXPECT_THAT(wren.mailboxes, ElementsAre("INBOX", "b"));
  EXPECT_THAT(wren.patterns, ElementsAre("Lists/*"));
  EXPECT_EQ(wren.login.security, Login::Security::kTls);
  const auto& owl = options->accounts[1].settings.watcher;
  EXPECT_EQ(owl.login.security, Login::Security::kStartTls);
  EXPECT_EQ(owl.login.port, 1143);
  EXPECT_EQ(options->accounts[1].source, (Source{.user = "owl", .host = "h:1143"}));
  EXPECT_EQ(options->settle, std::chrono::milliseconds(500));
}

TEST(WatchOptions, TlsIsGivenUpOnlyOnDemand) {
  auto words = watching({"imap://wren@h"});
  words.account.tls = false;
  EXPECT_EQ(watch_options(words)->accounts[0].settings.watcher.login.security,
            Login::Security::kNone);
  words.account.urls = {"imaps://wren@h"};
  EXPECT_FALSE(watch_options(words));
}

TEST(WatchOptions, MechanismsSayWhatTheSecretIs) {
  const auto kind = [](const std::string& mechanism) {
    const auto options = watch_options(watching({"imaps://wren;AUTH=" + mechanism + "@h"}));
    return options ? std::optional(options->accounts[0].settings.watcher.login.credentials.kind)
                   : std::nullopt;
  };
  EXPECT_EQ(kind("XOAUTH2"), Credentials::Kind::kToken);
  EXPECT_EQ(kind("oauthbearer"), Credentials::Kind::kToken);
  EXPECT_EQ(kind("*"), Credentials::Kind::kPassword);
  EXPECT_EQ(kind("NTLM"), std::nullopt);
}

TEST(WatchOptions, CommandsAreCutIntoWords) {
  auto words = watching({"imaps://wren@h"});
  words.exec = "notify-send 'New mail'";
  words.account.password_command = "pass show mail";
  const auto options = watch_options(words);
  ASSERT_TRUE(options);
  EXPECT_THAT(options->program, ElementsAre("notify-send", "New mail"));
  EXPECT_THAT(options->accounts[0].settings.secret_command, ElementsAre("pass", "show", "mail"));
  words.program = {"a b"};
  EXPECT_FALSE(watch_options(words));
  words.exec.reset();
  EXPECT_THAT(watch_options(words)->program, ElementsAre("a b"));
}

TEST(WatchOptions, WhatMakesNoSense) {
  EXPECT_FALSE(watch_options(WatchWords()));
  EXPECT_FALSE(watch_options(watching({"INBOX"})));
  EXPECT_FALSE(watch_options(watching({"imaps://wren@h", "imap://wren@h/a"})));
  auto words = watching({"imaps://wren@h"});
  words.once = true;
  EXPECT_THAT(watch_options(words).error().detail, HasSubstr("state"));
  words.account.state = "x";
  EXPECT_TRUE(watch_options(words));
  words.account.urls.emplace_back("imaps://owl@h");
  EXPECT_THAT(watch_options(words).error().detail, HasSubstr("state"));
  words = watching({"imaps://wren@h"});
  for (const char* exec : {"'", "", " "}) {
    words.exec = exec;
    EXPECT_FALSE(watch_options(words)) << exec;
  }
  words.exec.reset();
  words.hook = "ftp://h";
  EXPECT_FALSE(watch_options(words));
  words.hook.clear();
  for (const char* settle : {"500", "ms", "-1s", "1.5s", "601s", "99999999999s", "1h"}) {
    words.settle = settle;
    EXPECT_FALSE(watch_options(words)) << settle;
  }
  words.settle.clear();
  words.account.password_file = "f";
  words.account.password_command = "c";
  EXPECT_FALSE(watch_options(words));
}

TEST(WatchOptions, OneAccountIsWatchedInOneWay) {
  const std::string first = "imaps://wren@h:1143";
  for (const char* other : {"imap://wren@h:1143/a", "imaps://wren;AUTH=XOAUTH2@h:1143/a"}) {
    EXPECT_EQ(
        watch_options(watching({first, other})).error().detail,
        first + " and " + other + ": they are one account, and differ in more than the mailbox");
  }
  EXPECT_TRUE(watch_options(watching({"imaps://wren;AUTH=*@h", "imaps://wren@h:993/a"})));
}

constexpr std::string_view kToml = R"(
exec = ["notmuch", "new"]
settle = "2s"
envelope = true
[[account]]
url = ["imaps://wren@h/INBOX", "imaps://wren@h/Lists/%25"]
password_command = "pass show wren"
state = "wren.state"
[[account]]
url = "imap://owl@localhost:1143"
password_file = "owl.password"
tls = false
)";

TEST(WatchToml, SeveralAccounts) {
  const auto options = watch_options(WatchWords(), kToml, "watch.toml");
  ASSERT_TRUE(options) << options.error().detail;
  ASSERT_EQ(options->accounts.size(), 2U);
  EXPECT_EQ(options->accounts[0].settings.state_file, "wren.state");
  EXPECT_THAT(options->accounts[0].settings.watcher.patterns, ElementsAre("Lists/%"));
  EXPECT_TRUE(options->accounts[1].settings.watcher.details.envelope);
  EXPECT_EQ(options->accounts[1].password_file, "owl.password");
  EXPECT_THAT(options->program, ElementsAre("notmuch", "new"));
  EXPECT_EQ(options->settle, std::chrono::seconds(2));
}

TEST(WatchToml, TheCommandLineWins) {
  WatchWords words;
  words.exec = "true";
  words.settle = "0ms";
  const auto options = watch_options(words, kToml, "watch.toml");
  ASSERT_TRUE(options);
  EXPECT_THAT(options->program, ElementsAre("true"));
  EXPECT_EQ(options->settle, client::Duration(0));
  words.account.urls = {"imaps://wren@h"};
  EXPECT_FALSE(watch_options(words, kToml, "watch.toml"));
}

TEST(WatchToml, MistakesAreNamed) {
  const auto detail = [](std::string_view toml) {
    return watch_options(WatchWords(), toml, "watch.toml").error().detail;
  };
  EXPECT_EQ(detail("exce = 'x'\n"), "watch.toml:1: unknown key exce");
  EXPECT_EQ(detail("[[account]]\nurl = 'imaps://wren@h'\nfolder = 'x'\n"),
            "watch.toml:3: unknown key account.folder");
  EXPECT_EQ(detail("account = 3\n"), "watch.toml:1: account must be an array of tables");
  EXPECT_THAT(detail("[[account]]\nurl = 'INBOX'\n"), HasSubstr("watch.toml: INBOX: is not"));
  EXPECT_THAT(detail(""), HasSubstr("watch.toml: what is to be watched"));
  const std::string account = "[[account]]\nurl = 'imaps://wren@h'\n";
  EXPECT_EQ(detail(account + "[[account]]\nstate = 'x'\n"), "watch.toml: [[account]] 2: no url");
  EXPECT_EQ(detail(account + "[[account]]\nurl = 'imaps://wren@h/a'\npassword_file = 'x'\n"),
            "watch.toml: imaps://wren@h and imaps://wren@h/a: they are one account, which has one "
            "[[account]]; its url may be an array");
  for (const std::string line :
       {"exec = ''", "exec = []", "exec = \"'\"", "hook = 'ftp://h'", "settle = 'soon'"}) {
    EXPECT_THAT(detail(line + "\n" + account), StartsWith("watch.toml:")) << line;
  }
  EXPECT_THAT(detail(account + "password_command = []\n"), HasSubstr("password_command must"));
}

// A name with a space is one word in an array.
TEST(WatchToml, AnArrayIsAProgramWithItsArguments) {
  const auto options = watch_options(WatchWords(), R"(
exec = ["/a b/prog"]
[[account]]
url = "imaps://wren@h"
password_command = ["/c d/prog"]
[[account]]
url = "imaps://owl@h"
password_command = "/c d/prog"
)",
                                     "watch.toml");
  ASSERT_TRUE(options) << options.error().detail;
  EXPECT_THAT(options->program, ElementsAre("/a b/prog"));
  EXPECT_THAT(options->accounts[0].settings.secret_command, ElementsAre("/c d/prog"));
  EXPECT_THAT(options->accounts[1].settings.secret_command, ElementsAre("/c", "d/prog"));
}

TEST(WatchToml, WhatTheCommandLineSaysIsNotOfTheFile) {
  WatchWords words;
  words.settle = "soon";
  EXPECT_THAT(watch_options(words, kToml, "watch.toml").error().detail, StartsWith("settle: soon"));
}

}  // namespace
}  // namespace roost::cli
