#include "mail/part_tree.h"

#include <gtest/gtest.h>

#include <random>

namespace roost::mail {
namespace {

using What = Section::What;

PartNode leaf(OctetRange header, OctetRange body, std::string type = "text/plain") {
  return {.kind = PartNode::Kind::kLeaf,
          .header = header,
          .body = body,
          .type = std::move(type),
          .charset = "us-ascii",
          .encoding = "7bit",
          .children = {}};
}

PartNode multipart(OctetRange header, OctetRange body, std::vector<PartNode> children) {
  return {.kind = PartNode::Kind::kMultipart,
          .header = header,
          .body = body,
          .type = "multipart/mixed",
          .charset = "",
          .encoding = "7bit",
          .children = std::move(children)};
}

PartNode message(OctetRange header, OctetRange body, PartNode embedded) {
  return {.kind = PartNode::Kind::kMessage,
          .header = header,
          .body = body,
          .type = "message/rfc822",
          .charset = "",
          .encoding = "7bit",
          .children = {std::move(embedded)}};
}

// The example of RFC 3501 section 6.4.5, without its parts 2 and 4.2.1; the offsets tell the parts.
PartNode example() {
  return multipart({0, 100}, {100, 900},
                   {leaf({110, 10}, {120, 10}),
                    message({200, 10}, {210, 200},
                            multipart({210, 20}, {230, 180},
                                      {leaf({240, 10}, {250, 10}),
                                       leaf({300, 10}, {310, 10}, "application/octet-stream")})),
                    multipart({500, 10}, {510, 300},
                              {leaf({520, 10}, {530, 10}, "image/gif"),
                               message({600, 10}, {610, 100}, leaf({610, 40}, {650, 60}))})});
}

std::optional<OctetRange> find(const PartNode& root, std::vector<std::uint32_t> part,
                               What what = What::kAll) {
  return find_section(root, {.part = std::move(part), .what = what, .fields = {}});
}

TEST(FindSection, WholeMessage) {
  const PartNode root = example();
  EXPECT_EQ(find(root, {}), (OctetRange{0, 1000}));
  EXPECT_EQ(find(root, {}, What::kHeader), (OctetRange{0, 100}));
  EXPECT_EQ(find(root, {}, What::kHeaderFields), (OctetRange{0, 100}));
  EXPECT_EQ(find(root, {}, What::kHeaderFieldsNot), (OctetRange{0, 100}));
  EXPECT_EQ(find(root, {}, What::kText), (OctetRange{100, 900}));
}

TEST(FindSection, PartsOfAMultipart) {
  const PartNode root = example();
  EXPECT_EQ(find(root, {1}), (OctetRange{120, 10}));
  EXPECT_EQ(find(root, {1}, What::kMime), (OctetRange{110, 10}));
  EXPECT_EQ(find(root, {3}), (OctetRange{510, 300}));
  EXPECT_EQ(find(root, {3}, What::kMime), (OctetRange{500, 10}));
  EXPECT_EQ(find(root, {3, 1}), (OctetRange{530, 10}));
  EXPECT_EQ(find(root, {3, 1}, What::kMime), (OctetRange{520, 10}));
}

TEST(FindSection, MessagesInTheMessage) {
  const PartNode root = example();
  EXPECT_EQ(find(root, {2}), (OctetRange{210, 200}));
  EXPECT_EQ(find(root, {2}, What::kMime), (OctetRange{200, 10}));
  EXPECT_EQ(find(root, {2}, What::kHeader), (OctetRange{210, 20}));
  EXPECT_EQ(find(root, {2}, What::kText), (OctetRange{230, 180}));
  EXPECT_EQ(find(root, {2, 1}), (OctetRange{250, 10}));
  EXPECT_EQ(find(root, {2, 2}), (OctetRange{310, 10}));
  EXPECT_EQ(find(root, {2, 2}, What::kMime), (OctetRange{300, 10}));
  EXPECT_EQ(find(root, {3, 2}, What::kHeader), (OctetRange{610, 40}));
}

// Its embedded message is not multipart: part 1 below it is its body.
TEST(FindSection, ThePartOneOfAnEmbeddedMessage) {
  const PartNode root = example();
  EXPECT_EQ(find(root, {3, 2, 1}), (OctetRange{650, 60}));
  EXPECT_EQ(find(root, {3, 2, 1}, What::kMime), (OctetRange{610, 40}));
  EXPECT_EQ(find(root, {3, 2, 2}), std::nullopt);
  EXPECT_EQ(find(root, {3, 2, 1, 1}), std::nullopt);
}

TEST(FindSection, AMessageThatIsNotMultipartHasOnePart) {
  const PartNode root = leaf({0, 50}, {50, 20});
  EXPECT_EQ(find(root, {1}), (OctetRange{50, 20}));
  EXPECT_EQ(find(root, {1}, What::kMime), (OctetRange{0, 50}));
  EXPECT_EQ(find(root, {2}), std::nullopt);
  EXPECT_EQ(find(root, {1, 1}), std::nullopt);
  EXPECT_EQ(find(root, {1}, What::kHeader), std::nullopt);
}

TEST(FindSection, AMessageThatIsAMessage) {
  const PartNode root = message({0, 50}, {50, 100}, leaf({50, 30}, {80, 70}));
  EXPECT_EQ(find(root, {1}), (OctetRange{50, 100}));
  EXPECT_EQ(find(root, {1}, What::kHeader), (OctetRange{50, 30}));
  EXPECT_EQ(find(root, {1}, What::kMime), (OctetRange{0, 50}));
  EXPECT_EQ(find(root, {1, 1}), (OctetRange{80, 70}));
}

TEST(FindSection, NothingWhereThereIsNoSuchPart) {
  const PartNode root = example();
  EXPECT_EQ(find(root, {0}), std::nullopt);
  EXPECT_EQ(find(root, {4}), std::nullopt);
  EXPECT_EQ(find(root, {4294967295}), std::nullopt);
  EXPECT_EQ(find(root, {1, 1}), std::nullopt);
  EXPECT_EQ(find(root, {}, What::kMime), std::nullopt);
  EXPECT_EQ(find(root, {1}, What::kHeader), std::nullopt);
  EXPECT_EQ(find(root, {1}, What::kText), std::nullopt);
  EXPECT_EQ(find(root, {3}, What::kText), std::nullopt);
}

constexpr std::string_view kHeader =
    "Subject: a\r\n b\r\nTo: x\r\nX-Junk: y\r\nTO: z\r\nno field\r\n\r\n";

TEST(FilterHeader, KeepsTheNamedFieldsInTheirOrder) {
  EXPECT_EQ(filter_header(kHeader, std::vector<std::string>{"to", "subject", "To", "Date"},
                          FieldFilter::kOnly),
            "Subject: a\r\n b\r\nTo: x\r\nTO: z\r\n\r\n");
  EXPECT_EQ(filter_header(kHeader, std::vector<std::string>{"Date"}, FieldFilter::kOnly), "\r\n");
}

TEST(FilterHeader, KeepsAllButTheNamedFields) {
  EXPECT_EQ(filter_header(kHeader, std::vector<std::string>{"to", "x-junk"}, FieldFilter::kAllBut),
            "Subject: a\r\n b\r\nno field\r\n\r\n");
  EXPECT_EQ(filter_header(kHeader, {}, FieldFilter::kAllBut), kHeader);
}

TEST(FilterHeader, MatchesWholeNamesOnly) {
  EXPECT_EQ(filter_header(kHeader, std::vector<std::string>{"X", "Sub", ""}, FieldFilter::kOnly),
            "\r\n");
}

TEST(FilterHeader, AddsNoEmptyLineThatTheHeaderLacks) {
  EXPECT_EQ(filter_header("A: 1\r\nB: 2", std::vector<std::string>{"B"}, FieldFilter::kOnly),
            "B: 2");
}

TEST(PartTree, DecodesWhatItEncoded) {
  EXPECT_EQ(decode_part_tree(encode_part_tree(example())), example());
  EXPECT_EQ(decode_part_tree(encode_part_tree(PartNode{})), PartNode{});
}

TEST(PartTree, KeepsWordsThatAreRareAndOffsetsThatAreOdd) {
  PartNode node = leaf({std::uint64_t{1} << 62, 5}, {3, std::uint64_t{1} << 40}, "x-odd/type");
  node.charset = std::string(300, 'c');
  node.encoding = "x-uuencode";
  EXPECT_EQ(decode_part_tree(encode_part_tree(node)), node);
}

TEST(PartTree, IsSmall) { EXPECT_LE(encode_part_tree(leaf({0, 900}, {900, 4000})).size(), 12U); }

TEST(PartTree, RefusesWhatIsCutOffOrTooLong) {
  const std::string bytes = encode_part_tree(example());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const auto cut = decode_part_tree(std::string_view(bytes).substr(0, n));
    ASSERT_FALSE(cut) << n;
    EXPECT_EQ(cut.error().code, ErrorCode::kCorruption);
  }
  EXPECT_FALSE(decode_part_tree(bytes + std::string(1, '\0')));
}

// Whatever is accepted keeps the promises that find_section relies on.
void expect_sane(const PartNode& node) {
  EXPECT_GE(node.body.offset + node.body.length, node.body.offset);
  EXPECT_TRUE(node.kind != PartNode::Kind::kLeaf || node.children.empty());
  EXPECT_TRUE(node.kind != PartNode::Kind::kMessage || node.children.size() == 1);
  for (const PartNode& child : node.children) expect_sane(child);
}

TEST(PartTree, SurvivesAnyOctets) {
  std::mt19937 random(1);
  const std::string good = encode_part_tree(example());
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = good;
    const std::size_t changes = 1 + random() % 4;
    for (std::size_t k = 0; k < changes; ++k) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    if (const auto tree = decode_part_tree(bytes)) {
      expect_sane(*tree);
      ++accepted;
    }
  }
  EXPECT_GT(accepted, 0);
}

TEST(PartTree, RefusesBottomlessNesting) {
  PartNode node = leaf({0, 0}, {0, 0});
  for (int i = 0; i < 150; ++i) node = multipart({0, 0}, {0, 0}, {std::move(node)});
  EXPECT_TRUE(decode_part_tree(encode_part_tree(node)));
  for (int i = 0; i < 150; ++i) node = multipart({0, 0}, {0, 0}, {std::move(node)});
  EXPECT_FALSE(decode_part_tree(encode_part_tree(node)));
}

}  // namespace
}  // namespace roost::mail
