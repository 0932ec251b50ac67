// LIST (RFC 3501 section 6.3.8):  list = "LIST" SP mailbox SP list-mailbox
// Attributes: \Noselect, \HasChildren or \HasNoChildren (RFC 3348), the special use (RFC 6154
// section 2). LIST "" "" asks for the hierarchy delimiter only.
#include <algorithm>

#include "imap/commands/commands.h"
#include "imap/commands/list_pattern.h"
#include "mail/mailbox_name.h"

namespace roost::imap {

namespace {

// Requires: mailboxes sorted by name. Inferiors need not stand directly behind: "a b" < "a/b".
bool has_children(const std::vector<store::Mailbox>& mailboxes, const std::string& name) {
  const std::string prefix = name + mail::kHierarchyDelimiter;
  const auto next = std::ranges::lower_bound(mailboxes, prefix, {}, &store::Mailbox::name);
  return next != mailboxes.end() && next->name.starts_with(prefix);
}

class List final : public Command {
 public:
  List(std::string reference, std::string pattern)
      : reference_(std::move(reference)), pattern_(std::move(pattern)) {}

  Result<Progress> run(Session& session) override {
    if (pattern_.empty()) {
      session.write().raw("* LIST (\\Noselect) \"/\" \"\"\r\n");
      return Progress::kDone;
    }
    if (next_ == 0) {
      auto mailboxes = session.server.store.mailboxes(session.account().id);
      if (!mailboxes) return fail(std::move(mailboxes.error()));
      mailboxes_ = *std::move(mailboxes);
      pattern_ = list_pattern(reference_, pattern_);
    }
    while (next_ < mailboxes_.size()) {
      const store::Mailbox& mailbox = mailboxes_[next_++];
      if (mail::matches_list_pattern(mailbox.name, pattern_)) respond(session, mailbox);
      if (session.output_full()) return Progress::kMore;
    }
    return Progress::kDone;
  }

 private:
  void respond(Session& session, const store::Mailbox& mailbox) const {
    ResponseWriter writer = session.write();
    writer.raw("* LIST (");
    if (!mailbox.selectable) writer.raw("\\Noselect ");
    writer.raw(has_children(mailboxes_, mailbox.name) ? "\\HasChildren" : "\\HasNoChildren");
    if (mailbox.special_use != mail::SpecialUse::kNone) {
      writer.raw(" ").raw(mail::attribute_of(mailbox.special_use));
    }
    writer.raw(") \"/\" ").mailbox(mailbox.name).raw("\r\n");
  }

  std::string reference_;
  std::string pattern_;
  std::vector<store::Mailbox> mailboxes_;
  std::size_t next_ = 0;
};

}  // namespace

Parsed parse_list(Parser& parser, const Session& /*session*/) {
  parser.space();
  std::string reference = parser.mailbox();
  parser.space();
  return std::make_unique<List>(std::move(reference), parser.list_mailbox());
}

}  // namespace roost::imap
