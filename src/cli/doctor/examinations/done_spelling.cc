// RFC 9051 section 9, note 1: in any case. A bare LF is no line end of IMAP's, and is understood
// everywhere.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding done_spelling(Ward& ward) {
  Dialogue& dialogue = ward.examined();
  dialogue.idle();
  dialogue.send("done\r\n");
  const Answer lower = dialogue.answer(dialogue.open_tag());
  if (const auto lost = dialogue.excuse())
    return fault("\"done\" is not understood: " + lost->text);
  if (!lower.ok()) return fault("\"done\" is answered by " + lower.words());
  dialogue.idle();
  dialogue.send("DONE\n");
  const Answer bare = dialogue.answer(dialogue.open_tag());
  if (const auto lost = dialogue.excuse()) {
    return warn("DONE with a bare LF is not understood: " + lost->text);
  }
  if (!bare.ok()) return warn("DONE with a bare LF is answered by " + bare.words());
  return pass("both are understood");
}

}  // namespace roost::doctor
