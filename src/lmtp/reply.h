// Reply: one LMTP reply (RFC 5321 section 4.2) with its enhanced status code (RFC 2034, RFC 3463).
//
// Every 2xx, 4xx and 5xx reply has a status code, with three exceptions: the greeting, the reply to
// LHLO, and a reply that promises nothing (354). Its class is the first digit of the reply code.
#pragma once

#include <string>
#include <string_view>

namespace roost::lmtp {

// RFC 5321 section 4.5.3.1.5, with the CRLF.
inline constexpr std::size_t kMaxReplyLine = 512;

struct Reply {
  int code = 0;
  std::string_view status;  // of static storage: "5.1.1"; empty where none is due
  std::string text;         // one line

  [[nodiscard]] bool permanent() const { return code >= 500; }
  bool operator==(const Reply&) const = default;
};

inline void append_reply(const Reply& reply, std::string& out) {
  out += std::to_string(reply.code);
  out += ' ';
  if (!reply.status.empty()) {
    out += reply.status;
    out += ' ';
  }
  out += reply.text;
  out += "\r\n";
}

}  // namespace roost::lmtp
