#include "imap/protocol/parser.h"

#include <gtest/gtest.h>

#include <string>

#include "imap/protocol/quirks.h"
#include "imap/protocol/syntax.h"

namespace roost::imap {
namespace {

Frame frame_of(std::string_view octets) { return {.octets = std::string(octets)}; }

// What read takes from octets; "error: …" if it fails or leaves anything.
template <typename Read>
std::string parsed(std::string_view octets, Read read) {
  const Frame frame = frame_of(octets);
  Parser parser(frame);
  std::string value(read(parser));
  parser.end();
  if (parser.ok()) return value;
  EXPECT_TRUE(value.empty() || parser.error().contains("the end")) << value;
  return "error: " + parser.error();
}

std::string astring(std::string_view octets) {
  return parsed(octets, [](Parser& p) { return p.astring(); });
}
std::string atom(std::string_view octets) {
  return parsed(octets, [](Parser& p) { return p.atom(); });
}

TEST(Syntax, CharacterClasses) {
  std::string atoms;
  std::string others;
  for (int c = 0; c < 256; ++c) {
    if (is_atom_char(static_cast<char>(c))) atoms += static_cast<char>(c);
    if (is_list_char(static_cast<char>(c)) && !is_atom_char(static_cast<char>(c))) {
      others += static_cast<char>(c);
    }
  }
  EXPECT_EQ(
      atoms,
      "!#$&'+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[^_`abcdefghijklmnopqrstuvwxyz|}~");
  EXPECT_EQ(others, "%*]");
}

TEST(Parser, ErrorsAreSticky) {
  const Frame frame = frame_of("a FETCH x");
  Parser parser(frame);
  EXPECT_EQ(parser.tag(), "a");
  parser.space();
  EXPECT_EQ(parser.command_name(), "FETCH");
  parser.space();
  EXPECT_EQ(parser.number(), 0U);
  EXPECT_FALSE(parser.ok());
  EXPECT_EQ(parser.error(), "expected a number at octet 9");
  EXPECT_EQ(parser.astring(), "");
  parser.fail("something else");
  parser.end();
  EXPECT_EQ(parser.error(), "expected a number at octet 9");
  EXPECT_TRUE(parser.at_end());
  EXPECT_EQ(parser.peek(), '\0');
}

TEST(Parser, EndForgivesBlanks) {
  const auto end = [](std::string_view octets) {
    const Frame frame = frame_of(octets);
    Parser parser(frame);
    parser.end();
    return parser.ok();
  };
  EXPECT_TRUE(end(""));
  EXPECT_TRUE(end("  \t"));
  EXPECT_FALSE(end(" x"));
  EXPECT_FALSE(end("\r"));
}

TEST(Parser, Tag) {
  const auto tag = [](std::string_view octets) {
    return parsed(octets, [](Parser& p) { return p.tag(); });
  };
  EXPECT_EQ(tag("A001"), "A001");
  EXPECT_EQ(tag("a]b.1"), "a]b.1");
  EXPECT_EQ(tag(""), "error: expected a tag at octet 1");
  EXPECT_EQ(tag("+"), "error: expected a tag at octet 1");
  EXPECT_EQ(tag("*"), "error: expected a tag at octet 1");
  EXPECT_EQ(tag("\xc3\xa4"), "error: expected a tag at octet 1");
  EXPECT_EQ(tag("a+"), "error: expected the end of the command at octet 2");
}

TEST(Parser, Atom) {
  EXPECT_EQ(atom("XYZ-1[2"), "XYZ-1[2");
  EXPECT_EQ(atom(""), "error: expected an atom at octet 1");
  EXPECT_EQ(atom("a]"), "error: expected the end of the command at octet 2");
  EXPECT_EQ(atom(std::string_view("a\0b", 3)), "error: expected the end of the command at octet 2");
}

TEST(Parser, CommandName) {
  const auto name = [](std::string_view octets) {
    return parsed(octets, [](Parser& p) { return p.command_name(); });
  };
  EXPECT_EQ(name("noop"), "noop");
  EXPECT_EQ(name("UID FETCH"), "UID FETCH");
  EXPECT_EQ(name("uid store"), "uid store");
  EXPECT_EQ(name("UIDX"), "UIDX");
  EXPECT_EQ(name("UID"), "UID");
  EXPECT_EQ(name("UID  FETCH"), "error: expected an atom at octet 5");
}

TEST(Parser, TryWord) {
  const Frame frame = frame_of("charset UTF-8");
  Parser parser(frame);
  EXPECT_FALSE(parser.try_word("CHAR"));
  EXPECT_FALSE(parser.try_word("CHARSETS"));
  EXPECT_TRUE(parser.try_word("CHARSET"));
  EXPECT_EQ(parser.rest(), " UTF-8");
}

TEST(Parser, Numbers) {
  const auto number = [](std::string_view octets) {
    return parsed(octets, [](Parser& p) {
      const auto n = p.number();
      return p.ok() ? std::to_string(n) : "";
    });
  };
  const auto nz_number = [](std::string_view octets) {
    return parsed(octets, [](Parser& p) {
      const auto n = p.nz_number();
      return p.ok() ? std::to_string(n) : "";
    });
  };
  const auto number64 = [](std::string_view octets) {
    return parsed(octets, [](Parser& p) {
      const auto n = p.number64();
      return p.ok() ? std::to_string(n) : "";
    });
  };
  EXPECT_EQ(number("0"), "0");
  EXPECT_EQ(number("007"), "7");
  EXPECT_EQ(number("4294967295"), "4294967295");
  EXPECT_TRUE(number("4294967296").starts_with("error: expected a smaller number"));
  EXPECT_TRUE(number("99999999999999999999999999").starts_with("error: "));
  EXPECT_TRUE(number("-1").starts_with("error: expected a number"));
  EXPECT_TRUE(number("").starts_with("error: expected a number"));
  EXPECT_EQ(nz_number("10"), "10");
  EXPECT_TRUE(nz_number("0").starts_with("error: "));
  EXPECT_TRUE(nz_number("01").starts_with("error: "));
  EXPECT_EQ(number64("9223372036854775807"), "9223372036854775807");
  EXPECT_TRUE(number64("9223372036854775808").starts_with("error: "));
  EXPECT_TRUE(number64("18446744073709551617").starts_with("error: "));
}

TEST(Parser, Astring) {
  EXPECT_EQ(astring("INBOX"), "INBOX");
  EXPECT_EQ(astring("a]b"), "a]b");
  EXPECT_EQ(astring("NIL"), "NIL");
  EXPECT_EQ(astring("\"a b\""), "a b");
  EXPECT_EQ(astring("{3}\r\na b"), "a b");
  EXPECT_TRUE(astring("").starts_with("error: expected an atom or a string"));
  EXPECT_TRUE(astring("%").starts_with("error: "));
  EXPECT_TRUE(astring("\xc3\xa4").starts_with("error: "));
}

TEST(Parser, Quoted) {
  EXPECT_EQ(astring(R"("")"), "");
  EXPECT_EQ(astring(R"("a\"b\\c")"), "a\"b\\c");
  EXPECT_EQ(astring("\"B\xc3\xbc"
                    "cher {5}\""),
            "B\xc3\xbc"
            "cher {5}");
  EXPECT_TRUE(astring(R"("a\bc")").starts_with("error: expected DQUOTE or"));
  EXPECT_TRUE(astring(R"("a\)").starts_with("error: "));
  EXPECT_TRUE(astring(R"("abc)").starts_with("error: expected the DQUOTE that ends"));
  EXPECT_TRUE(astring(R"("abc\")").starts_with("error: expected the DQUOTE that ends"));
  EXPECT_TRUE(astring("\"a\rb\"").starts_with("error: "));
  EXPECT_TRUE(astring("\"a {3}\r\nb\"c").starts_with("error: "));
  EXPECT_TRUE(astring(std::string_view("\"a\0b\"", 5)).starts_with("error: "));
}

TEST(Parser, LiteralsTakeExactlyTheirOctets) {
  EXPECT_EQ(astring("{5}\r\n\r\n\"{}"), "\r\n\"{}");
  EXPECT_EQ(astring("{5+}\r\nalice"), "alice");
  EXPECT_EQ(astring("{005}\nalice"), "alice");
  EXPECT_EQ(astring("{0}\r\n"), "");
  EXPECT_EQ(astring("{4}\r\nalice"), "error: expected the end of the command at octet 10");
  EXPECT_TRUE(astring("{6}\r\nalice").starts_with("error: expected the octets of a literal"));
  EXPECT_TRUE(astring("{5}alice").starts_with("error: expected a literal"));
  EXPECT_TRUE(astring("{5} \r\nalice").starts_with("error: expected a literal"));
  EXPECT_TRUE(astring("{5-}\r\nalice").starts_with("error: expected a literal"));
  EXPECT_TRUE(astring("{x{5}\r\nalice").starts_with("error: expected a literal"));
  EXPECT_TRUE(astring("{99999999999999999999}\r\nalice").starts_with("error: "));
  EXPECT_TRUE(astring(std::string_view("{3}\r\na\0b", 8)).starts_with("error: "));
  const auto string = [](std::string_view octets) {
    return parsed(octets, [](Parser& p) { return p.string(); });
  };
  EXPECT_EQ(string("{1}\r\na"), "a");
  EXPECT_EQ(string("\"a\""), "a");
  EXPECT_EQ(string("a"), "error: expected a string at octet 1");
}

TEST(Parser, Nstring) {
  const auto nstring = [](std::string_view octets) {
    return parsed(octets, [](Parser& p) {
      const auto value = p.nstring();
      return value ? "=" + *value : p.ok() ? std::string("nothing") : std::string();
    });
  };
  EXPECT_EQ(nstring("nil"), "nothing");
  EXPECT_EQ(nstring("\"NIL\""), "=NIL");
  const Frame frame = frame_of("NILS");
  Parser parser(frame);
  (void)parser.nstring();
  EXPECT_FALSE(parser.ok());
}

TEST(Parser, LiteralInTheFrame) {
  const Frame frame = frame_of(std::string_view("{4}\r\na\0\r\n", 9));
  Parser parser(frame);
  const Parser::Literal literal = parser.literal();
  parser.end();
  ASSERT_TRUE(parser.ok()) << parser.error();
  EXPECT_EQ(literal.size, 4U);
  ASSERT_TRUE(literal.octets);
  EXPECT_EQ(*literal.octets, std::string_view("a\0\r\n", 4));
  EXPECT_EQ(literal.octets->data(), frame.octets.data() + 5);
}

TEST(Parser, StreamedLiteral) {
  Frame frame = frame_of("a APPEND x {5000}\r\n");
  frame.streamed.push_back(frame.octets.size());
  Parser parser(frame);
  (void)parser.tag();
  parser.space();
  (void)parser.command_name();
  parser.space();
  EXPECT_EQ(parser.mailbox(), "x");
  parser.space();
  const Parser::Literal literal = parser.literal();
  parser.end();
  EXPECT_TRUE(parser.ok()) << parser.error();
  EXPECT_EQ(literal.size, 5'000U);
  EXPECT_FALSE(literal.octets);
}

TEST(Parser, AStreamedLiteralIsNoString) {
  Frame frame = frame_of("{0}\r\n");
  frame.streamed.push_back(frame.octets.size());
  Parser parser(frame);
  EXPECT_EQ(parser.astring(), "");
  EXPECT_FALSE(parser.ok());
}

TEST(Parser, List) {
  const auto atoms = [](std::string_view octets) {
    return parsed(octets, [](Parser& p) {
      std::string all;
      p.list([&] { all.append(p.atom()).append(";"); });
      return p.ok() ? all : std::string();
    });
  };
  EXPECT_EQ(atoms("(UIDNEXT MESSAGES)"), "UIDNEXT;MESSAGES;");
  EXPECT_EQ(atoms("(A)"), "A;");
  EXPECT_TRUE(atoms("()").starts_with("error: "));
  EXPECT_TRUE(atoms("(A )").starts_with("error: "));
  EXPECT_TRUE(atoms("( A)").starts_with("error: "));
  EXPECT_TRUE(atoms("(A").starts_with("error: "));
  EXPECT_TRUE(atoms("A").starts_with("error: "));
}

TEST(Quirks, WhatIsBent) {
  EXPECT_TRUE(quirks::is_dropped_flag("\\recent"));
  EXPECT_FALSE(quirks::is_dropped_flag("\\Seen"));
  EXPECT_TRUE(quirks::may_end(" "));
  EXPECT_FALSE(quirks::may_end(" a"));
}

}  // namespace
}  // namespace roost::imap
