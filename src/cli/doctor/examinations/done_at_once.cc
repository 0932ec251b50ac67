// RFC 9051 section 5.5: a client has to wait for the "+" before DONE. One that does not must not
// hang.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding done_at_once(Ward& ward) {
  Dialogue& dialogue = ward.examined();
  if (dialogue.problem()) return {};
  dialogue.send("once IDLE\r\nDONE\r\n");
  const Answer answer = dialogue.answer("once");
  if (const auto lost = dialogue.excuse()) return warn("it is not: " + lost->text);
  if (!answer.ok()) return warn("it is answered by " + answer.words());
  if (!dialogue.works()) return warn("it is, but then the connection is of no use");
  return pass("it is");
}

}  // namespace roost::doctor
