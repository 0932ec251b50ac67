// RFC 2177 section 4: valid only in authenticated or selected state; RFC 9051 section 3: else BAD
// or NO.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding idle_before_login(Ward& ward) {
  Dialogue& dialogue = ward.stranger();
  if (greeting_of(dialogue).condition == imap::Condition::kPreauth) {
    return skipped("there is no login: it greets with PREAUTH");
  }
  const auto [plus, answer] = dialogue.open("IDLE");
  if (!plus.empty()) return fault("anybody may idle");
  if (const auto ended = dialogue.excuse()) return warn("it ends the connection: " + ended->text);
  if (!answer.status || answer.ok()) return fault("it is answered by: " + answer.words());
  if (!dialogue.works()) {
    return warn("after " + answer.words() + " the connection is of no use");
  }
  return pass((answer.is(imap::Condition::kBad) ? "BAD" : answer.words()) +
              ", and the connection goes on");
}

}  // namespace roost::doctor
