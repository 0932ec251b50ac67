// RFC 9051 section 7.1.3: BAD, of the client's making, tagged or not.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding done_outside(Ward& ward) {
  Dialogue& dialogue = ward.patient();
  if (dialogue.problem()) return {};
  dialogue.send("DONE\r\n");
  bool bad = false;
  const std::string tag = dialogue.begin("NOOP");
  dialogue.listen(ward.plan().answer, [&](const Heard& heard) {
    const auto* status = heard.as<imap::response::Status>();
    if (status == nullptr) return false;
    bad = bad || status->condition == imap::Condition::kBad;
    return status->tag == tag;
  });
  if (const auto ended = dialogue.excuse()) return warn("it ends the connection: " + ended->text);
  if (!dialogue.works()) return warn("after it the connection is of no use");
  return bad ? pass("BAD, and the connection goes on") : warn("it is passed over in silence");
}

}  // namespace roost::doctor
