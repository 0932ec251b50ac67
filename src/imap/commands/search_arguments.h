// The arguments that searching commands have in common: charset and search program (RFC 3501
// section 6.4.4, RFC 5256 section 3).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "imap/commands/commands.h"
#include "imap/commands/search_result.h"
#include "imap/message_search.h"
#include "imap/protocol/parser.h"
#include "imap/session.h"

namespace roost::imap {

// [search-return-opts SP]. UPDATE is an error of the parser without a selected mailbox, and with
// the tag of a context that lives (RFC 5267 section 4.3).
[[nodiscard]] std::optional<SearchReturn> search_return(Parser& parser, const Session& session);

// ["CHARSET" SP charset SP]; US-ASCII where there is none, UTF-8 where that is enabled.
[[nodiscard]] std::string search_charset(Parser& parser, const Session& session);
// astring SP, where a charset must be said.
[[nodiscard]] std::string sort_charset(Parser& parser, const Session& session);

// 1*(SP search-key), of the selected mailbox.
[[nodiscard]] SearchCriteria search_criteria(Parser& parser, const Session& session,
                                             std::string_view charset);
// The same, bound to that view; "$" is saved.
[[nodiscard]] SearchCriteria search_criteria(Parser& parser, const mail::MailboxView& view,
                                             const mail::UidSet& saved, std::string_view charset);
// An answer with RELEVANCY is an error of the parser without a FUZZY key (RFC 6203 sections 4 and
// 6).
void require_fuzzy(Parser& parser, const SearchCriteria& criteria, const SearchAnswer& answer);

// What is answered instead where the charset is unknown: NO [BADCHARSET].
[[nodiscard]] Parsed refuse_charset(const std::optional<SearchReturn>& options);

}  // namespace roost::imap
