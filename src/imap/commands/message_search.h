// The messages of one mailbox that a search program finds, for SEARCH, SORT and THREAD: looked at
// in slices, in order, so that a client that goes away ends it and memory does not grow with the
// mailbox. Flags and UIDs are asked first; of the rest the digests come in one pass.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "imap/commands/commands.h"
#include "imap/commands/search_result.h"
#include "imap/protocol/parser.h"
#include "imap/session.h"
#include "mail/mailbox_view.h"
#include "mail/search.h"

namespace roost::imap {

// The mailbox that is looked at. Owner of what it refers to: the caller.
struct SearchedMailbox {
  store::Store& store;
  mail::MailboxId id;
  const mail::MailboxView& view;
  const mail::UidSet& recent;  // the messages that are \Recent to the session
};

struct FoundMessage {
  mail::SeqNum seq;
  const mail::MessageEntry& entry;
  const mail::Digest* digest;  // null where nobody asked for it
  mail::Closeness relevancy;   // RFC 6203 section 4
};

struct SearchCriteria {
  mail::SearchKey program;
  SearchTraits traits{};
  bool unknown_charset = false;
};

class MessageSearch {
 public:
  enum class Digests : std::uint8_t { kAsNeeded, kOfAllFound };

  MessageSearch(SearchCriteria criteria, const mail::KeywordTable& keywords, std::int64_t now,
                Digests digests);
  // In the selected mailbox.
  MessageSearch(SearchCriteria criteria, const Session& session, Digests digests)
      : MessageSearch(std::move(criteria), session.selected().view->keywords(),
                      session.server.clock.unix_seconds(), digests) {}

  // The next slice. True: that was the last.
  using OnFound = std::function<Result<void>(const FoundMessage&)>;
  [[nodiscard]] Result<bool> run(const SearchedMailbox& mailbox, const OnFound& found);

 private:
  struct Candidate {
    mail::SeqNum seq;
    const mail::MessageEntry* entry;
    bool is_found;  // by its entry alone
  };
  class Subject;

  [[nodiscard]] bool needs_digest(const Candidate& candidate) const {
    return !candidate.is_found || digests_ == Digests::kOfAllFound;
  }
  [[nodiscard]] std::vector<Candidate> candidates(const SearchedMailbox& mailbox);
  [[nodiscard]] Result<void> look(const SearchedMailbox& mailbox,
                                  const std::vector<Candidate>& candidates, const OnFound& found);

  mail::ModSeq lowest_modseq_;  // of what can match
  mail::SearchMatcher matcher_;
  Digests digests_;
  mail::SeqNum next_{1};  // to be looked at
};

// The selected mailbox, as its client knows it. view is held by the caller.
[[nodiscard]] SearchedMailbox selected_mailbox(Session& session, const mail::MailboxView& view);

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
// RELEVANCY is an error of the parser without a FUZZY key (RFC 6203 sections 4 and 6).
void require_fuzzy(Parser& parser, const SearchCriteria& criteria);

// What is answered instead where the charset is unknown: NO [BADCHARSET].
[[nodiscard]] Parsed refuse_charset(const std::optional<SearchReturn>& options);

}  // namespace roost::imap
