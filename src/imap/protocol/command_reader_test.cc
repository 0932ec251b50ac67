#include "imap/protocol/command_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace roost::imap {
namespace {

using Event = CommandReader::Event;

// Streams APPEND's literals, refuses what is over 100 octets elsewhere.
class TestPolicy : public LiteralPolicy {
 public:
  LiteralAnswer on_literal(const LiteralAnnounced& literal) override {
    seen.push_back(std::string(literal.line) + "|" + std::to_string(literal.size) +
                   (literal.synchronizing == Synchronizing::kYes ? "" : "+"));
    if (literal.line.contains("APPEND")) return LiteralAnswer::kStream;
    return literal.size > 100 ? LiteralAnswer::kRefuse : LiteralAnswer::kBuffer;
  }
  std::vector<std::string> seen;
};

using Transcript = std::vector<std::string>;

// Plays a server that reads: enters line mode after a command that ends in IDLE, leaves it after
// one line.
class Conversation {
 public:
  explicit Conversation(CommandReader::Limits limits = {}) : reader_(policy_, limits) {}

  void receive(std::string_view input) {
    for (Event event = read(input); event != Event::kNeedInput; event = read(input)) {
      if (event == Event::kHopeless) return;
    }
    EXPECT_TRUE(input.empty());
  }

  [[nodiscard]] const Transcript& transcript() const { return transcript_; }
  [[nodiscard]] const TestPolicy& policy() const { return policy_; }

 private:
  Event read(std::string_view& input) {
    const Event event = reader_.read(input);
    const std::string& frame = reader_.frame().octets;
    switch (event) {
      case Event::kNeedInput:
        break;
      case Event::kGoAhead:
        transcript_.emplace_back("go ahead");
        break;
      case Event::kOctets:
        if (transcript_.empty() || !transcript_.back().starts_with("octets ")) {
          transcript_.emplace_back("octets ");
        }
        transcript_.back() += reader_.octets();
        if (reader_.literal_ended()) transcript_.emplace_back("end");
        break;
      case Event::kCommand:
        if (frame.ends_with("IDLE")) reader_.set_mode(CommandReader::Mode::kLine);
        finish("command " + frame);
        break;
      case Event::kLine:
        finish("line " + std::string(reader_.line()));
        reader_.set_mode(CommandReader::Mode::kCommand);
        break;
      case Event::kRefused:
        finish("refused " + frame);
        break;
      case Event::kTooLong:
        finish("too long " + frame);
        break;
      case Event::kHopeless:
        if (!hopeless_) transcript_.emplace_back("hopeless");
        hopeless_ = true;
        break;
    }
    return event;
  }

  void finish(std::string entry) {
    transcript_.push_back(std::move(entry));
    reader_.next();
    EXPECT_TRUE(reader_.at_start());
  }

