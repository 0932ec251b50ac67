// One command or one response as received, without its last CRLF: what a reader cuts and a parser
// reads. RFC 9051 section 2.2.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace roost::imap {

// A buffered literal stands in it as it came, "{5}\r\nalice"; of a streamed literal only
// "{5000}\r\n" stands here, its octets went elsewhere. The frame owns the octets; what a Parser
// returns points into it.
struct Frame {
  std::string octets;
  std::vector<std::size_t> streamed;  // where the octets of each streamed literal would start
};

}  // namespace roost::imap
