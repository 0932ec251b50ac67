// RFC 9051 section 2.2: lines of a stream, in each direction by itself.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding done_across_push(Ward& ward) {
  const std::string mailbox = ward.mailbox();
  Dialogue& idler = ward.selected(mailbox);
  idler.idle();
  const std::uint32_t expected = idler.messages() + 1;
  idler.send("DO");
  ward.append(mailbox);
  const bool told = idler.until_messages(expected, ward.plan().push);
  if (idler.problem() || ward.writer().problem()) return {};
  idler.send("NE\r\n");
  const Answer answer = idler.answer(idler.open_tag());
  if (const auto lost = idler.excuse()) return fault("it is not: " + lost->text);
  if (!answer.ok()) return fault("it is answered by " + answer.words());
  return told ? pass("it is")
              : warn("it is, but the message is not told while half of DONE is there");
}

}  // namespace roost::doctor
