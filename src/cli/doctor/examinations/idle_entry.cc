// RFC 2177 section 3; RFC 9051 section 9: commands in any case (note 1), and
//   continue-req = "+" SP (resp-text / base64) CRLF
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding idle_entry(Ward& ward) {
  Dialogue& dialogue = ward.examined();
  const client::Time before = dialogue.now();
  const auto [plus, answer] = dialogue.open("idle");
  if (plus.empty()) return fault("\"idle\" is answered by: " + answer.words());
  const client::Duration took = dialogue.now() - before;
  (void)dialogue.done();
  Finding finding = pass("\"" + plus + "\" after " + in_words(took));
  if (!plus.starts_with("+ ")) finding = warn("the \"+\" comes without the space behind it");
  finding.measures = {{"after_ms", took.count()}};
  return finding;
}

}  // namespace roost::doctor
