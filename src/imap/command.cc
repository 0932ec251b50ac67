#include "imap/command.h"

namespace roost::imap {

Result<Progress> Command::line(Session& /*session*/, std::string_view /*line*/) {
  return fail(ErrorCode::kInternal, "this command takes no line");
}

}  // namespace roost::imap
