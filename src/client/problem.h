// What ends a connection, or keeps one from coming about: as a value, because what to do next
// depends on it. Some pass by themselves and are a matter of trying again; of the others a person
// has to be told. One ends nothing, and is told all the same.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace roost::client {

enum class ProblemKind : std::uint8_t {
  // --- pass by themselves ---
  kUnreachable,  // no name, no route, nobody listens
  kSilent,       // no answer in time
  kClosed,       // the server has ended the connection, with BYE or without
  kBusy,         // the server refuses for now: client/refusal.h
  kProtocol,     // the server contradicts itself or the RFCs
  kLate,         // … no failure: all is watched, but of some mailboxes one hears late
  // --- need the user ---
  kCredentials,  // the server does not take the name with the password or token
  kMechanism,    // it offers no way to log in that can be used with what there is
  kInsecure,     // TLS was asked for and is not to be had
  kCertificate,  // the server's certificate is not to be trusted
  kMailbox,      // there is no such mailbox, or no right to read it
};

[[nodiscard]] constexpr bool needs_user(ProblemKind kind) {
  return kind >= ProblemKind::kCredentials;
}

struct Problem {
  ProblemKind kind;
  std::string text;  // for people; the server's own words where it had any
  bool operator==(const Problem&) const = default;
};

template <typename T>
using Outcome = std::expected<T, Problem>;

[[nodiscard]] inline std::unexpected<Problem> problem(ProblemKind kind, std::string text) {
  return std::unexpected(Problem{kind, std::move(text)});
}

}  // namespace roost::client
