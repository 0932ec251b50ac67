// NAMESPACE (RFC 2342 section 5). No arguments. One personal namespace, at the root.
#include "imap/commands/commands.h"

namespace roost::imap {

namespace {

class Namespace final : public Command {
 public:
  Result<Progress> run(Session& session) override {
    session.write().raw("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n");
    return Progress::kDone;
  }
};

}  // namespace

Parsed parse_namespace(Parser& /*parser*/, const Session& /*session*/) {
  return std::make_unique<Namespace>();
}

}  // namespace roost::imap
