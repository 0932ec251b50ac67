// What a NO means for the one who asked: whether it will pass, or a person has to do something
// (RFC 5530 section 3).
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "base/ascii.h"
#include "client/problem.h"
#include "imap/protocol/response.h"

namespace roost::client {

// otherwise: what it means where the server gives no code that says. details: what else it said.
[[nodiscard]] inline Problem problem_of_refusal(const imap::response::Status& status,
                                                ProblemKind otherwise,
                                                std::string_view details = {}) {
  constexpr std::array<std::string_view, 5> kPass = {"UNAVAILABLE", "LIMIT", "INUSE", "SERVERBUG",
                                                     "CORRUPTION"};
  std::string text = status.text;
  if (!status.code.name.empty()) text = "[" + status.code.name + "] " + text;
  if (!details.empty()) text.append(" (").append(details).append(")");
  constexpr std::size_t kMaxText = 1'000;  // octets: it is kept
  if (text.size() > kMaxText) {
    std::size_t end = kMaxText;  // of a character
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
  }
  // Gmail and others say this with no code, or with ALERT.
  const bool too_many = to_lower(status.text).contains("too many");
  if (too_many || std::ranges::find(kPass, status.code.name) != kPass.end()) {
    return {ProblemKind::kBusy, std::move(text)};
  }
  if (status.code.name == "PRIVACYREQUIRED") return {ProblemKind::kInsecure, std::move(text)};
  return {otherwise, std::move(text)};
}

// … of BYE, which may also refuse who has just logged in, or was logged in until now.
[[nodiscard]] inline Problem problem_of_bye(const imap::response::Status& status) {
  constexpr std::array<std::string_view, 3> kRefusals = {"AUTHENTICATIONFAILED",
                                                         "AUTHORIZATIONFAILED", "EXPIRED"};
  const bool refused = std::ranges::find(kRefusals, status.code.name) != kRefusals.end();
  return problem_of_refusal(status, refused ? ProblemKind::kCredentials : ProblemKind::kClosed);
}

// … of a command that names a mailbox, NO or BAD.
[[nodiscard]] inline Problem refusal_of_mailbox(const imap::response::Status& status) {
  const bool refused = status.condition == imap::Condition::kNo;
  return problem_of_refusal(status, refused ? ProblemKind::kMailbox : ProblemKind::kProtocol);
}

}  // namespace roost::client
