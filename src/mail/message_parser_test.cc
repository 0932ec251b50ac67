#include "mail/message_parser.h"

#include <gtest/gtest.h>

#include "mail/body_structure.h"
#include "mail/part_tree.h"

namespace roost::mail {
namespace {

Digest digest_of(std::string_view message) {
  MessageParser parser;
  parser.feed(message);
  return parser.finish();
}

PartNode tree_of(std::string_view message) {
  const auto tree = decode_part_tree(digest_of(message).structure);
  EXPECT_TRUE(tree);
  return tree.value_or(PartNode{});
}

std::string_view cut(std::string_view message, const OctetRange& range) {
  return message.substr(range.offset, range.length);
}

std::string body_of(std::string_view message) {
  return body_structure_as(digest_of(message).bodystructure,
                           {.extension = BodyForm::Extension::kDropped});
}

constexpr std::string_view kText = "\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\"";
std::string text(int octets, int lines) {
  return "(" + std::string(kText) + " " + std::to_string(octets) + " " + std::to_string(lines) +
         ")";
}

TEST(MessageParser, SplitsHeaderAndBody) {
  const std::string_view message = "Subject: x\r\n\r\nhello\r\nworld\r\n";
  const PartNode root = tree_of(message);
  EXPECT_EQ(cut(message, root.header), "Subject: x\r\n\r\n");
  EXPECT_EQ(cut(message, root.body), "hello\r\nworld\r\n");
  EXPECT_EQ(root.type, "text/plain");
  EXPECT_EQ(root.encoding, "7bit");
  EXPECT_EQ(digest_of(message).size, message.size());
  EXPECT_EQ(body_of(message), text(14, 2));
}

TEST(MessageParser, TheEmptyMessageIsText) {
  EXPECT_EQ(body_of(""), text(0, 0));
  EXPECT_EQ(tree_of("").body, OctetRange{});
  EXPECT_EQ(digest_of("").envelope, "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)");
}

TEST(MessageParser, AHeaderNeedsNoBody) {
  for (const std::string_view message : {"Subject: x\r\n", "Subject: x", "Subject: x\r\n\r\n"}) {
    const PartNode root = tree_of(message);
    EXPECT_EQ(cut(message, root.header), message);
    EXPECT_EQ(root.body, (OctetRange{message.size(), 0}));
  }
}

TEST(MessageParser, ABodyNeedsNoHeader) {
  const std::string_view empty = "\r\nbody";
  EXPECT_EQ(cut(empty, tree_of(empty).header), "\r\n");
  EXPECT_EQ(cut(empty, tree_of(empty).body), "body");
  const std::string_view none = "Hello there,\r\n\r\nhow: are you\r\n";
  EXPECT_EQ(cut(none, tree_of(none).header), "");
  EXPECT_EQ(cut(none, tree_of(none).body), none);
}

TEST(MessageParser, AHeaderMayLackItsEmptyLine) {
  const std::string_view message = "Subject: x\r\nthis is no field\r\nTo: nobody\r\n";
  const PartNode root = tree_of(message);
  EXPECT_EQ(cut(message, root.header), "Subject: x\r\n");
  EXPECT_EQ(cut(message, root.body), "this is no field\r\nTo: nobody\r\n");
}

TEST(MessageParser, AnMboxLineBelongsToTheHeader) {
  const std::string_view message = "From me Mon Jan  1 00:00:00 2024\nSubject: x\n\nbody\n";
  EXPECT_EQ(cut(message, tree_of(message).body), "body\n");
  EXPECT_EQ(digest_of(message).envelope, "(NIL \"x\" NIL NIL NIL NIL NIL NIL NIL NIL)");
}

TEST(MessageParser, LinesMayEndWithLineFeed) {
  const std::string_view message =
      "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\ntwo\n--b--\n";
  const PartNode root = tree_of(message);
  ASSERT_EQ(root.children.size(), 1U);
  EXPECT_EQ(cut(message, root.children[0].body), "one\ntwo");
  EXPECT_EQ(body_of(message), "(" + text(7, 2) + " \"MIXED\")");
}

TEST(MessageParser, ABareCarriageReturnIsData) {
  const std::string_view message =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r--b\rtwo\r\n--b--\r\n";
  const PartNode root = tree_of(message);
  ASSERT_EQ(root.children.size(), 1U);
  EXPECT_EQ(cut(message, root.children[0].body), "one\r--b\rtwo");
}

constexpr std::string_view kMixed =
    "Content-Type: multipart/mixed; boundary=\"b\"\r\n"
    "\r\n"
    "preamble\r\n"
    "--b\r\n"
    "\r\n"
    "one\r\n"
    "--b \t \r\n"
    "Content-Type: text/html\r\n"
    "\r\n"
    "<p>\r\n"
    "\r\n"
    "--bb\r\n"
    "--b--\r\n"
    "epilogue\r\n";

TEST(MessageParser, CutsAMultipartAtItsDelimiters) {
  const PartNode root = tree_of(kMixed);
  EXPECT_EQ(root.kind, PartNode::Kind::kMultipart);
  EXPECT_EQ(cut(kMixed, root.body), kMixed.substr(root.header.length));
  ASSERT_EQ(root.children.size(), 2U);
  EXPECT_EQ(cut(kMixed, root.children[0].header), "\r\n");
  EXPECT_EQ(cut(kMixed, root.children[0].body), "one");
  EXPECT_EQ(cut(kMixed, root.children[1].header), "Content-Type: text/html\r\n\r\n");
  EXPECT_EQ(cut(kMixed, root.children[1].body), "<p>\r\n\r\n--bb");
}

TEST(MessageParser, BodyStructureNamesWhatIsDefaulted) {
  EXPECT_EQ(digest_of(kMixed).bodystructure,
            "((" + std::string(kText) +
                " 3 1 NIL NIL NIL NIL)(\"TEXT\" \"HTML\" (\"CHARSET\" \"US-ASCII\") NIL NIL "
                "\"7BIT\" 11 3 NIL NIL NIL NIL) \"MIXED\" (\"BOUNDARY\" \"b\") NIL NIL NIL)");
}

TEST(MessageParser, TheEndDelimiterMayBeMissing) {
  const std::string_view message =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n";
  const PartNode root = tree_of(message);
  ASSERT_EQ(root.children.size(), 2U);
  EXPECT_EQ(cut(message, root.children[0].body), "one");
  EXPECT_EQ(cut(message, root.children[1].body), "two\r\n");
}

TEST(MessageParser, PartsMayBeEmpty) {
  const std::string_view message =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n\r\n--b\r\nContent-Type: "
      "text/html\r\n--b--";
  const PartNode root = tree_of(message);
  ASSERT_EQ(root.children.size(), 3U);
  EXPECT_EQ(cut(message, root.children[0].header), "");
  EXPECT_EQ(cut(message, root.children[1].header), "\r\n");
  EXPECT_EQ(cut(message, root.children[2].header), "Content-Type: text/html\r\n");
  for (const PartNode& child : root.children) EXPECT_EQ(child.body.length, 0U);
  EXPECT_EQ(root.children[2].type, "text/html");
}

TEST(MessageParser, AMultipartWithoutPartsIsText) {
  for (const std::string_view type :
       {"multipart/mixed", "multipart/mixed; boundary=", "multipart/mixed; boundary=\" \"",
        "multipart/mixed; boundary=other"}) {
    const std::string message = "Content-Type: " + std::string(type) + "\r\n\r\n--b\r\n\r\none\r\n";
    EXPECT_EQ(tree_of(message).kind, PartNode::Kind::kLeaf);
    EXPECT_EQ(body_of(message), text(12, 3));
  }
}

TEST(MessageParser, AnOuterDelimiterEndsInnerParts) {
  const std::string_view message =
      "Content-Type: multipart/mixed; boundary=outer\r\n\r\n"
      "--outer\r\nContent-Type: multipart/mixed; boundary=inner\r\n\r\n"
      "--inner\r\n\r\none\r\n"
      "--outer\r\n\r\ntwo\r\n--inner\r\nstill two\r\n"
      "--outer--\r\n";
  const PartNode root = tree_of(message);
  ASSERT_EQ(root.children.size(), 2U);
  ASSERT_EQ(root.children[0].children.size(), 1U);
  EXPECT_EQ(cut(message, root.children[0].body), "--inner\r\n\r\none");
  EXPECT_EQ(cut(message, root.children[0].children[0].body), "one");
  EXPECT_EQ(cut(message, root.children[1].body), "two\r\n--inner\r\nstill two");
}

TEST(MessageParser, OfEqualBoundariesTheInnermostCounts) {
  const std::string_view message =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
      "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
      "--b\r\n\r\none\r\n--b--\r\n"
      "--b\r\n\r\ntwo\r\n--b--\r\n";
  const PartNode root = tree_of(message);
  ASSERT_EQ(root.children.size(), 2U);
  ASSERT_EQ(root.children[0].children.size(), 1U);
  EXPECT_EQ(cut(message, root.children[0].children[0].body), "one");
  EXPECT_EQ(cut(message, root.children[1].body), "two");
}

TEST(MessageParser, ABoundaryMayEndInDashes) {
  const std::string_view message =
      "Content-Type: multipart/mixed; boundary=\"b--\"\r\n\r\n--b--\r\n\r\none\r\n--b----\r\n";
  const PartNode root = tree_of(message);
  ASSERT_EQ(root.children.size(), 1U);
  EXPECT_EQ(cut(message, root.children[0].body), "one");
}

TEST(MessageParser, ABoundaryMayBeContinued) {
  const std::string_view message =
      "Content-Type: multipart/mixed; boundary*0=a; boundary*1=b\r\n\r\n--ab\r\n\r\none\r\n--ab--";
  EXPECT_EQ(tree_of(message).children.size(), 1U);
}

constexpr std::string_view kForwarded =
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\n"
    "Content-Type: message/rfc822\r\n"
    "\r\n"
    "Subject: inner\r\n"
    "From: a@b.test\r\n"
    "\r\n"
    "text\r\n"
    "--b--\r\n";

TEST(MessageParser, AMessageInAMessageHasEnvelopeStructureAndLines) {
  const PartNode root = tree_of(kForwarded);
  ASSERT_EQ(root.children.size(), 1U);
  const PartNode& part = root.children[0];
  EXPECT_EQ(part.kind, PartNode::Kind::kMessage);
  ASSERT_EQ(part.children.size(), 1U);
  EXPECT_EQ(cut(kForwarded, part.header), "Content-Type: message/rfc822\r\n\r\n");
  EXPECT_EQ(cut(kForwarded, part.body), "Subject: inner\r\nFrom: a@b.test\r\n\r\ntext");
  EXPECT_EQ(cut(kForwarded, part.children[0].header), "Subject: inner\r\nFrom: a@b.test\r\n\r\n");
  EXPECT_EQ(cut(kForwarded, part.children[0].body), "text");
  EXPECT_EQ(
      body_of(kForwarded),
      "((\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 38 (NIL \"inner\" ((NIL NIL \"a\" "
      "\"b.test\")) ((NIL NIL \"a\" \"b.test\")) ((NIL NIL \"a\" \"b.test\")) NIL NIL NIL NIL "
      "NIL) " +
          text(4, 1) + " 4) \"MIXED\")");
}

TEST(MessageParser, PartsOfADigestAreMessages) {
  const std::string_view message =
      "Content-Type: multipart/digest; boundary=b\r\n\r\n"
      "--b\r\n\r\nSubject: 1\r\n\r\nx\r\n"
      "--b\r\nContent-Type: text/plain\r\n\r\ny\r\n--b\r\n--b--\r\n";
  const PartNode root = tree_of(message);
  ASSERT_EQ(root.children.size(), 3U);
  EXPECT_EQ(root.children[0].kind, PartNode::Kind::kMessage);
  EXPECT_EQ(cut(message, root.children[0].children[0].body), "x");
  EXPECT_EQ(root.children[1].kind, PartNode::Kind::kLeaf);
  EXPECT_EQ(root.children[2].kind, PartNode::Kind::kMessage);  // an empty one
}

TEST(MessageParser, AnUnreadableContentTypeIsText) {
  EXPECT_EQ(body_of("Content-Type: what?\r\n\r\nx\r\n"), text(3, 1));
}

TEST(MessageParser, ReadsTheDateOfTheMessageItself) {
  EXPECT_EQ(digest_of("Date: Fri, 21 Nov 1997 09:55:06 -0600\r\n\r\n").sent_date, 880'127'706);
  EXPECT_EQ(digest_of("Date: some day\r\n\r\n").sent_date, 0);
  EXPECT_EQ(
      digest_of("Content-Type: message/rfc822\r\n\r\nDate: 21 Nov 1997 00:00 GMT\r\n").sent_date,
      0);
}

TEST(MessageParser, NulOctetsAndEightBitHeadersDoNoHarm) {
  const std::string message = std::string("Subject: a\0b\xe4\r\n\r\n\0\0\r\n", 21);
  const Digest digest = digest_of(message);
  EXPECT_EQ(digest.size, message.size());
  EXPECT_EQ(digest.envelope, "(NIL {3}\r\nab\xe4 NIL NIL NIL NIL NIL NIL NIL NIL)");
}

TEST(MessageParser, StructuresGrowNoDeeperThanTheLimit) {
  std::string message;
  for (int i = 0; i < 100; ++i) {
    const std::string b = "b" + std::to_string(i);
    message += "Content-Type: multipart/mixed; boundary=" + b + "\r\n\r\n--" + b + "\r\n";
  }
  message += "\r\nbottom\r\n";
  const PartNode root = tree_of(message);
  const PartNode* node = &root;
  std::size_t depth = 1;
  for (; !node->children.empty(); node = &node->children.front()) ++depth;
  EXPECT_EQ(depth, MessageParser::kMaxDepth);
  EXPECT_EQ(node->type, "text/plain");
  EXPECT_EQ(node->body.offset + node->body.length, message.size());

  std::string messages;
  for (int i = 0; i < 100; ++i) messages += "Content-Type: message/rfc822\r\n\r\n";
  EXPECT_NE(body_of(messages), digest_of(messages).bodystructure);
}

TEST(MessageParser, AMessageHasNoMorePartsThanTheLimit) {
  const auto with_parts = [](std::size_t count) {
    std::string message = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
    for (std::size_t i = 0; i < count; ++i) message += "--b\r\n\r\nx\r\n";
    return message + "--b--\r\nepilogue";
  };
  const std::size_t most = MessageParser::kMaxParts - 1;  // the message is one itself
  const std::string full = with_parts(most);
  const PartNode root = tree_of(full);
  ASSERT_EQ(root.children.size(), most);
  EXPECT_EQ(cut(full, root.children.back().body), "x");

  const std::string over = with_parts(most + 2);
  const PartNode cut_off = tree_of(over);
  ASSERT_EQ(cut_off.children.size(), most);
  EXPECT_EQ(cut(over, cut_off.children.back().body),
            "x\r\n--b\r\n\r\nx\r\n--b\r\n\r\nx\r\n--b--\r\nepilogue");
}

TEST(MessageParser, LooksAtAsMuchOfAHeaderAsTheLimit) {
  MessageParser parser;
  parser.feed("Subject: first\r\nX-Long: ");
  const std::string chunk(64 * 1024, 'x');
  for (int i = 0; i < 64; ++i) parser.feed(chunk);
  parser.feed("\r\nMessage-ID: <behind@the.limit>\r\n\r\nbody\r\n");
  const Digest digest = parser.finish();
  EXPECT_EQ(digest.envelope, "(NIL \"first\" NIL NIL NIL NIL NIL NIL NIL NIL)");
  EXPECT_EQ(body_structure_as(digest.bodystructure, {.extension = BodyForm::Extension::kDropped}),
            text(6, 1));
}

TEST(MessageParser, LongLinesAreNoDelimiters) {
  const std::string message = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n--b" +
                              std::string(2000, ' ') + "\r\n" + std::string(1'000'000, 'x') +
                              "\r\n--b--\r\n";
  const PartNode root = tree_of(message);
  ASSERT_EQ(root.children.size(), 1U);
  EXPECT_EQ(root.children[0].body.length, 2003U + 2U + 1'000'000U);
}

TEST(MessageParser, DoesNotSeeWherePiecesWereCut) {
  for (const std::string_view message : {kMixed, kForwarded}) {
    const Digest whole = digest_of(message);
    for (std::size_t i = 0; i <= message.size(); ++i) {
      for (std::size_t j = i; j <= message.size(); ++j) {
        MessageParser parser;
        parser.feed(message.substr(0, i));
        parser.feed(message.substr(i, j - i));
        parser.feed(message.substr(j));
        ASSERT_EQ(parser.finish(), whole) << i << " " << j;
      }
    }
    MessageParser octet_by_octet;
    for (const char& c : message) octet_by_octet.feed({&c, 1});
    EXPECT_EQ(octet_by_octet.finish(), whole);
  }
}

}  // namespace
}  // namespace roost::mail
