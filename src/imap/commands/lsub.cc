// LSUB (RFC 3501 section 6.3.9):  lsub = "LSUB" SP mailbox SP list-mailbox
// Names that are subscribed to, whether they exist or not. With "%", a name whose inferiors are
// subscribed but which is not itself is told as \Noselect.
#include <algorithm>
#include <set>

#include "imap/commands/commands.h"
#include "imap/commands/list_pattern.h"

namespace roost::imap {

namespace {

class Lsub final : public Command {
 public:
  Lsub(std::string reference, std::string pattern)
      : reference_(std::move(reference)), pattern_(std::move(pattern)) {}

  Result<Progress> run(Session& session) override {
    if (next_ == 0) {
      auto names = session.server.store.subscriptions(session.account().id);
      if (!names) return fail(std::move(names.error()));
      names_ = *std::move(names);
      pattern_ = list_pattern(reference_, pattern_);
    }
    while (next_ < names_.size()) {
      const std::string& name = names_[next_++];
      if (mail::matches_list_pattern(name, pattern_)) {
        session.write().raw("* LSUB () \"/\" ").mailbox(name).raw("\r\n");
      } else if (pattern_.contains('%')) {
        note_superior(name);
      }
      if (session.output_full()) return Progress::kMore;
    }
    for (const std::string_view superior : superiors_) {
      session.write().raw("* LSUB (\\Noselect) \"/\" ").mailbox(superior).raw("\r\n");
    }
    return Progress::kDone;
  }

 private:
  void note_superior(std::string_view name) {
    for (auto superior = mail::parent_of(name); superior; superior = mail::parent_of(*superior)) {
      if (!mail::matches_list_pattern(*superior, pattern_)) continue;
      if (!std::binary_search(names_.begin(), names_.end(), *superior))
        superiors_.insert(*superior);
      return;
    }
  }

  std::string reference_;
  std::string pattern_;
  std::vector<std::string> names_;
  std::size_t next_ = 0;
  std::set<std::string_view> superiors_;  // of names_
};

}  // namespace

Parsed parse_lsub(Parser& parser, const Session& /*session*/) {
  parser.space();
  std::string reference = parser.mailbox();
  parser.space();
  return std::make_unique<Lsub>(std::move(reference), parser.list_mailbox());
}

}  // namespace roost::imap
