#include "client/secret.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "client/secret_command.h"
#include "client/test_memory.h"
#include "client/watcher.h"

namespace roost::client {
namespace {

constexpr std::string_view kSecret = "correct horse battery staple 42";

TEST(Secret, IsWhatItWasMadeOf) {
  Secret secret("p");
  for (int i = 0; i < 100; ++i) secret += "asswords";
  const Secret copy = secret;
  const Secret moved = std::move(secret);
  EXPECT_EQ(moved.view(), copy.view());
  EXPECT_EQ(moved.view().size(), 801U);
  std::string text = "x";
  EXPECT_EQ(Secret(std::move(text)).view(), "x");
  EXPECT_TRUE(text.empty());  // NOLINT(bugprone-use-after-move): that is what it promises
  EXPECT_TRUE(Secret().empty());
}

struct Way {
  const char* name;
  std::string user;
  std::vector<std::string> server;  // what it says
  Credentials::Kind kind = Credentials::Kind::kPassword;
};

// From the credentials to what was sent, and after it.
TEST(Secret, NoMemoryIsGivenBackWithOneInIt) {
  const std::string done = "R1 OK [CAPABILITY IMAP4rev1] in\r\n";
  // The names make the secrets begin where a group of base64 does.
  for (const Way& way : {
           Way{"PLAIN", "u", {"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] x\r\n", done}},
           Way{"PLAIN, waiting",
               "u",
               {"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] x\r\n", "+\r\n", done}},
           Way{"LOGIN", "u", {"* OK [CAPABILITY IMAP4rev1] x\r\n", done}},
           Way{"LOGIN, refused", "u", {"* OK [CAPABILITY IMAP4rev1] x\r\n", "R1 NO wrong\r\n"}},
           Way{"LOGIN with literals",
               "\u00fc",
               {"* OK [CAPABILITY IMAP4rev1] x\r\n", "+\r\n", done}},
           Way{"SCRAM", "u", {"* OK [CAPABILITY IMAP4rev1 AUTH=SCRAM-SHA-256] x\r\n", "+\r\n"}},
           Way{"XOAUTH2",
               "abc",
               {"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] x\r\n", done},
               Credentials::Kind::kToken},
           Way{"no way", "u", {"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] x\r\n"}},
       }) {
    const std::string encoded = base64::encode(kSecret.substr(0, 30));
    Watcher::Settings settings;
    settings.login = {.host = "mail.example",
                      .credentials = {.user = way.user, .secret = kSecret, .kind = way.kind}};
    settings.mailboxes = {"INBOX"};
    ToldByMailbox told;
    KeepAlive keep_alive;
    test_memory::Search search({std::string(kSecret), encoded});
    std::size_t shown = 0;
    search.begin();
    {
      const Time now{std::chrono::hours(100)};
      Watcher watcher(std::move(settings), told, keep_alive, now);
      for (const std::string& line : way.server) {
        watcher.receive(line, now);
        const Secret sent = watcher.take_output();
        if (sent.view().contains(kSecret) || sent.view().contains(encoded)) ++shown;
      }
    }
    EXPECT_EQ(search.found(), 0U) << way.name;
    const std::string_view name = way.name;
    EXPECT_EQ(shown, name == "SCRAM" || name == "no way" ? 0U : 1U) << way.name;
  }
}

TEST(Secret, NorIsThatOfACommand) {
  const std::vector<std::string> command = {"printf", "%s\n%s", std::string(kSecret), "and more"};
  test_memory::Search search({std::string(kSecret)});
  search.begin();
  {
    EXPECT_EQ(run_secret_command(command, std::chrono::minutes(1)).value().view(), kSecret);
  }
  EXPECT_EQ(search.found(), 0U);
}

}  // namespace
}  // namespace roost::client
