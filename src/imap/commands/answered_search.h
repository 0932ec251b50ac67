// A search of one mailbox with its answer: SEARCH, SORT, and ESEARCH of each mailbox. First the
// messages are searched, slice by slice, and of each that is found the sort keys are kept; then
// they are put in order at once, and told.
#pragma once

#include <optional>
#include <string_view>

#include "imap/commands/commands.h"
#include "imap/commands/search_result.h"
#include "imap/message_search.h"
#include "mail/sort.h"

namespace roost::imap {

// Lifetime: of one command, or of one mailbox's part of it.
class AnsweredSearch {
 public:
  AnsweredSearch(SearchCriteria criteria, const mail::KeywordTable& keywords, std::int64_t now,
                 SearchAnswer answer);

  // The next piece. True: all is told. Errors: the store's.
  [[nodiscard]] Result<bool> go_on(Session& session, const SearchedMailbox& mailbox);

 private:
  MessageSearch search_;
  SearchResult result_;
  std::optional<mail::Sorter> sorter_;
  bool searched_ = false;
};

// 1*(SP search-key), with which SEARCH and SORT end, and the command.
[[nodiscard]] Parsed parse_program(Parser& parser, const Session& session, SearchAnswer answer,
                                   std::string_view charset);

// The selected mailbox, as its client knows it. view is held by the caller.
[[nodiscard]] SearchedMailbox selected_mailbox(Session& session, const mail::MailboxView& view);

}  // namespace roost::imap
