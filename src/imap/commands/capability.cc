// CAPABILITY (RFC 3501 section 6.1.1). No arguments.
#include "imap/capability.h"

#include "imap/commands/commands.h"

namespace roost::imap {

namespace {

class Capability final : public Command {
 public:
  Result<Progress> run(Session& session) override {
    session.write().raw("* CAPABILITY ").raw(capabilities(session)).raw("\r\n");
    return Progress::kDone;
  }
};

}  // namespace

Parsed parse_capability(Parser& /*parser*/, const Session& /*session*/) {
  return std::make_unique<Capability>();
}

}  // namespace roost::imap
