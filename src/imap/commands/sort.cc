// SORT (RFC 5256 section 3; RETURN: RFC 5267 sections 3 and 4, ESORT and CONTEXT=SORT):
//   sort = "SORT" [SP "RETURN" SP "(" [option *(SP option)] ")"] SP sort-criteria SP charset
//          1*(SP search-key)
// UID SORT. RELEVANCY, as a sort key and as an option, is RFC 6203.
#include "imap/addressed.h"
#include "imap/commands/answered_search.h"
#include "imap/commands/commands.h"
#include "imap/commands/search_arguments.h"

namespace roost::imap {

namespace {

Parsed parse(Parser& parser, const Session& session, Addressed addressed) {
  parser.space();
  SearchAnswer answer{
      .response = "SORT", .addressed = addressed, .options = search_return(parser, session)};
  answer.order = parser.sort_criteria();
  parser.space();
  const std::string charset = sort_charset(parser, session);
  return parse_program(parser, session, std::move(answer), charset);
}

}  // namespace

Parsed parse_sort(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByNumber);
}

Parsed parse_uid_sort(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByUid);
}

}  // namespace roost::imap
