// RFC 5465 section 4: IDLE sends "exactly the same events as instructed by the client using the
// NOTIFY command".
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding notify_none(Ward& ward) {
  const std::string mailbox = ward.mailbox();
  Dialogue& idler = ward.selected(mailbox);
  (void)idler.must(client::Command("NOTIFY NONE"));
  idler.idle();
  ward.append(mailbox);
  std::string words;
  idler.listen(ward.plan().rest, [&](const Heard& heard) {
    const bool status = heard.as<imap::response::Status>() != nullptr;
    if (!status) words = heard.text;
    return !status;
  });
  (void)idler.done();
  if (!words.empty()) return fault("it says \"" + words + "\"");
  return pass("it is");
}

}  // namespace roost::doctor
