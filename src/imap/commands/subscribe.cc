// SUBSCRIBE (RFC 3501 section 6.3.6):  subscribe = "SUBSCRIBE" SP mailbox
// UNSUBSCRIBE (section 6.3.7):  the same. Names are subscribed to, not mailboxes: a name may be
// subscribed before its mailbox exists and stays so when it is deleted.
#include "imap/commands/commands.h"
#include "imap/commands/mailbox_argument.h"

namespace roost::imap {

namespace {

class Subscribe final : public Command {
 public:
  Subscribe(store::Store::Subscribed subscribed, std::string mailbox)
      : subscribed_(subscribed), mailbox_(std::move(mailbox)) {}

  Result<Progress> run(Session& session) override {
    const auto name = mailbox_name(session, mailbox_);
    if (!name) return Progress::kDone;
    auto done = session.server.store.set_subscribed(session.account().id, *name, subscribed_);
    if (!done) return fail(std::move(done.error()));
    return Progress::kDone;
  }

 private:
  store::Store::Subscribed subscribed_;
  std::string mailbox_;
};

}  // namespace

Parsed parse_subscribe(Parser& parser, const Session& /*session*/) {
  parser.space();
  return std::make_unique<Subscribe>(store::Store::Subscribed::kYes, parser.mailbox());
}

Parsed parse_unsubscribe(Parser& parser, const Session& /*session*/) {
  parser.space();
  return std::make_unique<Subscribe>(store::Store::Subscribed::kNo, parser.mailbox());
}

}  // namespace roost::imap
