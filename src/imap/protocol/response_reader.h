// ResponseReader: cuts what a server sends into responses (lines with their literals) and never
// parses them. RFC 9051 sections 2.2.2 and 4.3. The counterpart of CommandReader: nobody waits for
// a "+", a literal follows its head at once.
//
// Any split of the same octets gives the same responses. Memory is bounded by Limits; what does not
// fit is no response of a sane server, and where the next one begins is not looked for.
//
// The text of OK, NO, BAD, BYE, PREAUTH and "+" is for people and may end in "{5}": there it
// announces nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "imap/protocol/frame.h"

namespace roost::imap {

class ResponseReader {
 public:
  struct Limits {
    std::size_t line = 1 << 20;         // octets of a response without its literals and last LF
    std::size_t literals = 1 << 20;     // octets of all literals of a response
    std::size_t literal_count = 1'000;  // literals in one response
  };

  enum class Event : std::uint8_t {
    kNeedInput,  // all input is consumed; call again with more
    kResponse,   // frame() is complete
    kTooLong,    // over a limit; frame() begins the response. Nothing follows: close
  };

  ResponseReader() = default;
  explicit ResponseReader(Limits limits) : limits_(limits) {}

  // Consumes from the front of input (input shrinks by what was taken) up to the next event.
  // Requires: next() after kResponse.
  [[nodiscard]] Event read(std::string_view& input);
  [[nodiscard]] const Frame& frame() const { return frame_; }
  // Starts the next response; gives the memory back if it has grown.
  void next();

 private:
  std::optional<Event> take_line(std::string_view& input);
  std::optional<Event> take_literal(std::string_view& input);
  [[nodiscard]] std::optional<Event> end_of_line();
  [[nodiscard]] bool is_for_people() const;
  Event too_long();

  Limits limits_;
  bool hopeless_ = false;
  Frame frame_;
  std::size_t line_start_ = 0;      // where the text after the last literal starts in the frame
  std::size_t literal_octets_ = 0;  // of all literals
  std::size_t literal_count_ = 0;
  std::size_t remaining_ = 0;  // of the literal being read
};

}  // namespace roost::imap
