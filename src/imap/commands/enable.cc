// ENABLE (RFC 5161 section 3.1):  enable = "ENABLE" 1*(SP capability)
// Nothing that has to be enabled is implemented yet; unknown names are ignored (section 3.1).
#include "imap/commands/commands.h"
#include "imap/protocol/quirks.h"

namespace roost::imap {

namespace {

class Enable final : public Command {
 public:
  Result<Progress> run(Session& session) override {
    session.write().raw("* ENABLED\r\n");
    return Progress::kDone;
  }
};

}  // namespace

Parsed parse_enable(Parser& parser, const Session& /*session*/) {
  do {
    parser.space();
    (void)parser.atom();
  } while (parser.ok() && !quirks::may_end(parser.rest()));
  return std::make_unique<Enable>();
}

}  // namespace roost::imap
