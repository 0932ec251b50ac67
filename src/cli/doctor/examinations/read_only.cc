// RFC 9051 section 6.3.3: EXAMINE is SELECT but for what the client may change.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding read_only(Ward& ward) {
  const std::string mailbox = ward.mailbox();
  Dialogue& idler = ward.patient();
  (void)idler.must(client::Command("EXAMINE ").string(mailbox));
  idler.idle();
  const std::uint32_t expected = idler.messages() + 1;
  ward.append(mailbox);
  if (!idler.until_messages(expected, ward.plan().push)) {
    return fault("nothing is told within " + in_words(ward.plan().push));
  }
  (void)idler.done();
  return pass("it is");
}

}  // namespace roost::doctor
