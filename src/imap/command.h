// Command: one command of a client, parsed. The object lives from parse to tagged response.
//
// run is straight-line code. Where the command table says kWorker it may block on the store; where
// it says kLoop it must not. It appends untagged responses to session.out and never touches a
// socket.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace roost::imap {

class Session;

enum class Progress : std::uint8_t {
  kDone,  // the tagged response can follow: OK, or what session.reply was given
  kMore,  // call run again, when the output has drained: the command keeps its place itself
  kLine,  // a line of the client's is to come: line() will be called with it
  kIdle,  // the same, and until it comes the client is told of every change
};

class Command {
 public:
  virtual ~Command() = default;
  // An Error becomes NO or BAD in imap/status_from_error.cc.
  [[nodiscard]] virtual Result<Progress> run(Session& session) = 0;
  // A line after kLine or kIdle, without its line end: a SASL response, or IDLE's DONE.
  [[nodiscard]] virtual Result<Progress> line(Session& session, std::string_view line);
};

}  // namespace roost::imap
