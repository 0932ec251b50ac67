// RFC 9051 section 5.2: each session is told of what others do.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding two_idlers(Ward& ward) {
  const std::string mailbox = ward.mailbox();
  Dialogue& one = ward.selected(mailbox);
  Dialogue& two = ward.selected(mailbox);
  one.idle();
  two.idle();
  const std::uint32_t expected = two.messages() + 1;
  ward.append(mailbox);
  const bool one_told = one.until_messages(expected, ward.plan().push);
  const bool two_told = two.until_messages(expected, ward.plan().push);
  if (const auto ended = one.excuse()) return fault("the first one is cut off: " + ended->text);
  if (one_told && two_told) return pass("both are");
  if (!one_told && !two_told) return fault("neither is, within " + in_words(ward.plan().push));
  return fault(one_told ? "the second one is not" : "the first one is not");
}

}  // namespace roost::doctor
