// The messages of one mailbox that a search program finds, for SEARCH, SORT, THREAD and ESEARCH,
// and afterwards for what has become a context of it (imap/contexts.h): looked at in slices, in
// order, so that a client that goes away ends it and memory does not grow with the mailbox. Flags
// and UIDs are asked first; of the rest the digests come in one pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/error.h"
#include "mail/digest.h"
#include "mail/mailbox_view.h"
#include "mail/search.h"
#include "mail/uid_set.h"
#include "store/store.h"

namespace roost::imap {

class Session;

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

// What a search program does to its command, whatever it finds.
struct SearchTraits {
  bool asks_modseq = false;  // it has a MODSEQ key, which enables CONDSTORE (RFC 7162 section 3.1)
  bool has_message_numbers = false;  // so no expunges are told (section 3.2.10.2)

  void take_effect(Session& session) const;
};

struct SearchCriteria {
  mail::SearchKey program;
  SearchTraits traits{};
  bool unknown_charset = false;
};

class MessageSearch {
 public:
  enum class Digests : std::uint8_t { kAsNeeded, kOfAllFound };

  // now: Unix seconds.
  MessageSearch(SearchCriteria criteria, const mail::KeywordTable& keywords, std::int64_t now,
                Digests digests);
  [[nodiscard]] SearchTraits traits() const { return traits_; }
  [[nodiscard]] bool asks_what_changes() const { return asks_what_changes_; }
  [[nodiscard]] std::size_t octets() const { return octets_; }  // of what it holds, roughly

  // The next slice. True: that was the last. known: of which nobody needs the digest if they are
  // found.
  using OnFound = std::function<Result<void>(const FoundMessage&)>;
  [[nodiscard]] Result<bool> run(const SearchedMailbox& mailbox, const OnFound& found,
                                 const mail::UidSet& known = {});
  // The first message that no slice has come to.
  [[nodiscard]] mail::SeqNum next() const { return next_; }

  // What run does next: it looks from that message on, and only at those that have changed since.
  void look_again(mail::SeqNum from, mail::ModSeq since, const mail::KeywordTable& keywords,
                  std::int64_t now);

 private:
  struct Candidate {
    mail::SeqNum seq;
    const mail::MessageEntry* entry;
    bool is_found;  // by its entry alone
    bool needs_digest;
  };
  class Subject;

  [[nodiscard]] std::vector<Candidate> candidates(const SearchedMailbox& mailbox,
                                                  const mail::UidSet& known);
  [[nodiscard]] Result<void> look(const SearchedMailbox& mailbox,
                                  const std::vector<Candidate>& candidates, const OnFound& found);

  SearchTraits traits_;
  bool asks_what_changes_;
  std::size_t octets_;
  mail::ModSeq lowest_modseq_;  // of what can match
  mail::ModSeq since_;          // and of what is looked at, a higher one
  mail::SearchMatcher matcher_;
  Digests digests_;
  mail::SeqNum next_{1};  // to be looked at
};

}  // namespace roost::imap
