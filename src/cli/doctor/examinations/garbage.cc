// RFC 2177 section 3: a client must not send a command in IDLE, since the server could not tell it
// from a continuation. BAD ends IDLE, and tells the client.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding garbage(Ward& ward) {
  Dialogue& dialogue = ward.examined();
  dialogue.idle();
  if (dialogue.problem()) return {};
  dialogue.send("odd NOOP\r\n");
  std::optional<imap::response::Status> first;
  dialogue.listen(std::min(ward.plan().answer, ward.plan().rest), [&](const Heard& heard) {
    const auto* status = heard.as<imap::response::Status>();
    const bool answers =
        status != nullptr && (status->tag == dialogue.open_tag() || status->tag == "odd" ||
                              status->condition == imap::Condition::kBad);
    if (answers) first = *status;
    return answers;
  });
  if (const auto ended = dialogue.excuse()) return warn("it ends the connection: " + ended->text);
  if (!first) return warn("it is passed over in silence");
  const std::string words = Answer{.status = first}.words();
  if (first->tag == "odd" && first->condition == imap::Condition::kOk) {
    return warn("the line is executed as a command");
  }
  if (first->tag != dialogue.open_tag()) return warn("it says " + words + ", and IDLE goes on");
  if (first->condition != imap::Condition::kBad) return warn("IDLE ends with " + words);
  if (!dialogue.works()) return fault("after the BAD the connection is of no use");
  return pass("IDLE ends with " + words);
}

}  // namespace roost::doctor
