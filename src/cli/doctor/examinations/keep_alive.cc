// RFC 2177 section 3: clients are advised to begin anew every 29 minutes; RFC 9051 section 5.4:
// nobody is logged out before 30. No RFC asks for a word meanwhile; networks do.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

namespace {

constexpr client::Duration kTooOften = std::chrono::seconds(60);

}  // namespace

Finding keep_alive(Ward& ward) {
  Dialogue& idler = ward.plan().write ? ward.selected(ward.mailbox()) : ward.examined();
  idler.idle();
  const client::Time before = idler.now();
  std::optional<imap::response::Status> said;
  idler.listen(ward.plan().keep_alive, [&](const Heard& heard) {
    if (const auto* status = heard.as<imap::response::Status>()) said = *status;
    return said.has_value();
  });
  const client::Duration took = idler.now() - before;
  const std::string after = " after " + in_words(took);
  if (said && said->condition == imap::Condition::kBye) {
    (void)idler.excuse();
    return fault("it logs the client out" + after + ": " + said->text);
  }
  if (const auto lost = idler.excuse()) return fault(lost->text + after);
  if (said && !said->tag.empty()) return fault("it ends IDLE by itself" + after);
  if (!said) return warn("it says nothing for " + in_words(ward.plan().keep_alive));
  Finding finding = pass("\"" + said->text + "\"" + after);
  if (took < kTooOften) finding = warn(finding.text + ": each time a phone wakes up");
  finding.measures = {{"interval_ms", took.count()}};
  return finding;
}

}  // namespace roost::doctor
