// RFC 9051 section 5.2 (SHOULD), section 7.5.2 (the UID; MUST in IMAP4rev2).
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding flags(Ward& ward) {
  const std::string mailbox = ward.mailbox();
  Dialogue& idler = ward.selected(mailbox);
  Dialogue& other = ward.selected(mailbox);
  idler.idle();
  const std::string change = "STORE 1 +FLAGS.SILENT (\\Flagged)";
  (void)other.must(client::Command(change));
  const client::Time there = idler.now();
  const imap::response::Fetch* fetch = nullptr;
  Heard heard;
  const bool told = idler.listen(ward.plan().push, [&](const Heard& one) {
    heard = one;
    fetch = heard.as<imap::response::Fetch>();
    return fetch != nullptr && fetch->flags;
  });
  const client::Duration took = idler.last_heard() - there;
  if (idler.problem() || other.problem()) return {};
  (void)idler.done();
  (void)other.command("STORE 1 -FLAGS.SILENT (\\Flagged)");
  if (!told) return warn("nothing is told within " + in_words(ward.plan().push));
  if (fetch->seq.value != 1) {
    return fault("message 1 was changed, and it says: " + heard.text);
  }
  Finding finding = pass("they are, with the UID, after " + in_words(took));
  if (!fetch->uid) finding = warn("they are, after " + in_words(took) + ", without the UID");
  finding.measures = {{"after_ms", took.count()}};
  return finding;
}

}  // namespace roost::doctor
