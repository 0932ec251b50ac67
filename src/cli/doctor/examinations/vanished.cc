// RFC 7162 section 3.2.10.2: VANISHED in place of EXPUNGE, for the connection's life. The change
// comes when the connection has been left alone for a while: there are servers that put it away.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding vanished(Ward& ward) {
  const std::string mailbox = ward.new_mailbox();
  for (int i = 0; i < 3; ++i) ward.append(mailbox);
  Dialogue& idler = ward.patient();
  (void)idler.must(client::Command("ENABLE QRESYNC"));
  (void)idler.must(client::Command("SELECT ").string(mailbox));
  Dialogue& other = ward.selected(mailbox);
  idler.idle();
  idler.pause(ward.plan().rest);
  (void)other.must(client::Command("STORE 2 +FLAGS.SILENT (\\Deleted)"));
  (void)other.must(client::Command("EXPUNGE"));
  bool expunge = false;
  const bool told = idler.listen(ward.plan().push, [&](const Heard& heard) {
    const auto* vanished = heard.as<imap::response::Vanished>();
    expunge = heard.as<imap::response::Expunge>() != nullptr;
    return expunge || (vanished != nullptr && !vanished->earlier);
  });
  if (idler.problem() || other.problem()) return {};
  if (!told) return fault("nothing is told within " + in_words(ward.plan().push));
  (void)idler.done();
  if (expunge) {
    return fault("once the client has idled for " + in_words(ward.plan().rest) +
                 " it is told by EXPUNGE");
  }
  return pass("it is");
}

}  // namespace roost::doctor
