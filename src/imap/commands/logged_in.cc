#include "imap/commands/logged_in.h"

#include "imap/capability.h"

namespace roost::imap {

Result<Progress> log_in(Session& session, std::string_view name, std::string_view password) {
  auto done = session.log_in(name, password);
  if (!done || *done == Progress::kMore) return done;
  session.reply = {Condition::kOk, "CAPABILITY " + capabilities(session), "Logged in"};
  return Progress::kDone;
}

bool refuse_cleartext(Session& session) {
  if (session.may_send_password()) return false;
  session.reply = {Condition::kNo, "PRIVACYREQUIRED", "Use TLS first"};
  return true;
}

}  // namespace roost::imap
