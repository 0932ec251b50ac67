// The command table: the IMAP server on one page. What is advertised is generated from it
// (imap/capability.h), so what is advertised is implemented.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "imap/addressed.h"
#include "imap/command.h"
#include "imap/protocol/parser.h"
#include "imap/session.h"
#include "imap/updates.h"

namespace roost::imap {

enum class Runs : std::uint8_t { kLoop, kWorker };

// The states a command is valid in, as bits (RFC 3501 section 6).
enum class In : std::uint8_t { kAny, kNotAuthenticated, kAuthenticated, kSelected };

// Whether a command changes mailboxes that are not selected: where it succeeded, what it did is not
// told to the client that did it (imap/other_mailboxes.h).
enum class Changes : std::uint8_t { kNoOthers, kOthers };

struct CommandRow {
  std::string_view name;
  In state;  // kAuthenticated: selected as well
  Runs runs;
  Updates updates;              // what is told before the tagged response
  std::uint32_t literal_limit;  // octets of one literal
  bool message_literal;  // a literal behind the mailbox's name is a message: streamed (APPEND)
  std::string_view capability;  // what the command makes the server advertise; may be empty
  std::string_view rfc;
  // Reads the arguments behind the name. Errors are the parser's; null only with an error.
  std::unique_ptr<Command> (*parse)(Parser& parser, const Session& session);
  // How it speaks of messages, in its arguments or its answer: not by number once UIDONLY is
  // enabled (RFC 9586 sections 3.2 and 3.8). Where a message literal is taken, too, the message
  // that is named stands before the mailbox's name (REPLACE).
  std::optional<Addressed> addressed = std::nullopt;
  Changes changes = Changes::kNoOthers;
};

[[nodiscard]] std::span<const CommandRow> command_table();
[[nodiscard]] const CommandRow* find_command(std::string_view name);  // any case
[[nodiscard]] bool allowed_in(In in, State state);

}  // namespace roost::imap
