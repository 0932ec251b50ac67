// No RFC allows it; aioimaplib is one that has sent it.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding trailing_space(Ward& ward) {
  Dialogue& dialogue = ward.examined();
  const auto [plus, answer] = dialogue.open("IDLE ");
  if (const auto ended = dialogue.excuse()) return warn("it ends the connection: " + ended->text);
  if (plus.empty()) return warn("it is answered by: " + answer.words());
  return pass("it is");
}

}  // namespace roost::doctor
