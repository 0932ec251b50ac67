// A search of one mailbox with its answer: SEARCH, SORT, and ESEARCH of each mailbox. First the
// messages are searched, slice by slice, and of each that is found the sort keys are kept; then
// they are put in order at once, and told. With UPDATE the search lives on as a context
// (imap/contexts.h).
#pragma once

#include <optional>
#include <string_view>

#include "imap/commands/commands.h"
#include "imap/commands/search_result.h"
#include "imap/commands/sorting.h"
#include "imap/message_search.h"

namespace roost::imap {

// Lifetime: of one command, or of one mailbox's part of it.
class AnsweredSearch {
 public:
  AnsweredSearch(SearchCriteria criteria, const mail::KeywordTable& keywords, std::int64_t now,
                 SearchAnswer answer);

  [[nodiscard]] bool asks_update() const { return result_.asks_update(); }
  // The next piece. True: all is told. Errors: the store's.
  [[nodiscard]] Result<bool> go_on(Session& session, const SearchedMailbox& mailbox);

 private:
  void begin(Session& session, const SearchedMailbox& mailbox);
  void found_all(Session& session, const SearchedMailbox& mailbox);
  void live_on(Session& session, const SearchedMailbox& mailbox);

  MessageSearch search_;
  SearchResult result_;
  std::optional<Sorting> sorting_;
  bool begun_ = false;
  bool lives_on_ = false;  // as a context
  bool searched_ = false;
};

// 1*(SP search-key), with which SEARCH and SORT end, and the command.
[[nodiscard]] Parsed parse_program(Parser& parser, const Session& session, SearchAnswer answer,
                                   std::string_view charset);

// Before the tagged response: an UPDATE that is not honoured is said to be so (RFC 5267 section
// 4.3.1).
void answer_update(Session& session);

// The selected mailbox, as its client knows it, for a command that searches nothing else. view is
// held by the caller.
[[nodiscard]] SearchedMailbox selected_mailbox(Session& session, const mail::MailboxView& view);

}  // namespace roost::imap
