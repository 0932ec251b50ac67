// InProgress: how far the running command is, for a client that would otherwise hear nothing of it
// for a while (RFC 9585 section 4).
//
// A command counts what it can while it runs; where one cannot count, the client is told that it
// runs. The loop says it, whatever a worker is at just then (imap/conversation_waiting.cc).
//
// Thread: the setters whoever has the baton; the others any.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "imap/protocol/response_writer.h"

namespace roost::imap {

class InProgress {
 public:
  // Until the first and from one to the next: every 10 to 15 seconds is recommended, and a deadline
  // may be a second late.
  static constexpr std::chrono::seconds kInterval{10};

  void set_goal(std::uint32_t items) { goal_ = items; }
  void add(std::uint32_t items) { progress_ += items; }  // processed
  void reset() { goal_ = progress_ = 0; }                // nothing is counted

  // "* OK [INPROGRESS (tag progress goal)] text", with NIL for what is not known.
  void write(ResponseWriter writer, std::string_view tag) const;

 private:
  std::atomic<std::uint32_t> goal_ = 0;
  std::atomic<std::uint32_t> progress_ = 0;
};

}  // namespace roost::imap
