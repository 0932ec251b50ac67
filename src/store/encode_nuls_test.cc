#include "store/encode_nuls.h"

#include <string>

#include "mail/transfer_encoding.h"
#include "store/memory/memory_store.h"
#include "store/message_writer.h"
#include "store/test_messages.h"

namespace roost::store {
namespace {

using namespace std::string_literals;

class EncodeNulsTest : public testing::Test {
 protected:
  NewMessage receive(std::string_view octets) { return encode(octets).value(); }
  std::optional<NewMessage> encode(std::string_view octets) {
    MessageWriter writer(*store_);
    must(writer.append(octets));
    return must(encode_nuls(*store_, must(writer.finish())));
  }
  std::string stored(const NewMessage& message) {
    return must(store_->read_blob(message.digest.blob, 0, message.digest.size + 1));
  }
  // What BINARY makes of the part.
  std::string decoded(const NewMessage& message, std::vector<std::uint32_t> numbers) {
    const auto root = must(mail::decode_part_tree(message.digest.structure));
    const mail::PartNode* part = mail::find_part(root, numbers);
    if (part == nullptr) return "no part";
    return mail::decode_transfer(stored(message).substr(part->body.offset, part->body.length),
                                 part->encoding);
  }

  std::unique_ptr<Store> store_ = open_memory_store();
};

TEST_F(EncodeNulsTest, LeavesOthersAlone) {
  const std::string octets = "Content-Transfer-Encoding: binary\r\n\r\n\xff\x01\n";
  EXPECT_EQ(stored(receive(octets)), octets);
}

TEST_F(EncodeNulsTest, EncodesAMessageOfOnePart) {
  const NewMessage message = receive("Subject: x\r\n\r\n\0one\0"s);
  EXPECT_EQ(stored(message),
            "Subject: x\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            "AG9uZQA=\r\n");
  EXPECT_EQ(decoded(message, {1}), "\0one\0"s);
  EXPECT_EQ(message.digest.blob, message.blob.id());
  EXPECT_EQ(message.digest.size, stored(message).size());
}

TEST_F(EncodeNulsTest, EncodesThePartsThatHoldThem) {
  const std::string before =
      "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
      "boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n";
  const std::string inner = "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n";
  const NewMessage message = receive(
      before + "Content-Transfer-Encoding:\r\n binary\r\nContent-Type: a/b\r\n\r\n\0\r\n--b\r\n"s +
      inner + "\r\nx\0\r\n--b--\r\nepilogue\r\n"s);
  EXPECT_EQ(stored(message),
            before +
                "Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\nAA==\r\n--b\r\n" +
                inner +
                "MIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n\r\neAA=\r\n--b--\r\n"
                "epilogue\r\n");
  EXPECT_EQ(decoded(message, {2}), "\0"s);
  EXPECT_EQ(decoded(message, {3, 1}), "x\0"s);
}

TEST_F(EncodeNulsTest, LosesNothingOfALargePart) {
  std::string body(300'000, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * i >> 3);
  const NewMessage message = receive("Content-Type: a/b\r\n\r\n" + body);
  EXPECT_FALSE(stored(message).contains('\0'));
  EXPECT_TRUE(decoded(message, {1}) == body);
  const std::string encoded = stored(message);
  EXPECT_LE(encoded.find('\n', encoded.find("\r\n\r\n") + 4) - encoded.find("\r\n\r\n"), 82U);
}

TEST_F(EncodeNulsTest, EncodesManyParts) {
  std::string octets = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 500; ++i) octets += "--b\r\n\r\n" + std::string(i, 'x') + "\0\r\n"s;
  const NewMessage message = receive(octets + "--b--\r\n");
  EXPECT_FALSE(stored(message).contains('\0'));
  for (std::uint32_t i = 0; i < 500; i += 50) {
    EXPECT_EQ(decoded(message, {i + 1}), std::string(i, 'x') + "\0"s);
  }
}

TEST_F(EncodeNulsTest, RefusesWhatNoEncodingCanExpress) {
  const std::string multipart = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (const std::string& octets :
       {"Subject: a\0b\r\n\r\nx"s, "Content-Transfer-Encoding: base64\r\n\r\nAA\0A="s,
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n\0"s,
        "Content-Transfer-Encoding: x-own\r\n\r\nx\0"s,
        multipart + "\0\r\n--b\r\n\r\nx\r\n--b--\r\n"s, multipart + "--b\r\n\r\n\0\r\n--b--\r\n\0"s,
        multipart + "--b\r\nX: \0\r\n\r\n\0\r\n--b--\r\n"s, multipart + "no parts\0"s,
        "Content-Type: multipart/mixed\r\n\r\n\0"s, "Content-Type: message/partial\r\n\r\n\0"s}) {
    EXPECT_EQ(encode(octets), std::nullopt) << octets;
  }
}

// What stands deeper than parts are looked for is no part, and no part may be encoded around it.
TEST_F(EncodeNulsTest, RefusesWhatIsTooDeep) {
  std::string octets;
  for (std::size_t i = 0; i <= mail::MessageParser::kMaxDepth; ++i) {
    octets += "Content-Type: message/rfc822\r\n\r\n";
  }
  EXPECT_FALSE(encode(octets + "\r\n\0"s).has_value());
}

}  // namespace
}  // namespace roost::store
