// RFC 9051 section 7.1.1: "* OK", best with what is offered (section 7.1, CAPABILITY).
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding greeting(Ward& ward) {
  const Dialogue& first = ward.stranger();
  const client::Time before = first.now();
  const imap::response::Status status = greeting_of(ward.stranger());
  const client::Duration took = first.now() - before;
  const std::string when = " after " + in_words(took);
  Finding finding = pass("the greeting comes" + when + " and has the capabilities");
  if (status.condition == imap::Condition::kBye) {
    finding = fault("it greets with BYE: " + status.text);
  } else if (took > std::chrono::seconds(5)) {
    finding = warn("the greeting comes only" + when);
  } else if (status.code.capabilities.empty()) {
    finding = pass("the greeting comes" + when + ", without capabilities");
  }
  finding.measures = {{"after_ms", took.count()}};
  return finding;
}

}  // namespace roost::doctor
