// What SEARCH has found, and its response: SEARCH (RFC 3501 section 7.2.5), or ESEARCH (RFC 4731
// section 3.1, 4466 section 2.6.2) where the client asked for it with RETURN.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "imap/commands/message_set.h"
#include "imap/protocol/parser.h"
#include "imap/session.h"

namespace roost::imap {

// RETURN options; none named means ALL.
struct SearchReturn {
  bool min = false;
  bool max = false;
  bool all = false;
  bool count = false;
};

// "(" [option *(SP option)] ")"
[[nodiscard]] SearchReturn search_return(Parser& parser);

class SearchResult {
 public:
  SearchResult(Addressed addressed, std::optional<SearchReturn> options)
      : addressed_(addressed), options_(options) {}

  void add(std::uint32_t number) { numbers_.push_back(number); }  // ascending
  // Appends the response to session.out, in pieces: true when all of it is written.
  [[nodiscard]] bool write(Session& session);

 private:
  void write_extended(Session& session) const;

  Addressed addressed_;
  std::optional<SearchReturn> options_;
  std::vector<std::uint32_t> numbers_;
  std::size_t written_ = 0;
  bool begun_ = false;
};

}  // namespace roost::imap
