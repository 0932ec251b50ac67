// What no script can say of BINARY, OBJECTID, SAVEDATE and PREVIEW: that ids are equal, that time
// passes, and how parts of any size come.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/base64.h"
#include "imap/logged_in_test.h"

namespace roost::imap {
namespace {

class MessageAttributes : public LoggedInTest {
 protected:
  void append(std::string_view mailbox, std::string_view octets) {
    const std::string heard =
        say("p APPEND " + std::string(mailbox) + " {" + std::to_string(octets.size()) + "+}\r\n" +
            std::string(octets) + "\r\n");
    EXPECT_TRUE(heard.contains("p OK")) << heard;
  }
  // What stands between "NAME (" and ")" in the answer to the command.
  std::string id(std::string_view command, std::string_view name) {
    const std::string heard = say(std::string(command) + "\r\n");
    const std::string before = std::string(name) + " (";
    const std::size_t start = heard.find(before);
    if (start == std::string::npos) return "none in " + heard;
    const std::size_t from = start + before.size();
    return heard.substr(from, heard.find(')', from) - from);
  }
  std::string mailbox_id(std::string_view mailbox) {
    return id("s STATUS " + std::string(mailbox) + " (MAILBOXID)", "MAILBOXID");
  }
  std::string email_id(int number) {
    return id("f FETCH " + std::to_string(number) + " EMAILID", "EMAILID");
  }
  std::string thread_id(int number) {
    return id("f FETCH " + std::to_string(number) + " THREADID", "THREADID");
  }
  [[nodiscard]] mail::Digest digest(std::string_view mailbox, std::uint32_t uid) {
    return *server_.store->digest(server_.mailbox("alice", mailbox), mail::Uid(uid));
  }
};

TEST_F(MessageAttributes, MailboxIdsSurviveRename) {
  const std::string foo = id("c CREATE foo", "MAILBOXID");
  const std::string bar = id("c CREATE bar", "MAILBOXID");
  EXPECT_NE(foo, bar);
  EXPECT_EQ(mailbox_id("foo"), foo);
  EXPECT_EQ(id("s SELECT foo", "MAILBOXID"), foo);
  EXPECT_EQ(id("s EXAMINE foo", "MAILBOXID"), foo);
  (void)say("r RENAME foo renamed\r\n");
  EXPECT_EQ(mailbox_id("renamed"), foo);
  EXPECT_EQ(mailbox_id("bar"), bar);
  (void)say("d DELETE renamed\r\n");
  EXPECT_NE(id("c CREATE renamed", "MAILBOXID"), foo);
}

TEST_F(MessageAttributes, RenameOfInboxMakesAnotherMailbox) {
  append("INBOX", "Subject: x\r\n\r\n");
  (void)say("s SELECT INBOX\r\n");
  const std::string email = email_id(1);
  const std::string inbox = mailbox_id("INBOX");
  (void)say("r RENAME INBOX old\r\n");
  EXPECT_EQ(mailbox_id("INBOX"), inbox);
  EXPECT_NE(mailbox_id("old"), inbox);
  (void)say("s SELECT old\r\n");
  EXPECT_EQ(email_id(1), email);
}

// The example of RFC 8474 section 5.3, with its ids compared.
TEST_F(MessageAttributes, EmailAndThreadIdsFollowAMessage) {
  append("INBOX", "Subject: Message A\r\nMessage-ID: <1@example.com>\r\n\r\nx\r\n");
  append("INBOX",
         "Subject: Re: Message A\r\nMessage-ID: <2@example.org>\r\n"
         "References: <1@example.com>\r\n\r\nx\r\n");
  append("INBOX", "Subject: Message C\r\nMessage-ID: <3@example.com>\r\n\r\nx\r\n");
  (void)say("c CREATE foo\r\ns SELECT INBOX\r\n");
  const std::string email = email_id(2);
  const std::string thread = thread_id(1);
  EXPECT_NE(email, email_id(1));
  EXPECT_NE(email.front(), thread.front());
  EXPECT_EQ(thread_id(2), thread);
  EXPECT_NE(thread_id(3), thread);
  EXPECT_TRUE(say("s SEARCH THREADID " + thread + "\r\n").starts_with("* SEARCH 1 2\r\n"));
  EXPECT_TRUE(say("s SEARCH EMAILID " + email + "\r\n").starts_with("* SEARCH 2\r\n"));
  EXPECT_TRUE(say("s SEARCH EMAILID " + thread + "\r\n").starts_with("* SEARCH\r\n"));
  (void)say("c COPY 2 foo\r\nm MOVE 2 foo\r\ns SELECT foo\r\n");
  for (const int number : {1, 2}) {
    EXPECT_EQ(email_id(number), email);
    EXPECT_EQ(thread_id(number), thread);
  }
}

TEST_F(MessageAttributes, HoweverItIsAppendedAMessageFindsItsThread) {
  const auto reply = [](std::string_view id) {
    const std::string octets =
        "Subject: Re: x\r\nMessage-ID: <" + std::string(id) + "@x>\r\nReferences: <1@x>\r\n\r\n";
    return "{" + std::to_string(octets.size()) + "+}\r\n" + octets;
  };
  append("INBOX", "Subject: x\r\nMessage-ID: <1@x>\r\n\r\n");
  EXPECT_TRUE(say("a APPEND INBOX " + reply("2") + " " + reply("3") + "\r\n").contains("a OK"));
  EXPECT_TRUE(say("b APPEND INBOX CATENATE (TEXT " + reply("4") + ")\r\n").contains("b OK"));
  (void)say("c CREATE foo\r\ns SELECT INBOX\r\n");
  const std::string thread = thread_id(1);
  for (const int number : {2, 3, 4}) EXPECT_EQ(thread_id(number), thread);
  EXPECT_TRUE(say("r REPLACE 4 INBOX " + reply("5") + "\r\n").contains("r OK"));
  EXPECT_EQ(thread_id(4), thread);
  EXPECT_TRUE(say("r REPLACE 4 foo " + reply("6") + "\r\n").contains("r OK"));
  (void)say("s SELECT foo\r\n");
  EXPECT_EQ(thread_id(1), thread);
}

TEST_F(MessageAttributes, APreviewIsMadeWhereThereIsNone) {
  append("INBOX", "Content-Transfer-Encoding: quoted-printable\r\n\r\nHello,=20=\r\nworld\r\n");
  store::Batch batch{.mailbox = server_.mailbox("alice")};
  mail::Digest old = digest("INBOX", 1);
  EXPECT_EQ(old.preview, "Hello, world");
  old.preview.reset();
  batch.messages.push_back({*server_.store->pin_blob(old.blob), old, {}});
  ASSERT_TRUE(server_.store->commit(batch));
  (void)say("s SELECT INBOX\r\n");
  EXPECT_TRUE(say("f FETCH 2 PREVIEW (LAZY)\r\n").starts_with("* 2 FETCH (PREVIEW NIL)\r\n"));
  EXPECT_TRUE(say("f FETCH 2 PREVIEW\r\n").starts_with("* 2 FETCH (PREVIEW \"Hello, world\")\r\n"));
}

TEST_F(MessageAttributes, TheSaveDateIsOfTheMailbox) {
  constexpr std::int64_t kDay = 86'400;
  const auto saved_on = [&](std::string_view date) {
    return say("s SEARCH SAVEDON " + std::string(date) + "\r\n").starts_with("* SEARCH 1\r\n");
  };
  server_.clock.set(1'700'049'600);  // noon of 15-Nov-2023, UTC
  append("INBOX", "Subject: x\r\n\r\n");
  const mail::Saved before = digest("INBOX", 1).saved;
  EXPECT_EQ(before.date.unix_seconds, 1'700'049'600);
  server_.clock.set(1'700'049'600 + 10 * kDay);
  (void)say("c CREATE Old\r\ns SELECT INBOX\r\nc COPY 1 Old\r\n");
  EXPECT_EQ(digest("INBOX", 1).saved, before);
  EXPECT_EQ(digest("Old", 1).saved.date.unix_seconds, 1'700'049'600 + 10 * kDay);
  EXPECT_EQ(digest("Old", 1).internal_date, digest("INBOX", 1).internal_date);
  EXPECT_TRUE(saved_on("15-Nov-2023"));
  (void)say("s SELECT Old\r\n");
  EXPECT_TRUE(saved_on("25-Nov-2023"));
  EXPECT_FALSE(saved_on("15-Nov-2023"));
}

class LargeBinary : public MessageAttributes {
 protected:
  // A message of one part, with these octets in Base64.
  void append_encoded(std::string_view octets) {
    std::string message = "Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    const std::string encoded = base64::encode(octets);
    for (std::size_t at = 0; at < encoded.size(); at += 76) {
      message += encoded.substr(at, 76) + "\r\n";
    }
    append("INBOX", message);
    (void)say("s SELECT INBOX\r\n");
  }
  static std::string answer(std::string_view label, std::string_view octets,
                            std::string_view tilde = "") {
    return "* 1 FETCH (" + std::string(label) + " " + std::string(tilde) + "{" +
           std::to_string(octets.size()) + "}\r\n" + std::string(octets) +
           ")\r\nf OK FETCH completed\r\n";
  }
};

TEST_F(LargeBinary, ComesInPieces) {
  std::string octets;
  for (std::uint32_t i = 0; octets.size() < 3'000'000; ++i) {
    octets += std::to_string(i * 2'654'435'761U) + "\n";
  }
  append_encoded(octets);
  const std::string size = std::to_string(octets.size());
  EXPECT_EQ(say("f FETCH 1 BINARY.SIZE[1]\r\n"),
            "* 1 FETCH (BINARY.SIZE[1] " + size + ")\r\nf OK FETCH completed\r\n");
  EXPECT_TRUE(say("f FETCH 1 BINARY.PEEK[1]\r\n") == answer("BINARY[1]", octets));
  for (const std::size_t offset :
       {0UL, 1UL, 49'150UL, 2'000'000UL, octets.size() - 3, octets.size()}) {
    const std::string wanted = octets.substr(offset, 200'000);
    const std::string at = std::to_string(offset);
    EXPECT_TRUE(say("f FETCH 1 BINARY.PEEK[1]<" + at + ".200000>\r\n") ==
                answer("BINARY[1]<" + at + ">", wanted))
        << offset;
  }
}

TEST_F(LargeBinary, OneNulAtItsEndMakesItALiteral8) {
  std::string octets(200'000, 'x');
  octets.back() = '\0';
  append_encoded(octets);
  EXPECT_TRUE(say("f FETCH 1 BINARY.PEEK[1]\r\n") == answer("BINARY[1]", octets, "~"));
  EXPECT_TRUE(say("f FETCH 1 BINARY.PEEK[1]<0.199999>\r\n") ==
              answer("BINARY[1]<0>", octets.substr(0, 199'999)));
}

// It is seen before anything of the message is sent.
TEST_F(LargeBinary, AnUnknownEncodingBehindALargeItem) {
  append("INBOX", "Content-Transfer-Encoding: x-own\r\n\r\n" + std::string(500'000, 'x'));
  (void)say("s SELECT INBOX\r\n");
  EXPECT_TRUE(say("f FETCH 1 (BODY.PEEK[] BINARY.PEEK[1])\r\n").starts_with("f NO [UNKNOWN-CTE]"));
  EXPECT_EQ(say("n NOOP\r\n"), "n OK NOOP completed\r\n");
}

}  // namespace
}  // namespace roost::imap
