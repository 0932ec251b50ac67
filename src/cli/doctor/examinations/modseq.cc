// RFC 7162 section 3.1: "in all subsequent untagged FETCH responses". The change comes when the
// connection has been left alone for a while: there are servers that put it away.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding modseq(Ward& ward) {
  const std::string mailbox = ward.mailbox();
  Dialogue& idler = ward.patient();
  (void)idler.must(client::Command("SELECT ").string(mailbox).raw(" (CONDSTORE)"));
  Dialogue& other = ward.selected(mailbox);
  idler.idle();
  idler.pause(ward.plan().rest);
  (void)other.must(client::Command("STORE 1 +FLAGS.SILENT (\\Answered)"));
  Heard heard;
  const bool told = idler.listen(ward.plan().push, [&](const Heard& one) {
    heard = one;
    return heard.as<imap::response::Fetch>() != nullptr;
  });
  if (idler.problem() || other.problem()) return {};
  (void)idler.done();
  (void)other.command("STORE 1 -FLAGS.SILENT (\\Answered)");
  if (!told) return skipped("changes of flags are not told in IDLE");
  if (!heard.as<imap::response::Fetch>()->modseq) {
    return fault("once the client has idled for " + in_words(ward.plan().rest) + " it says \"" +
                 heard.text + "\", without MODSEQ");
  }
  return pass("it has");
}

}  // namespace roost::doctor
