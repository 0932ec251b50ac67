// LSUB (RFC 3501 section 6.3.9):  lsub = "LSUB" SP mailbox SP list-mailbox
// Names that are subscribed to, whether they exist or not. With "%", a name whose inferiors are
// subscribed but which is not itself is told as \Noselect.
#include <optional>

#include "imap/commands/commands.h"
#include "imap/commands/mailbox_list.h"

namespace roost::imap {

namespace {

class Lsub final : public Command {
 public:
  explicit Lsub(std::string pattern)
      : selection_{.patterns = {}, .subscribed = true, .recursive_match = pattern.contains('%')} {
    selection_.patterns.push_back(std::move(pattern));
  }

  Result<Progress> run(Session& session) override {
    if (!list_) {
      auto read = MailboxList::read(session, selection_, MailboxList::Subscriptions::kAreAsked);
      if (!read) return fail(std::move(read.error()));
      list_ = *std::move(read);
    }
    while (next_ < list_->names().size()) {
      const ListedName& listed = list_->names()[next_++];
      session.write()
          .raw(listed.meets_criteria ? "* LSUB () \"/\" " : "* LSUB (\\Noselect) \"/\" ")
          .mailbox(listed.name)
          .raw("\r\n");
      if (session.output_full()) return Progress::kMore;
    }
    return Progress::kDone;
  }

 private:
  ListSelection selection_;
  std::optional<MailboxList> list_;
  std::size_t next_ = 0;
};

}  // namespace

Parsed parse_lsub(Parser& parser, const Session& session) {
  parser.space();
  const std::string reference = parser.mailbox();
  parser.space();
  return std::make_unique<Lsub>(
      canonical_pattern(reference, parser.list_mailbox(), session.names()));
}

}  // namespace roost::imap
