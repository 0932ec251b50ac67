// RFC 5465 section 3.1: "a tagged NO response (not a BAD)", which SHOULD have BADEVENT.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding notify_unknown(Ward& ward) {
  Dialogue& dialogue = ward.patient();
  const Answer answer =
      dialogue.command("NOTIFY SET (PERSONAL (MessageNew MessageExpunge RoostDoctorProbe))");
  if (!answer.status) return {};
  if (!answer.is(imap::Condition::kNo)) return fault("it is answered by " + answer.words());
  if (answer.status->code.name != "BADEVENT") {
    return warn("it is answered by " + answer.words() + ", without BADEVENT");
  }
  return pass("it is");
}

}  // namespace roost::doctor
