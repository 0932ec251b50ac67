// ESEARCH (RFC 7377 section 2): one search in several mailboxes.
//   esearch = "ESEARCH" [SP "IN" SP "(" filter-mailboxes *(SP filter-mailboxes) ")"]
//             [SP search-return-opts] SP ["CHARSET" SP charset SP] search-key *(SP search-key)
// Without IN the selected mailbox is searched. UPDATE keeps the client up to date about that
// mailbox alone, whichever are searched. Message numbers, "*" and keywords mean something else in
// each mailbox, so the program is read anew for each.
#include <algorithm>

#include "imap/commands/answered_search.h"
#include "imap/commands/commands.h"
#include "imap/commands/filter_mailboxes.h"
#include "imap/commands/search_arguments.h"
#include "imap/updates.h"

namespace roost::imap {

namespace {

constexpr std::size_t kMaxMailboxes = 10'000;  // of one command

const mail::UidSet& no_uids() {
  static const mail::UidSet none;
  return none;
}

mail::ViewPtr empty_view() {
  mail::MailboxView::Header header;
  header.keywords = std::make_shared<const mail::KeywordTable>();
  return mail::MailboxView::build(std::move(header), {});
}

bool is_selected(const FilterMailboxes& filter) {
  return filter.which == FilterMailboxes::Which::kSelected;
}

class Esearch final : public Command {
 public:
  Esearch(std::vector<FilterMailboxes> sources, SearchReturn options, std::string charset,
          std::string program)
      : sources_(std::move(sources)),
        options_(options),
        charset_(std::move(charset)),
        program_{.octets = std::move(program)} {}

  Result<Progress> run(Session& session) override {
    auto progress = search(session);
    if (!progress && options_.save) session.selected().save_result({});
    return progress;
  }

 private:
  // A mailbox while it is searched.
  struct Current {
    mail::ViewPtr view;
    bool is_selected = false;
    AnsweredSearch search;
  };

  Result<Progress> search(Session& session) {
    if (!mailboxes_) {
      // It may be among those that are named: then numbers are of what its client knows.
      if (session.state() == State::kSelected && (waking_ || session.selected().asleep())) {
        waking_ = true;
        const auto woken = wake(session);
        if (!woken || *woken == Progress::kMore) return woken;
        waking_ = false;
      }
      auto mailboxes = filtered_mailboxes(session, std::move(sources_));
      if (!mailboxes) return fail(std::move(mailboxes.error()));
      if (mailboxes->size() > kMaxMailboxes) {
        return fail(ErrorCode::kLimit, "At most 10000 mailboxes at once");
      }
      mailboxes_ = *std::move(mailboxes);
    }
    if (!current_) {
      if (next_ == mailboxes_->size()) {
        if (options_.update) answer_update(session);
        return Progress::kDone;
      }
      if (auto begun = begin(session, (*mailboxes_)[next_++]); !begun) {
        return fail(std::move(begun.error()));
      }
    }
    if (current_) {
      auto done = go_on(session);
      if (!done) return fail(std::move(done.error()));
      if (*done) current_.reset();
    }
    return Progress::kMore;
  }

  // Nothing is searched in a mailbox that was deleted meanwhile.
  Result<void> begin(Session& session, const store::Mailbox& mailbox) {
    // One that is named and happens to be selected, too, is searched as its client knows it.
    const bool selected =
        session.state() == State::kSelected && session.selected().mailbox.id == mailbox.id;
    const auto view = selected ? Result<mail::ViewPtr>(session.selected().view)
                               : session.server.store.view(mailbox.id);
    if (!view && view.error().code == ErrorCode::kNotFound) return {};
    if (!view) return fail(view.error());
    Parser parser(program_);
    SearchCriteria criteria = search_criteria(
        parser, **view, selected ? session.selected().saved_result() : no_uids(), charset_);
    if (!parser.ok()) return fail(ErrorCode::kInternal, "search program: " + parser.error());
    // How many messages there are in all of several mailboxes is not known in advance.
    if (mailboxes_->size() == 1) session.in_progress.set_goal((*view)->size());
    current_.emplace(Current{.view = *view,
                             .is_selected = selected,
                             .search = AnsweredSearch(std::move(criteria), (*view)->keywords(),
                                                      session.server.clock.unix_seconds(),
                                                      {.options = options_, .mailbox = &mailbox})});
    return {};
  }

  // True: that mailbox is done.
  Result<bool> go_on(Session& session) {
    const SearchedMailbox searched{session.server.store, (*mailboxes_)[next_ - 1].id,
                                   *current_->view,
                                   current_->is_selected ? session.selected().recent : no_uids()};
    auto done = current_->search.go_on(session, searched);
    if (!done && done.error().code == ErrorCode::kNotFound) return true;
    return done;
  }

  std::vector<FilterMailboxes> sources_;
  SearchReturn options_;
  std::string charset_;
  Frame program_;
  bool waking_ = false;  // the client has been told a part only of what is new
  std::optional<std::vector<store::Mailbox>> mailboxes_;
  std::size_t next_ = 0;
  std::optional<Current> current_;
};

// "IN" SP "(" source-mbox ")". There are no scope-options. Filters of one kind become one.
std::vector<FilterMailboxes> esearch_source_opts(Parser& parser, mail::NameEncoding names) {
  std::vector<FilterMailboxes> sources;
  if (!parser.try_word("IN")) return {FilterMailboxes()};
  parser.space();
  parser.list([&] {
    FilterMailboxes filter = filter_mailboxes(parser, names);
    const auto same = std::ranges::find(sources, filter.which, &FilterMailboxes::which);
    if (same == sources.end()) {
      sources.push_back(std::move(filter));
    } else {
      same->names.merge(filter.names);
    }
  });
  parser.space();
  return sources;
}

}  // namespace

Parsed parse_esearch(Parser& parser, const Session& session) {
  parser.space();
  std::vector<FilterMailboxes> sources = esearch_source_opts(parser, session.names());
  if (std::ranges::any_of(sources, is_selected) && session.state() != State::kSelected) {
    parser.fail("a selected mailbox");
  }
  std::optional<SearchReturn> options = search_return(parser, session);
  if (!options) options = SearchReturn{.all = true};
  if (options->save && !std::ranges::all_of(sources, is_selected)) {
    parser.fail("only the selected mailbox with SAVE");
  }
  const std::string charset = search_charset(parser, session);
  std::string program(parser.rest());
  const SearchCriteria criteria = search_criteria(parser, *empty_view(), no_uids(), charset);
  require_fuzzy(parser, criteria, {.options = options});
  if (criteria.unknown_charset) return refuse_charset(options);
  return std::make_unique<Esearch>(std::move(sources), *options, charset, std::move(program));
}

}  // namespace roost::imap
