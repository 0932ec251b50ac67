// LIST (RFC 3501 section 6.3.8, extended by RFC 5258; RFC 9051 section 6.3.9): its arguments are in
// list_arguments.h, what is listed in mailbox_list.h.
// The response is in list_response.h. Attributes: \NonExistent or \Noselect, \HasChildren or
// \HasNoChildren (RFC 3348), \Subscribed where it was asked for, the special use (RFC 6154 section
// 2). With RETURN (STATUS …) (RFC 5819) a STATUS follows each mailbox that can be selected and
// meets the criteria.
//
// LIST "" "" asks for the hierarchy delimiter; in the extended forms it is an empty pattern, which
// matches nothing.
#include <optional>

#include "imap/commands/commands.h"
#include "imap/commands/list_arguments.h"
#include "imap/commands/list_response.h"
#include "imap/commands/mailbox_list.h"
#include "imap/commands/status_items.h"

namespace roost::imap {

namespace {

// Each name is compared with each of them.
constexpr std::size_t kMaxPatterns = 100;

class List final : public Command {
 public:
  explicit List(ListArguments arguments) : arguments_(std::move(arguments)) {}

  Result<Progress> run(Session& session) override {
    if (!arguments_.extended && arguments_.patterns.front().empty()) {
      session.write().raw("* LIST (\\Noselect) \"/\" \"\"\r\n");
      return Progress::kDone;
    }
    if (!list_) {
      if (auto read = read_list(session); !read) return fail(std::move(read.error()));
    }
    while (next_ < list_->names().size()) {
      respond(session, list_->names()[next_++]);
      if (session.output_full()) return Progress::kMore;
    }
    return Progress::kDone;
  }

 private:
  Result<void> read_list(Session& session) {
    if (arguments_.patterns.size() > kMaxPatterns) {
      return fail(ErrorCode::kLimit, "At most 100 patterns at once");
    }
    const ListArguments::Select& select = arguments_.select;
    ListSelection selection{.patterns = {},
                            .subscribed = select.subscribed,
                            .special_use = select.special_use,
                            .recursive_match = select.recursive_match};
    for (const std::string& pattern : arguments_.patterns) {
      if (pattern.empty()) continue;
      selection.patterns.push_back(
          canonical_pattern(arguments_.reference, pattern, session.names()));
    }
    using enum MailboxList::Subscriptions;
    auto list = MailboxList::read(session, selection,
                                  arguments_.returned.subscribed ? kAreAsked : kAreNotAsked);
    if (!list) return fail(std::move(list.error()));
    list_ = *std::move(list);
    if (asks_highest_modseq(arguments_.returned.status)) session.enable_condstore();
    return {};
  }

  // A mailbox that is gone by now is \Noselect, so its status comes first (RFC 5819 section 2).
  void respond(Session& session, const ListedName& listed) const {
    const store::Mailbox* mailbox = listed.mailbox;
    bool selectable = mailbox != nullptr && mailbox->selectable;
    std::optional<store::MailboxStatus> status;
    if (selectable && listed.meets_criteria && !arguments_.returned.status.empty()) {
      const auto read = session.server.store.status(mailbox->id);
      if (read) status = *read;
      if (!read && read.error().code == ErrorCode::kNotFound) selectable = false;
    }
    ListItem item{.name = listed.name};
    if (mailbox == nullptr) {
      item.kind = ListItem::Kind::kNonExistent;
    } else if (!selectable) {
      item.kind = ListItem::Kind::kNoselect;
    }
    item.children =
        list_->has_children(listed.name) ? ListItem::Children::kHas : ListItem::Children::kHasNo;
    const bool asks_subscribed = arguments_.select.subscribed || arguments_.returned.subscribed;
    item.subscribed = asks_subscribed && list_->is_subscribed(listed.name);
    if (mailbox != nullptr) item.special_use = mailbox->special_use;
    if (listed.child_info) item.child_info = child_info();
    write_list(session.write(), item);
    if (status) tell_status(session, *mailbox, *status, arguments_.returned.status);
  }

  // childinfo-extended-item (RFC 5258 section 3.5): the criteria that an inferior meets.
  [[nodiscard]] std::string_view child_info() const {
    const ListArguments::Select& select = arguments_.select;
    if (select.subscribed && select.special_use) return "\"SUBSCRIBED\" \"SPECIAL-USE\"";
    return select.subscribed ? "\"SUBSCRIBED\"" : "\"SPECIAL-USE\"";
  }

  ListArguments arguments_;
  std::optional<MailboxList> list_;
  std::size_t next_ = 0;
};

}  // namespace

Parsed parse_list(Parser& parser, const Session& /*session*/) {
  parser.space();
  return std::make_unique<List>(list_arguments(parser));
}

}  // namespace roost::imap
