// RFC 9051 section 9 (grammar), sections 5.2 and 7.5.1 (EXISTS never takes a message away, EXPUNGE
// and FETCH have numbers of messages that there are): whatever was heard in all examinations.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding responses(Ward& ward) {
  const Irregularities& all = ward.irregularities();
  if (all.empty()) return pass("all had");
  std::string words;
  for (const std::string& one : all) words += (words.empty() ? "" : "; ") + one;
  return fault(words);
}

}  // namespace roost::doctor
