// RFC 2177 section 4: there are none. BAD says so (RFC 9051 section 7.1.3); NO keeps a client from
// it as well.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding idle_arguments(Ward& ward) {
  Dialogue& dialogue = ward.examined();
  const auto [plus, answer] = dialogue.open("IDLE now");
  if (const auto ended = dialogue.excuse()) return warn("it ends the connection: " + ended->text);
  if (!plus.empty()) return warn("it idles as if there were no argument");
  if (!answer.status || answer.ok()) return warn("it is answered by: " + answer.words());
  if (!dialogue.works()) return fault("after " + answer.words() + " the connection is of no use");
  return pass(answer.is(imap::Condition::kBad) ? "BAD" : answer.words());
}

}  // namespace roost::doctor
