// The messages of tests/data/messages: NAME.eml, and for some what FETCH must say of them,
// NAME.envelope and NAME.bodystructure (with a line end that is not part of it).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "mail/message_parser.h"
#include "mail/part_tree.h"
#include "mail/search.h"

namespace roost::mail {
namespace {

namespace fs = std::filesystem;

const fs::path kMessages = fs::path(ROOST_SOURCE_DIR) / "tests/data/messages";

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

std::map<std::string, std::string> corpus() {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::directory_iterator(kMessages)) {
    if (entry.path().extension() == ".eml") out[entry.path().stem()] = read(entry.path());
  }
  return out;
}

Digest digest_of(std::string_view message) {
  MessageParser parser;
  parser.feed(message);
  return parser.finish();
}

// A message of the corpus to be searched.
class CorpusSubject : public SearchSubject {
 public:
  explicit CorpusSubject(std::string message)
      : message_(std::move(message)), digest_(digest_of(message_)) {}

  const MessageEntry& entry() override { return entry_; }
  bool recent() override { return false; }
  Result<const Digest*> digest() override { return &digest_; }
  Result<std::string_view> message() override { return std::string_view(message_); }

  bool matches(SearchKey::Kind kind, std::string field, std::string text) {
    SearchKey key;
    key.kind = kind;
    key.field = std::move(field);
    key.text = std::move(text);
    const auto answer = SearchMatcher(std::move(key), {}, 0).match(*this);
    EXPECT_TRUE(answer);
    return answer.value_or(false);
  }

 private:
  std::string message_;
  Digest digest_;
  MessageEntry entry_;
};

// Compares with NAME.extension where there is one, and says whether there is.
bool agrees(const std::string& name, const std::string& extension, const std::string& actual) {
  const fs::path path = kMessages / (name + extension);
  if (!fs::exists(path)) return false;
  EXPECT_EQ(actual + "\n", read(path)) << name;
  return true;
}

TEST(MessageCorpus, EnvelopesAndBodyStructuresAreAsWritten) {
  int envelopes = 0;
  int structures = 0;
  for (const auto& [name, message] : corpus()) {
    const Digest digest = digest_of(message);
    if (agrees(name, ".envelope", digest.envelope)) ++envelopes;
    if (agrees(name, ".bodystructure", digest.bodystructure)) ++structures;
  }
  EXPECT_GE(envelopes, 20);
  EXPECT_GE(structures, 20);
}

TEST(MessageCorpus, DoesNotSeeWherePiecesWereCut) {
  std::mt19937 random(7);
  for (const auto& [name, message] : corpus()) {
    const Digest whole = digest_of(message);
    for (int round = 0; round < 20; ++round) {
      const std::size_t most = 1 + random() % 300;
      MessageParser parser;
      for (std::size_t at = 0; at < message.size();) {
        const std::size_t piece = 1 + random() % most;
        parser.feed(std::string_view(message).substr(at, piece));
        at += piece;
      }
      ASSERT_EQ(parser.finish(), whole) << name;
    }
  }
}

TEST(MessageCorpus, DigestsSurviveTheirStoredForm) {
  for (const auto& [name, message] : corpus()) {
    const Digest digest = digest_of(message);
    EXPECT_EQ(decode_digest(encode_digest(digest)), digest) << name;
    const auto tree = decode_part_tree(digest.structure);
    ASSERT_TRUE(tree) << name;
    EXPECT_EQ(encode_part_tree(*tree), digest.structure) << name;
    EXPECT_EQ(find_section(*tree, {}), (OctetRange{0, message.size()})) << name;
  }
}

// A message and the word that its body, once decoded, contains.
TEST(MessageCorpus, TextIsFoundInEveryCharsetAndEncoding) {
  const std::map<std::string, std::string> words = {
      {"mixed_attachment", "GRÜßE!"},
      {"forwarded", "NÄCHSTE WOCHE"},
      {"quoted_printable", "“smart quotes” and the euro €, soft breaks, = signs\r\n"},
      {"eight_bit", "françois paie 5 €"},
      {"base64_utf16", "zwei oktette je zeichen: ω ≠ ö"},
      {"iso2022jp", "こんにちは、山田"},
      {"koi8r", "ПРИВЕТ ИЗ москвы"},
      {"gb18030", "你好，世界"},
      {"gb2312_label", "镕基 €"},
      {"windows1251", "ПРИВІТ"},
      {"windows1252_as_latin1", "“smart” – 100 €"},
      {"big5", "繁體中文"},
      {"euckr", "안녕하세요"},
      {"unknown_charset", "äöü"},
      {"rfc2231", "ä"},
      {"truncated_base64", "in the middle of a "},
      {"message_in_message", "innermost"},
      {"binary", "abcdefg"},
      {"no_blank_line", "the body begins"},
      {"deep", "at the bottom"},
  };
  for (const auto& [name, word] : words) {
    CorpusSubject subject(read(kMessages / (name + ".eml")));
    EXPECT_TRUE(subject.matches(SearchKey::Kind::kBody, "", word)) << name;
    EXPECT_FALSE(subject.matches(SearchKey::Kind::kBody, "", word + "?")) << name;
  }
}

TEST(MessageCorpus, WordsOfHeadersAreFound) {
  struct Expected {
    std::string name;
    std::string field;
    std::string text;
  };
  for (const auto& [name, field, text] : std::vector<Expected>{
           {"encoded_words", "Subject", "grüße aus münchen (привет)"},
           {"encoded_words", "From", "jürgen müller <JUERGEN@example.org>"},
           {"encoded_words", "To", "山田"},
           {"encoded_words_broken", "From", "\"in quotes\""},
           {"encoded_words_broken", "To", "=?x-none?q?what?="},
           {"iso2022jp", "Subject", "山田 desu"},
           {"koi8r", "Subject", "привет"},
           {"gb18030", "Subject", "你好"},
           {"euckr", "Subject", "안녕"},
           {"windows1251", "Subject", "ПРИВІТ"},
           {"utf8_headers", "From", "BÜCHER.example"},
           {"latin1_headers", "Subject", "GRÜßE ohne"},
           {"duplicate_headers", "From", "second@"},
           {"long_lines", "To", "person119@"},
       }) {
    CorpusSubject subject(read(kMessages / (name + ".eml")));
    EXPECT_TRUE(subject.matches(SearchKey::Kind::kHeader, field, text)) << name;
  }
}

}  // namespace
}  // namespace roost::mail
