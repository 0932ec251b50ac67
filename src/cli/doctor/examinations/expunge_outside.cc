// RFC 9051 section 7.5.1: "MUST NOT be sent when no command is in progress": a command with message
// numbers may be on its way.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding expunge_outside(Ward& ward) {
  const std::string mailbox = ward.new_mailbox();
  for (int i = 0; i < 3; ++i) ward.append(mailbox);
  Dialogue& dialogue = ward.selected(mailbox);
  Dialogue& other = ward.selected(mailbox);
  dialogue.idle();
  (void)dialogue.done();
  (void)other.must(client::Command("STORE 1 +FLAGS.SILENT (\\Deleted)"));
  (void)other.must(client::Command("EXPUNGE"));
  const auto is_expunge = [](const Heard& heard) {
    return heard.as<imap::response::Expunge>() != nullptr;
  };
  if (dialogue.listen(ward.plan().rest, is_expunge)) {
    return fault("it is told although no command is in progress");
  }
  if (dialogue.problem() || other.problem()) return {};
  for (const Heard& heard : dialogue.command("NOOP").untagged) {
    if (is_expunge(heard)) return pass("it is told by the next command, and not before");
  }
  return warn("it is not told by NOOP either");
}

}  // namespace roost::doctor
