// RFC 2180: the RENAME may be refused (3.1), end the connection by BYE (3.3), or change nothing but
// the name (3.4). What it may not do is make a client wait for nothing.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding renamed(Ward& ward) {
  const std::string mailbox = ward.new_mailbox();
  const std::string name = ward.new_name();
  Dialogue& idler = ward.selected(mailbox);
  idler.idle();
  const Answer answer =
      ward.writer().command(client::Command("RENAME ").string(mailbox).raw(" ").string(name));
  if (answer.status && !answer.ok()) return pass("the RENAME is refused: " + answer.words());
  const std::uint32_t expected = idler.messages() + 1;
  ward.append(name);
  bool left = false;
  const bool told = idler.listen(ward.plan().push, [&](const Heard& heard) {
    const auto* status = heard.as<imap::response::Status>();
    left = status != nullptr &&
           (status->condition == imap::Condition::kBye || status->code.name == "CLOSED");
    return left || idler.messages() >= expected;
  });
  if (left) return pass("the client is told that it has to select again");
  if (idler.problem() && idler.problem()->kind == client::ProblemKind::kClosed) {
    return warn("the connection ends without a word: " + idler.excuse()->text);
  }
  if (told) return pass("it goes on under the new name");
  return fault("IDLE goes on, and what comes then is not told within " +
               in_words(ward.plan().push));
}

}  // namespace roost::doctor
