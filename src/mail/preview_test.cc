#include "mail/preview.h"

#include <gtest/gtest.h>

#include "mail/html_text.h"
#include "mail/message_parser.h"

namespace roost::mail {
namespace {

std::string plain(std::string_view body, std::string_view charset = "utf-8",
                  std::string_view encoding = "8bit") {
  return make_preview(body, "text/plain", charset, encoding);
}
std::string html(std::string_view body) { return make_preview(body, "text/html", "utf-8", "8bit"); }
std::optional<std::string> of_message(std::string_view message) {
  MessageParser parser;
  parser.feed(message);
  return parser.finish().preview;
}

TEST(Preview, IsOneLine) {
  EXPECT_EQ(plain("\r\n  Hello,\r\n\r\n\tworld \x01 !\r\n\r\n"), "Hello, world !");
  EXPECT_EQ(plain(""), "");
  EXPECT_EQ(plain(" \r\n\xc2\xa0\xe2\x80\x83\r\n"), "");
}

TEST(Preview, Is200CharactersAtMost) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "\xe2\x82\xac";
  EXPECT_EQ(plain(text).size(), 3 * kMaxPreview);
  EXPECT_EQ(plain(std::string(199, 'x') + " yz"), std::string(199, 'x'));
  EXPECT_EQ(plain(std::string(10'000, 'x')), std::string(200, 'x'));
}

TEST(Preview, IsDecoded) {
  EXPECT_EQ(plain("caf=E9 au=20l=\r\nait", "iso-8859-1", "quoted-printable"),
            "caf\xc3\xa9 au lait");
  EXPECT_EQ(plain("SGVsbG8=\r\n", "us-ascii", "base64"), "Hello");
  EXPECT_EQ(plain("\xc3\xa9t\xc3\xa9", "", "8bit"), "\xc3\xa9t\xc3\xa9");
}

TEST(Preview, ShowsNoHalfCharacter) {
  const std::string blanks(preview_octets("text/plain") - 5, ' ');
  EXPECT_EQ(plain(blanks + "abc\xe2\x82"), "abc");
  EXPECT_EQ(plain(blanks + "ab\xe2\x82\xac"), "ab\xe2\x82\xac");
}

TEST(Preview, ShowsTheLastCharacterWhereNothingIsCut) {
  EXPECT_EQ(plain("abc\xe2\x82\xac"), "abc\xe2\x82\xac");
  EXPECT_EQ(plain("caf\xe9", ""), "caf\xc3\xa9");
  EXPECT_EQ(plain("caf=E9", "us-ascii", "quoted-printable"), "caf\xc3\xa9");
}

TEST(Preview, PassesOverQuotes) {
  EXPECT_EQ(plain("> you said\r\n> this\r\nI say that\r\n>x\r\n"), "I say that");
  EXPECT_EQ(plain("> only\r\n> quotes\r\n"), "> only > quotes");
}

TEST(Preview, PassesOverWhatNobodySees) {
  EXPECT_EQ(html("Sale&zwnj;!&nbsp;&zwnj;&nbsp;&#847;&shy; now\xef\xbb\xbf"),
            "Sale\xe2\x80\x8c! now");
  EXPECT_EQ(plain("-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n"), "");
}

TEST(Preview, LooksBehindLongStyleSheets) {
  const std::string style = "<style>" + std::string(20'000, 'x') + "</style>";
  EXPECT_EQ(html("<html><head>" + style + "</head><body>Hello</body></html>"), "Hello");
}

TEST(HtmlText, HasNoMarkup) {
  EXPECT_EQ(html_text("<p>One <b>t</b>wo</p><P CLASS='a>b'>three<br>four</p>"),
            "One two three four ");
  EXPECT_EQ(html_text("a<!-- <b>no</b> -->b<script>if (a < b) {}</SCRIPT >c<style>d</style>"),
            "ab c ");
  EXPECT_EQ(html_text("<!DOCTYPE html><?xml?><title>T</title>x"), "x");
}

TEST(HtmlText, ResolvesReferences) {
  EXPECT_EQ(html_text("&lt;&amp;&gt;&#65;&#x42;&euro;&auml;"), "<&>AB\xe2\x82\xac\xc3\xa4");
  EXPECT_EQ(html_text("AT&T &unknown; &#xd800; &#0; &"), "AT&T &unknown; &#xd800; &#0; &");
}

TEST(HtmlText, TakesAnything) {
  EXPECT_EQ(html_text("a < b"), "a < b");
  EXPECT_EQ(html_text("x<"), "x<");
  EXPECT_EQ(html_text("x<b"), "x");
  EXPECT_EQ(html_text("x<!--y"), "x");
  EXPECT_EQ(html_text("x<style>y"), "x ");
  EXPECT_EQ(html_text("x<a href=\"y"), "x");
}

TEST(Preview, IsOfTheFirstPartThatHasOne) {
  const auto multipart = [](std::string_view parts) {
    return "Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n" + std::string(parts) +
           "\r\n--b--\r\nepilogue\r\n";
  };
  EXPECT_EQ(of_message("Subject: x\r\n\r\nHello\r\nyou\r\n"), "Hello you");
  EXPECT_EQ(of_message("Subject: x\r\n\r\n"), "");
  EXPECT_EQ(of_message("No header at all"), "No header at all");
  EXPECT_EQ(of_message(multipart("--b\r\n\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Hi\r\n"
                                 "--b\r\n\r\nfooter")),
            "Hi");
  EXPECT_EQ(of_message(multipart("--b\r\nContent-Disposition: attachment\r\n\r\nnotes\r\n"
                                 "--b\r\nContent-Type: text/calendar\r\n\r\nBEGIN\r\n"
                                 "--b\r\n\r\ntext")),
            "text");
  EXPECT_EQ(of_message(multipart("--b\r\nContent-Type: image/png\r\n\r\nx")), "");
  EXPECT_EQ(of_message("Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\ninner"), "inner");
}

TEST(Preview, DoesNotDependOnThePieces) {
  const std::string message = "Content-Type: text/html\r\n\r\n<p>" + std::string(3000, ' ') +
                              "\r\n<b>Hello</b>\r\n" + std::string(60'000, 'x');
  const auto whole = of_message(message);
  MessageParser parser;
  for (std::size_t at = 0; at < message.size(); at += 777) {
    parser.feed(std::string_view(message).substr(at, 777));
  }
  EXPECT_EQ(parser.finish().preview, whole);
  EXPECT_EQ(whole, "Hello " + std::string(194, 'x'));
}

TEST(Preview, FindsThePartsOfATree) {
  const auto leaf = [](std::string type) { return PartNode{.type = std::move(type)}; };
  PartNode root{.kind = PartNode::Kind::kMultipart, .type = "multipart/mixed"};
  root.children = {leaf("image/png"), leaf("text/html"), leaf("text/plain"), leaf("text/csv")};
  const auto parts = preview_parts(root);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0]->type, "text/html");
  EXPECT_EQ(parts[1]->type, "text/plain");
}

}  // namespace
}  // namespace roost::mail
