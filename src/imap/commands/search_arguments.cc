#include "imap/commands/search_arguments.h"

#include "base/ascii.h"

namespace roost::imap {

namespace {

// RFC 5182 section 2.1: a NO to a command that was to save a result empties it.
class UnknownCharset final : public Command {
 public:
  explicit UnknownCharset(bool saves) : saves_(saves) {}

  Result<Progress> run(Session& session) override {
    if (saves_) session.selected().save_result({});
    session.reply = {Condition::kNo, "BADCHARSET (UTF-8 US-ASCII)", "Unknown charset"};
    return Progress::kDone;
  }

 private:
  bool saves_;
};

// Whoever has enabled UTF8=ACCEPT writes UTF-8 anyway (RFC 9755 section 3).
constexpr std::string_view kNoOther = "UTF-8 and no other charset, as UTF8=ACCEPT is enabled";

}  // namespace

std::optional<SearchReturn> search_return(Parser& parser, const Session& session) {
  const std::optional<SearchReturn> options = search_return_opts(parser);
  if (!options) return options;
  if (options->update && session.state() != State::kSelected) {
    parser.fail("a selected mailbox, for UPDATE");
  } else if (options->update && session.selected().has_context(session.tag)) {
    parser.fail("a tag that is not in use, for UPDATE");
  }
  parser.space();
  return options;
}

std::string search_charset(Parser& parser, const Session& session) {
  if (!parser.try_word("CHARSET")) return session.enabled().utf8() ? "UTF-8" : "US-ASCII";
  if (session.enabled().utf8_accept) parser.fail(kNoOther);
  parser.space();
  std::string charset = parser.astring();
  parser.space();
  return charset;
}

std::string sort_charset(Parser& parser, const Session& session) {
  std::string charset = parser.astring();
  if (session.enabled().utf8_accept && !equal_ignoring_case(charset, "UTF-8")) {
    parser.fail(kNoOther);
  }
  parser.space();
  return charset;
}

SearchCriteria search_criteria(Parser& parser, const mail::MailboxView& view,
                               const mail::UidSet& saved, std::string_view charset) {
  SearchCriteria criteria{.program = parser.search_program(charset, view, saved)};
  criteria.traits = {.asks_modseq = mail::asks_modseq(criteria.program),
                     .has_message_numbers = parser.has_message_numbers()};
  criteria.unknown_charset = parser.unknown_charset();
  return criteria;
}

SearchCriteria search_criteria(Parser& parser, const Session& session, std::string_view charset) {
  const SelectedMailbox& selected = session.selected();
  return search_criteria(parser, *selected.view, selected.saved_result(), charset);
}

void require_fuzzy(Parser& parser, const SearchCriteria& criteria, const SearchAnswer& answer) {
  const bool asked =
      mail::sorts_by_relevancy(answer.order) || (answer.options && answer.options->relevancy);
  if (asked && !mail::is_fuzzy(criteria.program))
    parser.fail("FUZZY, where RELEVANCY is asked for");
}

Parsed refuse_charset(const std::optional<SearchReturn>& options) {
  return std::make_unique<UnknownCharset>(options && options->save);
}

}  // namespace roost::imap
