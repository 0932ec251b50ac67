// RFC 5530 section 3: LIMIT and UNAVAILABLE say that it is not the password. A client that is told
// AUTHENTICATIONFAILED need not try again later.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

namespace {

// What clients use that have a connection for each mailbox.
constexpr std::uint32_t kNeeded = 10;

}  // namespace

Finding connections(Ward& ward) {
  std::uint32_t count = ward.writer().problem() ? 0 : 1;
  std::optional<client::Problem> refused;
  while (count < ward.plan().connections && !refused) {
    refused = ward.patient().excuse();
    if (!refused) ++count;
  }
  std::string words = std::to_string(count) + " at a time";
  Finding finding = pass(words + ", and no limit is met");
  if (refused) {
    words += "; the next is refused: " + refused->text;
    const bool blames = refused->kind == client::ProblemKind::kCredentials;
    finding = blames ? fault(words + " - as if the password were wrong")
                     : (count < kNeeded ? warn(words) : pass(words));
  }
  finding.measures = {{"connections", count}, {"limit_met", refused ? 1 : 0}};
  return finding;
}

}  // namespace roost::doctor
