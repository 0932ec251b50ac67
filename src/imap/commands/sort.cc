// SORT (RFC 5256 section 3; RETURN: RFC 5267 section 3):
//   sort = "SORT" [SP "RETURN" SP "(" [option *(SP option)] ")"] SP sort-criteria SP charset
//          1*(SP search-key)
// UID SORT. RELEVANCY, as a sort key and as an option, is RFC 6203. First the messages are
// searched, slice by slice, and of each that is found the sort keys are kept; then they are put in
// order at once.
#include "mail/sort.h"

#include <algorithm>

#include "imap/commands/commands.h"
#include "imap/commands/message_search.h"
#include "imap/commands/message_set.h"
#include "imap/commands/search_result.h"

namespace roost::imap {

namespace {

class Sort final : public Command {
 public:
  Sort(SearchTraits traits, MessageSearch search, mail::Sorter sorter, SearchResult result)
      : traits_(traits),
        search_(std::move(search)),
        sorter_(std::move(sorter)),
        result_(std::move(result)) {}

  Result<Progress> run(Session& session) override {
    if (!searched_) {
      traits_.take_effect(session);
      const mail::ViewPtr view = session.selected().view;
      auto done = search_.run(selected_mailbox(session, *view), [&](const FoundMessage& message) {
        result_.add(message);
        sorter_.add(*message.digest, message.relevancy);
        return Result<void>();
      });
      if (!done) return result_.failed(session, std::move(done.error()));
      if (!*done) return Progress::kMore;
      searched_ = true;
      mail::Sorter sorter = std::move(sorter_);  // gone before the client reads
      result_.put_in_order(std::move(sorter).sorted());
    }
    return result_.write(session) ? Progress::kDone : Progress::kMore;
  }

 private:
  SearchTraits traits_;
  MessageSearch search_;
  mail::Sorter sorter_;
  SearchResult result_;
  bool searched_ = false;
};

Parsed parse(Parser& parser, const Session& session, Addressed addressed) {
  parser.space();
  const std::optional<SearchReturn> options = search_return_opts(parser);
  if (options) parser.space();
  std::vector<mail::SortCriterion> criteria = parser.sort_criteria();
  parser.space();
  const std::string charset = sort_charset(parser, session);
  SearchCriteria search = search_criteria(parser, session, charset);
  using Key = mail::SortCriterion::Key;
  if (std::ranges::find(criteria, Key::kRelevancy, &mail::SortCriterion::key) != criteria.end() ||
      (options && options->relevancy)) {
    require_fuzzy(parser, search);
  }
  if (search.unknown_charset) return refuse_charset(options);
  const SearchTraits traits = search.traits;
  return std::make_unique<Sort>(
      traits, MessageSearch(std::move(search), session, MessageSearch::Digests::kOfAllFound),
      mail::Sorter(std::move(criteria)), SearchResult("SORT", addressed, options, traits));
}

}  // namespace

Parsed parse_sort(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByNumber);
}

Parsed parse_uid_sort(Parser& parser, const Session& session) {
  return parse(parser, session, Addressed::kByUid);
}

}  // namespace roost::imap
