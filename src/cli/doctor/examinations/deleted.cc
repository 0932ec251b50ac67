// RFC 2180: the DELETE may be refused (3.1), leave a ghost to who has it selected (3.2), or end the
// connection by BYE (3.3). What it may not do is hang.
#include <algorithm>

#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding deleted(Ward& ward) {
  const std::string mailbox = ward.new_mailbox();
  ward.append(mailbox);
  Dialogue& idler = ward.selected(mailbox);
  idler.idle();
  const Answer answer = ward.writer().command(client::Command("DELETE ").string(mailbox));
  if (answer.status && !answer.ok()) return pass("the DELETE is refused: " + answer.words());
  std::string words;
  idler.listen(std::min(ward.plan().push, ward.plan().rest), [&](const Heard& heard) {
    const auto* status = heard.as<imap::response::Status>();
    const bool told = (status != nullptr && (status->condition == imap::Condition::kBye ||
                                             status->code.name == "CLOSED")) ||
                      heard.as<imap::response::Expunge>() != nullptr;
    if (told) words = heard.text;
    return told;
  });
  if (!words.empty()) {
    (void)idler.excuse();
    return pass("the client is told: \"" + words + "\"");
  }
  if (idler.problem() && idler.problem()->kind == client::ProblemKind::kClosed) {
    return warn("the connection ends without a word: " + idler.excuse()->text);
  }
  const Answer done = idler.done();
  if (const auto lost = idler.excuse()) return fault("then DONE has no effect: " + lost->text);
  return pass("the client is told nothing, and DONE is answered by " + done.words());
}

}  // namespace roost::doctor
