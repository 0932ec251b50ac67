// RFC 2177 section 4: there are none.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding idle_arguments(Ward& ward) {
  Dialogue& dialogue = ward.examined();
  const auto [plus, answer] = dialogue.open("IDLE now");
  if (const auto ended = dialogue.excuse()) return warn("it ends the connection: " + ended->text);
  if (!plus.empty()) return warn("it idles as if there were no argument");
  if (!answer.is(imap::Condition::kBad)) return warn("it is answered by: " + answer.words());
  if (!dialogue.works()) return fault("after the BAD the connection is of no use");
  return pass("BAD");
}

}  // namespace roost::doctor