  TestPolicy policy_;
  CommandReader reader_;
  Transcript transcript_;
  bool hopeless_ = false;
};

Transcript whole(std::string_view input, CommandReader::Limits limits = {}) {
  Conversation conversation(limits);
  conversation.receive(input);
  return conversation.transcript();
}

// The transcript of input, after checking that no split changes it.
Transcript any_split(std::string_view input, CommandReader::Limits limits = {}) {
  const Transcript expected = whole(input, limits);
  for (std::size_t i = 0; i <= input.size(); ++i) {
    Conversation in_two(limits);
    in_two.receive(input.substr(0, i));
    in_two.receive(input.substr(i));
    EXPECT_EQ(in_two.transcript(), expected) << "split at " << i;
  }
  Conversation by_octet(limits);
  for (const char& c : input) by_octet.receive(std::string_view(&c, 1));
  EXPECT_EQ(by_octet.transcript(), expected);
  return expected;
}

TEST(CommandReader, Lines) {
  EXPECT_EQ(any_split("a NOOP\r\nb CAPABILITY\r\n"),
            (Transcript{"command a NOOP", "command b CAPABILITY"}));
  EXPECT_EQ(any_split("a NOOP\nb NOOP \r\n"), (Transcript{"command a NOOP", "command b NOOP "}));
  EXPECT_EQ(any_split("\r\n\na NOOP\r\n"), (Transcript{"command ", "command ", "command a NOOP"}));
  EXPECT_EQ(any_split("a NOOP\r\nb NO"), (Transcript{"command a NOOP"}));
  EXPECT_EQ(any_split("a\rb\r\r\n"), (Transcript{"command a\rb\r"}));
  const std::string_view nul("a N\0OP\r\n", 8);
  EXPECT_EQ(any_split(nul), (Transcript{"command " + std::string(nul.substr(0, 6))}));
}

TEST(CommandReader, SynchronizingLiteral) {
  EXPECT_EQ(any_split("a LOGIN {5}\r\nalice {3}\r\nb\r\n\r\nb NOOP\r\n"),
            (Transcript{"go ahead", "go ahead", "command a LOGIN {5}\r\nalice {3}\r\nb\r\n",
                        "command b NOOP"}));
}

TEST(CommandReader, NonSynchronizingLiteral) {
  EXPECT_EQ(any_split("a LOGIN {5+}\r\nalice {0+}\r\n\r\n"),
            (Transcript{"command a LOGIN {5+}\r\nalice {0+}\r\n"}));
  EXPECT_EQ(any_split("a LOGIN {005+}\na\nb\nc {2+}\n\r\n\n"),
            (Transcript{"command a LOGIN {005+}\na\nb\nc {2+}\n\r\n"}));
}

TEST(CommandReader, PolicySeesTheCommandSoFar) {
  Conversation conversation;
  conversation.receive("a LOGIN {5+}\r\nalice {3}\r\nabc\r\n");
  EXPECT_EQ(conversation.policy().seen,
            (std::vector<std::string>{"a LOGIN |5+", "a LOGIN {5+}\r\nalice |3"}));
}

TEST(CommandReader, StreamedLiteral) {
  EXPECT_EQ(any_split("a APPEND x {6}\r\na\r\nb\r\n\r\nb NOOP\r\n"),
            (Transcript{"go ahead", "octets a\r\nb\r\n", "end", "command a APPEND x {6}\r\n",
                        "command b NOOP"}));
  EXPECT_EQ(any_split("a APPEND x {0+}\r\n\r\n"),
            (Transcript{"octets ", "end", "command a APPEND x {0+}\r\n"}));
}

TEST(CommandReader, StreamedLiteralPointsIntoTheInput) {
  TestPolicy policy;
  CommandReader reader(policy);
  const std::string input = "a APPEND x {6+}\r\nabcdef\r\n";
  std::string_view rest = input;
  ASSERT_EQ(reader.read(rest), Event::kOctets);
  EXPECT_EQ(reader.octets().data(), input.data() + input.find("abc"));
  EXPECT_EQ(reader.octets(), "abcdef");
  EXPECT_FALSE(reader.at_start());
  ASSERT_EQ(reader.read(rest), Event::kCommand);
  EXPECT_EQ(reader.frame().streamed, std::vector<std::size_t>{reader.frame().octets.size()});
  reader.next();
  EXPECT_TRUE(reader.frame().streamed.empty());
}

TEST(CommandReader, SeveralStreamedLiteralsOfACommand) {
  EXPECT_EQ(any_split("a APPEND x {3+}\r\nabc {0}\r\n {3+}\r\ndef\r\nb NOOP\r\n"),
            (Transcript{"octets abc", "end", "go ahead", "octets ", "end", "octets def", "end",
                        "command a APPEND x {3+}\r\n {0}\r\n {3+}\r\n", "command b NOOP"}));
}

TEST(CommandReader, RefusedSynchronizingLiteralEndsTheCommandAtOnce) {
  EXPECT_EQ(any_split("a LOGIN {101}\r\nb NOOP\r\n"),
            (Transcript{"refused a LOGIN ", "command b NOOP"}));
}

TEST(CommandReader, RefusedNonSynchronizingLiteralIsDiscardedWithTheRestOfItsCommand) {
  std::string input = "a LOGIN {101+}\r\n" + std::string(50, 'x') + "\r\nz DELETE INBOX\r\n";
  input.resize(16 + 101, 'x');
  input += " {12+}\r\nb LOGOUT\r\n\r\n {3}\r\nc NOOP\r\n";
  EXPECT_EQ(any_split(input), (Transcript{"refused a LOGIN ", "command c NOOP"}));
}

TEST(CommandReader, BracesInQuotedStringsAreText) {
  EXPECT_EQ(any_split("a LOGIN \"x{5}\"\r\nb NOOP\r\n"),
            (Transcript{"command a LOGIN \"x{5}\"", "command b NOOP"}));
  EXPECT_EQ(any_split("a LOGIN \"x {5+}\" \"y {5+}\"\r\n"),
            (Transcript{"command a LOGIN \"x {5+}\" \"y {5+}\""}));
}

TEST(CommandReader, WaitingLiteralOnlyWhereAStringMayBegin) {
  for (const std::string command :
       {"a LOGIN \"x {5}", "a LOGIN \"x\\\" {5}", "a LOGIN joe pass{5}", "{5}", "a X {5-}"}) {
    EXPECT_EQ(any_split(command + "\r\nb NOOP\r\n"),
              (Transcript{"command " + command, "command b NOOP"}));
  }
  for (const std::string command :
       {"a LOGIN \"x\\\\\" {1}", "a FETCH 1 BODY[HEADER.FIELDS ({1}", "a APPEN x ~{1}"}) {
    EXPECT_EQ(any_split(command + "\r\nx\r\n"),
              (Transcript{"go ahead", "command " + command + "\r\nx"}));
  }
}

TEST(CommandReader, OctetsOfALiteralThatDoesNotWaitNeverBecomeCommands) {
  for (const std::string command : {"a LOGIN \"x\"y\" {11+}", "a LOGIN pass{11+}", "{11+}"}) {
    EXPECT_EQ(any_split(command + "\r\nz LOGOUT\r\n \r\nb NOOP\r\n"),
              (Transcript{"command " + command + "\r\nz LOGOUT\r\n ", "command b NOOP"}));
  }
}

TEST(CommandReader, LineMode) {
  EXPECT_EQ(any_split("a IDLE\r\nDONE\r\nb NOOP\r\n"),
            (Transcript{"command a IDLE", "line DONE", "command b NOOP"}));
  EXPECT_EQ(any_split("a IDLE\r\n\r\nb NOOP\r\n"),
            (Transcript{"command a IDLE", "line ", "command b NOOP"}));
  EXPECT_EQ(any_split("a IDLE\r\ndone \nb IDLE\r\nb APPEND x {3+}\r\n"),
            (Transcript{"command a IDLE", "line done ", "command b IDLE", "line b APPEND x {3+}"}));
}

TEST(CommandReader, AHalfReadLineIsCutInTheNewMode) {
  TestPolicy policy;
  CommandReader reader(policy);
  std::string_view input = "x {3+";
  ASSERT_EQ(reader.read(input), Event::kNeedInput);
  reader.set_mode(CommandReader::Mode::kLine);
  input = "}\r\n";
  ASSERT_EQ(reader.read(input), Event::kLine);
  EXPECT_EQ(reader.line(), "x {3+}");
}

constexpr CommandReader::Limits kSmall = {
    .line = 20, .literals = 10, .literal_count = 3, .discard = 100};

TEST(CommandReader, LineLimit) {
  EXPECT_EQ(any_split("a 34567890123456789\r\n", kSmall),
            (Transcript{"command a 34567890123456789"}));
  EXPECT_EQ(any_split("a 345678901234567890\r\nb NOOP\r\n", kSmall),
            (Transcript{"too long a 345678901234567890", "command b NOOP"}));
  EXPECT_EQ(any_split("a 345678901234567890xxxxxxx {5}\r\nb NOOP\r\n", kSmall),
            (Transcript{"too long a 345678901234567890", "command b NOOP"}));
}

TEST(CommandReader, LineLimitCountsAllLinesOfACommand) {
  EXPECT_EQ(any_split("a LOGIN {2+}\r\nab {2+}\r\ncd\r\nb NOOP\r\n", kSmall),
            (Transcript{"too long a LOGIN {2+}\r\nab {2+}\r\ncd", "command b NOOP"}));
}

TEST(CommandReader, TooLongLineTakesItsLiteralsAlong) {
  EXPECT_EQ(any_split("a 345678901234567890xxxxxxx {10+}\r\nz LOGOUT\r\n\r\nb NOOP\r\n", kSmall),
            (Transcript{"too long a 345678901234567890", "command b NOOP"}));
  // The head begins before the limit and ends behind it.
  EXPECT_EQ(any_split("a 34567890123456 {010+}\r\nz LOGOUT\r\n {3+}\r\nxyz\r\nb NOOP\r\n", kSmall),
            (Transcript{"too long a 34567890123456 {01", "command b NOOP"}));
}

TEST(CommandReader, TooLongInLineMode) {
  EXPECT_EQ(any_split("a IDLE\r\n" + std::string(30, 'x') + "{9+}\r\nb NOOP\r\n", kSmall),
            (Transcript{"command a IDLE", "too long " + std::string(20, 'x'), "line b NOOP"}));
}

TEST(CommandReader, LimitOfBufferedOctets) {
  EXPECT_EQ(any_split("a {6}\r\nabcdef {5}\r\nb NOOP\r\n", kSmall),
            (Transcript{"go ahead", "too long a {6}\r\nabcdef ", "command b NOOP"}));
  EXPECT_EQ(any_split("a {6+}\r\nabcdef {5+}\r\nghijk\r\nb NOOP\r\n", kSmall),
            (Transcript{"too long a {6+}\r\nabcdef ", "command b NOOP"}));
}

TEST(CommandReader, LimitOfLiterals) {
  EXPECT_EQ(any_split("a {0+}\n {0+}\n {0+}\n {1+}\nx\nb NOOP\n",
                      {.line = 100, .literals = 10, .literal_count = 3}),
            (Transcript{"too long a {0+}\n {0+}\n {0+}\n ", "command b NOOP"}));
}

TEST(CommandReader, HopelessWhenTooMuchIsAnnounced) {
  EXPECT_EQ(any_split("a LOGIN {101+}\r\nb NOOP\r\n", kSmall), (Transcript{"hopeless"}));
  EXPECT_EQ(any_split("a {11+}\r\n12345678901 {90+}\r\nb NOOP\r\n", kSmall),
            (Transcript{"hopeless"}));
  EXPECT_EQ(any_split("a" + std::string(121, 'x') + "\r\nb NOOP\r\n", kSmall),
            (Transcript{"hopeless"}));
}

TEST(CommandReader, HugeSizes) {
  for (const std::string digits : {"9223372036854775808", "18446744073709551615",
                                   "18446744073709551620", "99999999999999999999999999999999"}) {
    EXPECT_EQ(any_split("a APPEND x {" + digits + "}\r\nb NOOP\r\n"),
              (Transcript{"refused a APPEND x ", "command b NOOP"}));
    EXPECT_EQ(any_split("a APPEND x {" + digits + "+}\r\nb NOOP\r\n"), (Transcript{"hopeless"}));
  }
  EXPECT_EQ(any_split("a LOGIN {9223372036854775807+}\r\nb NOOP\r\n"), (Transcript{"hopeless"}));
}

TEST(CommandReader, GivesMemoryBack) {
  TestPolicy policy;
  CommandReader reader(policy);
  const std::string line = "a NOOP " + std::string(10'000, 'x') + "\r\n";
  std::string_view input = line;
  ASSERT_EQ(reader.read(input), Event::kCommand);
  EXPECT_GT(reader.frame().octets.capacity(), 10'000U);
  reader.next();
  EXPECT_LE(reader.frame().octets.capacity(), 4U * 1024);
  input = std::string_view(line).substr(0, 3'000);
  ASSERT_EQ(reader.read(input), Event::kNeedInput);
  input = "\r\n";
  ASSERT_EQ(reader.read(input), Event::kCommand);
  reader.next();
  reader.shrink();
  EXPECT_EQ(reader.frame().octets.capacity(), std::string().capacity());
}

TEST(CommandReader, RandomConversationsInRandomSplits) {
  std::mt19937 random(20'240'601);
  const std::vector<std::string> words = {"a ",    "LOGIN ", "APPEND ", "\"",     "{3}",  "{3+}",
                                          "{0+}",  "\r\n",   "\n",      "xyz",    "IDLE", "DONE",
                                          "{12+}", "{200}",  "{120+}",  "\r\nb ", "\\",   " "};
  for (int round = 0; round < 2'000; ++round) {
    std::string input;
    for (int i = 0; i < 30; ++i) input += words[random() % words.size()];
    const CommandReader::Limits limits = round % 2 == 0 ? kSmall : CommandReader::Limits();
    const Transcript expected = whole(input, limits);
    Conversation pieces(limits);
    for (std::string_view rest = input; !rest.empty();) {
      const std::size_t n = std::min<std::size_t>(1 + random() % 9, rest.size());
      pieces.receive(rest.substr(0, n));
      rest.remove_prefix(n);
    }
    ASSERT_EQ(pieces.transcript(), expected) << testing::PrintToString(input);
  }
}

}  // namespace
}  // namespace roost::imap
