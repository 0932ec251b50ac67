#include "harness/lmtp_client.h"

#include "harness/die.h"

namespace roost::bench {

LmtpClient::LmtpClient(uint16_t port) : stream_(port, Security::kPlain) {
  expect("220");
  stream_.write("LHLO bench.test\r\n");
  expect("250");
}

void LmtpClient::expect(std::string_view code) {
  for (;;) {
    const std::string_view line = stream_.read_line();
    if (!line.starts_with(code)) die("LMTP: {} expected, not: {}", code, line);
    if (line.size() == code.size() || line[code.size()] != '-') return;
  }
}

void LmtpClient::begin(std::string_view recipient) {
  stream_.write(
      fmt::format("MAIL FROM:<sender@bench.test>\r\nRCPT TO:<{}>\r\nDATA\r\n", recipient));
  expect("250");
  expect("250");
  expect("354");
}

void LmtpClient::finish(std::string_view message) {
  packet_.assign(message);
  packet_ += ".\r\n";
  stream_.write(packet_);
}

}  // namespace roost::bench
