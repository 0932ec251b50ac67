#include "imap/commands/answered_search.h"

#include <utility>

#include "imap/commands/search_arguments.h"

namespace roost::imap {

namespace {

class Search final : public Command {
 public:
  explicit Search(AnsweredSearch search) : search_(std::move(search)) {}

  Result<Progress> run(Session& session) override {
    const mail::ViewPtr view = session.selected().view;
    const auto done = search_.go_on(session, selected_mailbox(session, *view));
    if (!done) return fail(done.error());
    if (!*done) return Progress::kMore;
    if (search_.asks_update()) answer_update(session);
    return Progress::kDone;
  }

 private:
  AnsweredSearch search_;
};

}  // namespace

AnsweredSearch::AnsweredSearch(SearchCriteria criteria, const mail::KeywordTable& keywords,
                               std::int64_t now, SearchAnswer answer)
    : search_(std::move(criteria), keywords, now,
              answer.order.empty() ? MessageSearch::Digests::kAsNeeded
                                   : MessageSearch::Digests::kOfAllFound),
      result_(answer, search_.traits()) {
  if (!answer.order.empty()) sorting_.emplace(std::move(answer.order));
}

// A context has a list of its own, of what it has found and nothing else.
void AnsweredSearch::begin(Session& session, const SearchedMailbox& mailbox) {
  if (std::exchange(begun_, true)) return;
  lives_on_ = result_.asks_update() && mailbox.id == session.selected().mailbox.id &&
              session.selected().takes_context();
  if (sorting_ && !lives_on_) sorting_->begin(session.server.sort_keys, mailbox.id);
}

Result<bool> AnsweredSearch::go_on(Session& session, const SearchedMailbox& mailbox) {
  if (!searched_) {
    search_.traits().take_effect(session);
    begin(session, mailbox);
    const mail::SeqNum first = search_.next();
    const auto take = [&](const FoundMessage& message) {
      result_.add(message);
      if (sorting_) sorting_->add(message);
      return Result<void>();
    };
    const mail::UidSet none;
    auto done = search_.run(mailbox, take, sorting_ ? sorting_->known() : none);
    if (!done) return result_.failed(session, std::move(done.error()));
    session.in_progress.add(search_.next().value - first.value);
    if (!*done) return false;
    searched_ = true;
    found_all(session, mailbox);
  }
  return result_.write(session);
}

void AnsweredSearch::found_all(Session& session, const SearchedMailbox& mailbox) {
  if (lives_on_) {
    live_on(session, mailbox);
  } else if (sorting_) {
    result_.put_in_order(sorting_->finish(session.server.sort_keys, mailbox));
  }
  sorting_.reset();  // gone before the client reads
}

void AnsweredSearch::live_on(Session& session, const SearchedMailbox& mailbox) {
  mail::UidSet found;
  for (const mail::Uid uid : result_.uids(mailbox.view)) found.add(uid);
  std::optional<mail::SortedList> sorted;
  if (sorting_) {
    sorted.emplace(sorting_->list());
    result_.put_in_order(sorted->order());
  }
  Context::Origin origin{.tag = session.tag, .response = {}, .addressed = result_.addressed()};
  result_.begin_esearch(session, ResponseWriter(origin.response, session.names()));
  session.selected().add_context(Context(std::move(origin), std::move(search_), mailbox.view,
                                         std::move(found), std::move(sorted)));
}

Parsed parse_program(Parser& parser, const Session& session, SearchAnswer answer,
                     std::string_view charset) {
  SearchCriteria criteria = search_criteria(parser, session, charset);
  require_fuzzy(parser, criteria, answer);
  if (criteria.unknown_charset) return refuse_charset(answer.options);
  return std::make_unique<Search>(
      AnsweredSearch(std::move(criteria), session.selected().view->keywords(),
                     session.server.clock.unix_seconds(), std::move(answer)));
}

void answer_update(Session& session) {
  if (session.selected().has_context(session.tag)) return;
  tell_no_update(session.tag, "Too many contexts, or too much in them", session.write());
}

SearchedMailbox selected_mailbox(Session& session, const mail::MailboxView& view) {
  const SelectedMailbox& selected = session.selected();
  session.in_progress.set_goal(view.size());
  return {session.server.store, selected.mailbox.id, view, selected.recent};
}

}  // namespace roost::imap
