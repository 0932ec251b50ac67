// RFC 9051 section 2.2: lines of a stream. A server may read DONE in another way while it waits
// than right after IDLE, so both are tried.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

namespace {

constexpr client::Duration kBetween = std::chrono::milliseconds(50);

// False: it is not understood.
bool in_pieces(Dialogue& dialogue, client::Duration rest) {
  dialogue.idle();
  dialogue.pause(rest);
  if (dialogue.problem()) return true;
  for (const std::string_view piece : {"D", "O", "NE", "\r"}) {
    dialogue.send(piece);
    dialogue.pause(kBetween);
  }
  dialogue.send("\n");  // … and no pause, which would hear the answer
  const Answer answer = dialogue.answer(dialogue.open_tag());
  return !dialogue.excuse() && answer.ok() && dialogue.works();
}

}  // namespace

Finding done_in_pieces(Ward& ward) {
  if (!in_pieces(ward.examined(), {})) return fault("it is not");
  if (!in_pieces(ward.examined(), ward.plan().rest)) {
    return fault("it is right after IDLE, but not once the client has idled for " +
                 in_words(ward.plan().rest));
  }
  return pass("it is, right after IDLE and " + in_words(ward.plan().rest) + " later");
}

}  // namespace roost::doctor
