// RFC 2177 section 4: valid in authenticated state, too.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding idle_unselected(Ward& ward) {
  Dialogue& dialogue = ward.patient();
  dialogue.idle();
  if (const auto refused = dialogue.excuse()) return fault(refused->text);
  const Answer answer = dialogue.done();
  if (answer.status && !answer.ok()) return fault("DONE is answered by " + answer.words());
  return pass("it can");
}

}  // namespace roost::doctor
