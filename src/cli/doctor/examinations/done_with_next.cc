// RFC 2177 section 3: after DONE the server is to "prepare to process other commands". A server may
// read on in another way while it waits than right after IDLE, so both are tried.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

namespace {

bool with_next(Dialogue& dialogue, client::Duration rest) {
  dialogue.idle();
  dialogue.pause(rest);
  if (dialogue.problem()) return true;
  dialogue.send("DONE\r\nnext NOOP\r\n");
  const Answer idle = dialogue.answer(dialogue.open_tag());
  const Answer next = dialogue.answer("next");
  return !dialogue.excuse() && idle.ok() && next.ok();
}

}  // namespace

Finding done_with_next(Ward& ward) {
  if (!with_next(ward.examined(), {})) return fault("it is not");
  if (!with_next(ward.examined(), ward.plan().rest)) {
    return fault("it is right after IDLE, but not once the client has idled for " +
                 in_words(ward.plan().rest));
  }
  return pass("it is, right after IDLE and " + in_words(ward.plan().rest) + " later");
}

}  // namespace roost::doctor
