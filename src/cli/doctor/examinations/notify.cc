// RFC 5465 section 3.1: NOTIFY is a promise to tell at any time, with no command in progress. There
// are servers that offer it, take it, and tell nothing.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

Finding notify(Ward& ward) {
  const std::string selected = ward.mailbox();
  const std::string other = ward.new_mailbox();
  Dialogue& dialogue = ward.selected(selected);
  client::Command command("NOTIFY SET (SELECTED (MessageNew MessageExpunge)) (MAILBOXES ");
  const Answer answer =
      dialogue.command(command.string(other).raw(" (MessageNew MessageExpunge))"));
  if (answer.status && !answer.ok()) {
    return warn("it is offered, and refused: " + answer.words());
  }
  const std::uint32_t expected = dialogue.messages() + 1;
  ward.append(other);
  bool status_told = false;
  const auto note = [&](const Heard& heard) {
    const auto* status = heard.as<imap::response::MailboxStatus>();
    if (status != nullptr && status->messages == 1U) status_told = true;
  };
  dialogue.listen(ward.plan().push, [&](const Heard& heard) {
    note(heard);
    return status_told;
  });
  ward.append(selected);
  const bool arrival_told = dialogue.until_messages(expected, ward.plan().push);
  if (dialogue.problem()) return {};
  if (status_told && arrival_told) return pass("it tells of both");
  if (status_told) return fault("of the selected mailbox nothing is told");
  return fault(arrival_told ? "of the other mailbox nothing is told"
                            : "it is taken, and nothing is told");
}

}  // namespace roost::doctor
