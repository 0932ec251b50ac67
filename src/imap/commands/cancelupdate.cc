// CANCELUPDATE (RFC 5267 section 4.3.5):
//   cancelupdate = "CANCELUPDATE" 1*(SP quoted)
// The contexts of all tags end that have one; if one has none, the answer is NO all the same.
#include "imap/commands/cancelupdate.h"

#include "imap/commands/commands.h"
#include "imap/protocol/quirks.h"

namespace roost::imap {

namespace {

class CancelUpdate final : public Command {
 public:
  explicit CancelUpdate(std::vector<std::string> tags) : tags_(std::move(tags)) {}

  Result<Progress> run(Session& session) override {
    for (const std::string& tag : tags_) {
      if (session.selected().cancel_context(tag)) continue;
      session.reply = {Condition::kNo, "NONEXISTENT", "There are no updates to one of these tags"};
    }
    return Progress::kDone;
  }

 private:
  std::vector<std::string> tags_;
};

}  // namespace

std::vector<std::string> context_tags(Parser& parser) {
  std::vector<std::string> tags;
  do {
    parser.space();
    if (parser.peek() != '"') parser.fail("a quoted tag");
    tags.push_back(parser.string());
  } while (!quirks::may_end(parser.rest()));
  return tags;
}

Parsed parse_cancelupdate(Parser& parser, const Session& /*session*/) {
  return std::make_unique<CancelUpdate>(context_tags(parser));
}

}  // namespace roost::imap
