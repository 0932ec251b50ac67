// CommandReader: cuts what a client sends into commands (lines with their literals) and never
// parses them. RFC 3501 section 2.2.1 and 4.3, RFC 7888 (LITERAL+).
//
// Any split of the same octets gives the same events. On an error it discards by frame (the rest of
// the line, an announced literal), never by searching for a newline in a literal: literal octets
// never become commands. Memory is bounded by Limits.
//
// What announces a literal: a line that ends in "{n+}", always, even behind an unbalanced DQUOTE,
// because the client sends the octets whatever we think of its quoting. A line that ends in "{n}",
// only where a string may begin: the client waits, and for `a LOGIN joe pass{5}` or an unbalanced
// DQUOTE the parser's BAD is the better answer than a "+". (RFC 7888's LITERAL- changes nothing
// here: "{5-}" is no syntax of anything.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imap/protocol/frame.h"
#include "imap/protocol/literal_head.h"

namespace roost::imap {

struct LiteralAnnounced {
  const Frame& frame;     // the command so far, with the literal's head
  std::string_view line;  // its octets up to "{"
  std::uint64_t size;
  Synchronizing synchronizing;
};

enum class LiteralAnswer : std::uint8_t {
  kBuffer,  // keep its octets in the frame
  kStream,  // hand its octets out as they come
  kRefuse,  // too big, or not wanted here: answer and forget the command
};

class LiteralPolicy {
 public:
  virtual ~LiteralPolicy() = default;
  virtual LiteralAnswer on_literal(const LiteralAnnounced& literal) = 0;
};

class CommandReader {
 public:
  struct Limits {
    std::size_t line = 64 * 1024;       // octets of a command without its literals and last LF
    std::size_t literals = 64 * 1024;   // octets of all buffered literals of a command
    std::size_t literal_count = 1'000;  // literals in one command
    std::uint64_t discard_text = 1ULL << 20;  // of a command's text beyond the limit, likewise
    std::uint64_t discard = 256ULL << 20;     // a refused literal+ beyond this is kHopeless
  };

  enum class Event : std::uint8_t {
    kNeedInput,  // all input is consumed; call again with more
    kGoAhead,    // a synchronizing literal was accepted: send "+ …", then call again
    kOctets,     // octets() of the streamed literal; use them, then call again. At its end at the
                 // latest, and then perhaps none
    kCommand,    // frame() is complete
    kLine,       // in line mode: line() is complete, its line end cut off
    kRefused,    // on_literal said kRefuse; frame() holds the command up to the literal. What was
                 // announced without waiting has been discarded, so the next command can follow
    kTooLong,    // line or literals over the limit; frame() begins the command (its tag, at least)
    kHopeless,   // more is to be discarded than we are willing to: say BYE and close
  };

  explicit CommandReader(LiteralPolicy& policy) : CommandReader(policy, Limits()) {}
  CommandReader(LiteralPolicy& policy, Limits limits) : policy_(policy), limits_(limits) {}

  // Consumes from the front of input (input shrinks by what was taken) up to the next event.
  // Requires: next() after kCommand, kLine, kRefused and kTooLong. After kHopeless nothing follows.
  [[nodiscard]] Event read(std::string_view& input);

  // Line mode: for IDLE's DONE and the answers of a SASL exchange. A "{n}" at the end is text.
  // Before a mode changes, what was read of a line stays and is cut in the new mode.
  enum class Mode : std::uint8_t { kCommand, kLine };
  void set_mode(Mode mode) { mode_ = mode; }

  [[nodiscard]] Frame& frame() { return frame_; }
  [[nodiscard]] std::string_view line() const { return frame_.octets; }
  [[nodiscard]] std::string_view octets() const { return piece_; }
  // After kOctets: these were its last.
  [[nodiscard]] bool literal_ended() const { return remaining_ == 0; }
  // Starts the next command; gives the memory back if it has grown.
  void next();
  // Gives all memory back, for a connection that will be idle. Requires: at_start().
  void shrink() {
    std::string().swap(frame_.octets);
    std::vector<std::size_t>().swap(frame_.streamed);
  }
  // Nothing of a next command has been read.
  [[nodiscard]] bool at_start() const { return state_ == State::kText && frame_.octets.empty(); }

 private:
  enum class State : std::uint8_t {
    kText,
    kBuffered,
    kStreamed,
    kSkipLine,
    kSkipLiteral,
    kHopeless,
  };
  // Each consumes what its state can; nothing means: go on in the (new) state.
  std::optional<Event> take_text(std::string_view& input);
  std::optional<Event> take_buffered(std::string_view& input);
  std::optional<Event> take_streamed(std::string_view& input);
  std::optional<Event> skip_line(std::string_view& input);
  std::optional<Event> skip_literal(std::string_view& input);

  std::optional<Event> end_of_line();
  std::optional<Event> announced(LiteralHead::Announced literal, std::size_t brace);
  std::optional<Event> refuse(LiteralHead::Announced literal, std::size_t brace, Event event);
  void discard(std::uint64_t octets);
  [[nodiscard]] std::size_t last_brace() const;

  LiteralPolicy& policy_;
  Limits limits_;
  Mode mode_ = Mode::kCommand;
  State state_ = State::kText;
  Event after_skip_ = Event::kNeedInput;  // what a skipped line or literal ends in
  LiteralHead skipped_;                   // how a skipped line ends
  Frame frame_;
  std::string_view piece_;
  std::size_t line_start_ = 0;      // where the text after the last literal starts in the frame
  std::size_t literal_octets_ = 0;  // of the buffered literals
  std::size_t literal_count_ = 0;
  std::uint64_t remaining_ = 0;  // of the literal being read or skipped
  std::uint64_t skipped_text_ = 0;
  std::uint64_t discarded_ = 0;  // of this command, announced ones included
};

}  // namespace roost::imap
