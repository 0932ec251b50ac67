// Contexts (RFC 5267 section 4.3): searches of the selected mailbox whose results a client is kept
// up to date about. A message that arrives or changes in what is asked is judged anew, and nothing
// else is looked at; what has been found is remembered, as UIDs, because of what is expunged
// nothing else is left.
//
// In an update REMOVEFROM of expunged messages stands before EXPUNGE, while their numbers hold, and
// is said as soon as anything may be said; all else stands behind EXISTS and FETCH (section 4.3.3,
// RFC 5465 sections 5.1 to 5.3).
//
// Owner: the SelectedMailbox. Thread: whoever holds the session's baton.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "imap/addressed.h"
#include "imap/message_search.h"
#include "imap/protocol/response_writer.h"
#include "mail/mailbox_view.h"
#include "mail/sorted_list.h"
#include "mail/uid_set.h"

namespace roost::imap {

class Context {
 public:
  // The searching command.
  struct Origin {
    std::string tag;
    std::string response;  // with which its ESEARCH responses begin: "* ESEARCH (TAG …) UID"
    Addressed addressed;
  };
  // found: what the search has found in that view, which the client has; sorted: the same, if it
  // has an order of its own.
  Context(Origin origin, MessageSearch search, const mail::MailboxView& searched,
          mail::UidSet found, std::optional<mail::SortedList> sorted);

  [[nodiscard]] const std::string& tag() const { return origin_.tag; }
  [[nodiscard]] bool is_by_number() const { return origin_.addressed == Addressed::kByNumber; }
  // Messages have changed since it last looked.
  [[nodiscard]] bool is_behind(mail::ModSeq modseq) const { return judged_ < modseq; }
  [[nodiscard]] std::size_t octets() const;  // of what it holds, roughly

  // client: the view that the client has. It still has the expunged messages.
  void tell_expunged(const mail::UidSet& expunged, const mail::MailboxView& client,
                     std::string& out);
  // Judges what has changed in mailbox.view, of very many messages only the next: then it is still
  // behind. Requires: the client has all messages of that view. Worker.
  [[nodiscard]] Result<void> tell_changed(const SearchedMailbox& mailbox,
                                          const mail::MailboxView& client, std::int64_t now,
                                          std::string& out);

 private:
  // Where the next judging begins, after all of that view was judged.
  [[nodiscard]] mail::Uid first_to_judge(const mail::MailboxView& view) const {
    return search_.asks_what_changes() ? mail::Uid(1) : view.uid_next();
  }
  void tell(const mail::UidSet& removed, const mail::UidSet& added, const mail::MailboxView& client,
            std::string& out);
  void write_anywhere(std::string_view name, const mail::UidSet& uids,
                      const mail::MailboxView& client, ResponseWriter& writer) const;
  void write_placed(std::string_view name, const std::vector<mail::PlacedUids>& placed,
                    const mail::MailboxView& client, ResponseWriter& writer) const;

  Origin origin_;
  MessageSearch search_;
  mail::UidSet found_;
  std::optional<mail::SortedList> sorted_;
  mail::ModSeq judged_;   // all that has changed up to it is judged
  mail::ModSeq judging_;  // to become judged_, if higher, once next_ has come to the end
  mail::Uid next_;        // to be judged
};

class Contexts {
 public:
  static constexpr std::size_t kMax = 8;
  static constexpr std::size_t kMaxOctets = 8 << 20;  // of all together

  [[nodiscard]] bool empty() const { return contexts_.empty(); }
  [[nodiscard]] bool full() const { return contexts_.size() == kMax; }
  [[nodiscard]] bool has(std::string_view tag) const;
  [[nodiscard]] bool is_behind(mail::ModSeq modseq) const;

  // Does nothing where that would be too much.
  void add(Context context);
  // False: there is none of that tag.
  [[nodiscard]] bool cancel(std::string_view tag);
  // For a client that may not be told message numbers any more (RFC 9586 section 3).
  void end_by_number(ResponseWriter writer);

  // Before the client, which has that view, is told of the expunges itself.
  void tell_expunged(const std::vector<mail::Uid>& expunged, const mail::MailboxView& client,
                     std::string& out);
  // Afterwards: see Context; of many that take long only some. One that grows too much ends, and
  // one of a message that cannot be read. kNotFound: the mailbox was deleted.
  [[nodiscard]] Result<void> tell_changed(const SearchedMailbox& mailbox,
                                          const mail::MailboxView& client, std::int64_t now,
                                          std::string& out);

 private:
  [[nodiscard]] std::size_t octets() const;

  std::vector<Context> contexts_;
};

// "* NO [NOUPDATE "tag"] why" (section 4.3.1).
void tell_no_update(std::string_view tag, std::string_view why, ResponseWriter writer);

}  // namespace roost::imap
