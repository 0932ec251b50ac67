// SEARCH (RFC 3501 section 6.4.4; RETURN: RFC 4731 section 3.1, SAVE: RFC 5182, PARTIAL: RFC 9394,
// RELEVANCY: RFC 6203, MODSEQ: RFC 7162 section 3.1.5):
//   search = "SEARCH" [SP "RETURN" SP "(" [option *(SP option)] ")"] [SP "CHARSET" SP astring]
//            1*(SP search-key)
// UID SEARCH (RFC 3501 section 6.4.8). To a client of IMAP4rev2 the answer is always ESEARCH (RFC
// 9051 section 6.4.4).
#include "imap/commands/commands.h"
#include "imap/commands/message_search.h"
#include "imap/commands/message_set.h"
#include "imap/commands/search_result.h"

namespace roost::imap {

namespace {

class Search final : public Command {
 public:
  Search(SearchTraits traits, MessageSearch search, SearchResult result)
      : traits_(traits), search_(std::move(search)), result_(std::move(result)) {}

  Result<Progress> run(Session& session) override {
    if (!searched_) {
      traits_.take_effect(session);
      const mail::ViewPtr view = session.selected().view;
      auto done = search_.run(selected_mailbox(session, *view), [&](const FoundMessage& message) {
        result_.add(message);
        return Result<void>();
      });
      if (!done) return result_.failed(session, std::move(done.error()));
      if (!*done) return Progress::kMore;
      searched_ = true;
    }
    return result_.write(session) ? Progress::kDone : Progress::kMore;
  }

 private:
  SearchTraits traits_;
  MessageSearch search_;
  SearchResult result_;
  bool searched_ = false;
};

Parsed parse(Parser& parser, const Session& session, Addressed addressed) {
  parser.space();
  std::optional<SearchReturn> options = search_return_opts(parser);
  if (options) {
    parser.space();
  } else if (session.enabled().imap4rev2) {
    options = SearchReturn{.all = true};
  }
  const std::string charset = search_charset(parser, session);
  SearchCriteria criteria = search_criteria(parser, session, charset);
  if (options && options->relevancy) require_fuzzy(parser, criteria);
  if (criteria.unknown_charset) return refuse_charset(options);
  const SearchTraits traits = criteria.traits;
  return std::make_unique<Search>(
      traits, MessageSearch(std::move(criteria), session, MessageSearch::Digests::kAsNeeded),
      SearchResult("SEARCH", addressed, options, traits));
}

}  // namespace

Parsed parse_search(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByNumber);
}

Parsed parse_uid_search(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByUid);
}

}  // namespace roost::imap
