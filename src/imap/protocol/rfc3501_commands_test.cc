// The commands of RFC 3501's examples (sections 6.1 to 6.5, 7, 7.5 and 8), through CommandReader
// and Parser as a server reads them.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/ascii.h"
#include "imap/protocol/command_reader.h"
#include "imap/protocol/parser.h"

namespace roost::imap {
namespace {

struct Example {
  std::string_view section;
  std::string_view octets;  // as the client sends them, without the last CRLF
};

constexpr Example kExamples[] = {
    {"6.1.1", "abcd CAPABILITY"},
    {"6.1.1", "efgh STARTTLS"},
    {"6.1.2", "a002 NOOP"},
    {"6.1.3", "A023 LOGOUT"},
    {"6.2.1", "a004 LOGIN joe password"},
    {"6.2.2", "A001 AUTHENTICATE GSSAPI"},
    {"6.2.3", "a001 LOGIN SMITH SESAME"},
    {"6.3.1", "A142 SELECT INBOX"},
    {"6.3.2", "A932 EXAMINE blurdybloop"},
    {"6.3.3", "A003 CREATE owatagusiam/"},
    {"6.3.3", "A004 CREATE owatagusiam/blurdybloop"},
    {"6.3.4", "A683 DELETE blurdybloop"},
    {"6.3.4", "A685 DELETE foo/bar"},
    {"6.3.5", "A683 RENAME blurdybloop sarasoop"},
    {"6.3.5", "Z433 RENAME INBOX old-mail"},
    {"6.3.6", "A002 SUBSCRIBE #news.comp.mail.mime"},
    {"6.3.7", "A002 UNSUBSCRIBE #news.comp.mail.mime"},
    {"6.3.8", "A101 LIST \"\" \"\""},
    {"6.3.8", "A102 LIST #news.comp.mail.misc \"\""},
    {"6.3.8", "A103 LIST /usr/staff/jones \"\""},
    {"6.3.8", "A202 LIST ~/Mail/ %"},
    {"6.3.4", "A682 LIST \"\" *"},
    {"6.3.9", "A002 LSUB \"#news.\" \"comp.mail.*\""},
    {"6.3.9", "A003 LSUB \"#news.\" \"comp.%\""},
    {"6.3.10", "A042 STATUS blurdybloop (UIDNEXT MESSAGES)"},
    {"6.3.11",
     "A003 APPEND saved-messages (\\Seen) {310}\r\n"
     "Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)\r\n"
     "From: Fred Foobar <foobar@Blurdybloop.COM>\r\n"
     "Subject: afternoon meeting\r\n"
     "To: mooch@owatagu.siam.edu\r\n"
     "Message-Id: <B27397-0100000@Blurdybloop.COM>\r\n"
     "MIME-Version: 1.0\r\n"
     "Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n"
     "\r\n"
     "Hello Joe, do you think we can meet at 3:30 tomorrow?\r\n"},
    {"6.4.1", "FXXZ CHECK"},
    {"6.4.2", "A341 CLOSE"},
    {"6.4.3", "A202 EXPUNGE"},
    {"6.4.4", "A282 SEARCH FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\""},
    {"6.4.4", "A283 SEARCH TEXT \"string not in mailbox\""},
    {"6.4.4", "A284 SEARCH CHARSET UTF-8 TEXT {6}\r\nXXXXXX"},
    {"6.4.5", "A654 FETCH 2:4 (FLAGS BODY[HEADER.FIELDS (DATE FROM)])"},
    {"6.4.6", "A003 STORE 2:4 +FLAGS (\\Deleted)"},
    {"6.4.7", "A003 COPY 2:4 MEETING"},
    {"6.4.8", "A999 UID FETCH 4827313:4828442 FLAGS"},
    {"6.5.1", "A442 XPIG-LATIN"},
    {"7.1.2", "A222 COPY 1:2 owatagusiam"},
    {"7.5", "A001 LOGIN {11}\r\nFRED FOOBAR {7}\r\nfat man"},
    {"8", "a001 login mrc secret"},
    {"8", "a002 select inbox"},
    {"8", "a003 fetch 12 full"},
    {"8", "a004 fetch 12 body[header]"},
    {"8", "a005 store 12 +flags \\deleted"},
};

class BufferAll : public LiteralPolicy {
 public:
  LiteralAnswer on_literal(const LiteralAnnounced& /*literal*/) override {
    return LiteralAnswer::kBuffer;
  }
};

mail::ViewPtr twenty_messages() {
  std::vector<mail::MessageEntry> entries;
  for (std::uint32_t uid = 1; uid <= 20; ++uid) {
    entries.push_back({.uid = mail::Uid(uid), .flags = {}, .modseq = mail::ModSeq(1)});
  }
  return mail::MailboxView::build({.uid_validity = mail::UidValidity(1),
                                   .uid_next = mail::Uid(21),
                                   .modseq = mail::ModSeq(1),
                                   .keywords = std::make_shared<mail::KeywordTable>()},
                                  entries);
}

void read_append(Parser& parser) {
  (void)parser.mailbox();
  parser.space();
  if (parser.peek() == '(') {
    (void)parser.flag_list();
    parser.space();
  }
  EXPECT_EQ(parser.literal().size, 310U);
}

void read_search(Parser& parser) {
  std::string charset;
  if (parser.try_word("CHARSET")) {
    parser.space();
    charset = parser.astring();
    parser.space();
  }
  (void)parser.search_program(charset, *twenty_messages());
  EXPECT_FALSE(parser.unknown_charset());
}

void read_store(Parser& parser) {
  (void)parser.sequence_set();
  parser.space();
  EXPECT_TRUE(parser.try_word("+FLAGS"));
  parser.space();
  mail::FlagNames deleted;
  deleted.add(mail::SystemFlag::kDeleted);
  EXPECT_EQ(parser.store_flags(), deleted);
}

// Requires: command in upper case.
void read_arguments(std::string_view command, Parser& parser) {
  const auto is_one_of = [command](auto... names) { return ((command == names) || ...); };
  if (is_one_of("LOGIN")) {
    (void)parser.astring();
    parser.space();
    (void)parser.astring();
  } else if (is_one_of("AUTHENTICATE")) {
    (void)parser.atom();
  } else if (is_one_of("LIST", "LSUB")) {
    (void)parser.mailbox();
    parser.space();
    (void)parser.list_mailbox();
  } else if (is_one_of("RENAME")) {
    (void)parser.mailbox();
    parser.space();
    (void)parser.mailbox();
  } else if (is_one_of("STATUS")) {
    (void)parser.mailbox();
    parser.space();
    parser.list([&] { (void)parser.atom(); });
  } else if (is_one_of("APPEND")) {
    read_append(parser);
  } else if (is_one_of("SEARCH")) {
    read_search(parser);
  } else if (is_one_of("FETCH", "UID FETCH")) {
    (void)parser.sequence_set();
    parser.space();
    EXPECT_FALSE(parser.fetch_atts().empty());
  } else if (is_one_of("STORE")) {
    read_store(parser);
  } else if (is_one_of("COPY")) {
    (void)parser.sequence_set();
    parser.space();
    (void)parser.mailbox();
  } else {
    (void)parser.mailbox();
  }
}

TEST(Rfc3501, ExampleCommands) {
  for (const Example& example : kExamples) {
    SCOPED_TRACE("section " + std::string(example.section) + ": " + std::string(example.octets));
    BufferAll policy;
    CommandReader reader(policy);
    const std::string sent = std::string(example.octets) + "\r\n";
    std::string_view input = sent;
    CommandReader::Event event = reader.read(input);
    while (event == CommandReader::Event::kGoAhead) event = reader.read(input);
    ASSERT_EQ(event, CommandReader::Event::kCommand);
    EXPECT_EQ(reader.frame().octets, example.octets);

    Parser parser(reader.frame());
    EXPECT_FALSE(parser.tag().empty());
    parser.space();
    const std::string command = to_upper(parser.command_name());
    if (parser.try_char(' ')) read_arguments(command, parser);
    parser.end();
    EXPECT_TRUE(parser.ok()) << parser.error();
  }
}

}  // namespace
}  // namespace roost::imap
