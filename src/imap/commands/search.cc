// SEARCH (RFC 3501 section 6.4.4; RETURN: RFC 4731 section 3.1, SAVE: RFC 5182, PARTIAL: RFC 9394,
// RELEVANCY: RFC 6203, MODSEQ: RFC 7162 section 3.1.5):
//   search = "SEARCH" [SP "RETURN" SP "(" [option *(SP option)] ")"] [SP "CHARSET" SP astring]
//            1*(SP search-key)
// CONTEXT and UPDATE are RFC 5267 section 4 (CONTEXT=SEARCH).
// UID SEARCH (RFC 3501 section 6.4.8). To a client of IMAP4rev2 the answer is always ESEARCH (RFC
// 9051 section 6.4.4).
#include "imap/addressed.h"
#include "imap/commands/answered_search.h"
#include "imap/commands/commands.h"
#include "imap/commands/search_arguments.h"

namespace roost::imap {

namespace {

Parsed parse(Parser& parser, const Session& session, Addressed addressed) {
  parser.space();
  SearchAnswer answer{
      .response = "SEARCH", .addressed = addressed, .options = search_return(parser, session)};
  if (!answer.options && session.enabled().imap4rev2) answer.options = SearchReturn{.all = true};
  const std::string charset = search_charset(parser, session);
  return parse_program(parser, session, std::move(answer), charset);
}

}  // namespace

Parsed parse_search(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByNumber);
}

Parsed parse_uid_search(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByUid);
}

}  // namespace roost::imap
