#include "cli/doctor/ward.h"

#include <algorithm>

namespace roost::doctor {

using client::Command;
using client::Problem;

std::string probe_message() {
  return "From: Roost doctor <doctor@roost.invalid>\r\n"
         "Subject: probe\r\n"
         "Date: Thu, 1 Jan 2026 12:00:00 +0000\r\n"
         "\r\n"
         "A probe of `roost doctor`. It may be deleted.\r\n";
}

std::optional<Problem> Ward::open() {
  reception_ = admit(stranger(), plan_.login);
  const auto problem = discharge();
  // Of another run: what goes wrong with them says nothing of this one.
  if (plan_.write && !problem) {
    probes_.remove_leftovers(patient());
    (void)discharge();
  }
  return problem;
}

std::vector<std::string> Ward::close() {
  network_.ignore_interruption();
  (void)discharge();
  if (probes_.empty()) return {};
  if (writer_ && !writer_->works()) writer_.reset();
  std::vector<std::string> left = probes_.remove_all(writer());
  if (left.empty() || !writer_->problem()) return left;
  writer_.reset();  // it has broken meanwhile
  return probes_.remove_all(writer());
}

bool Ward::offers(std::string_view capability) const {
  return std::ranges::find(reception_.after, capability) != reception_.after.end();
}

// --- connections ---

Dialogue& Ward::stranger() {
  return dialogues_.emplace_back(network_.connect(network_.now() + plan_.answer), network_,
                                 plan_.answer, irregularities_);
}

Dialogue& Ward::patient() {
  Dialogue& dialogue = stranger();
  (void)admit(dialogue, plan_.login);
  return dialogue;
}

Dialogue& Ward::examined() {
  Dialogue& dialogue = patient();
  (void)dialogue.must(Command("EXAMINE ").string(plan_.mailbox));
  return dialogue;
}

Dialogue& Ward::selected(const std::string& mailbox) {
  Dialogue& dialogue = patient();
  (void)dialogue.must(Command("SELECT ").string(mailbox));
  return dialogue;
}

Dialogue& Ward::writer() {
  if (!writer_) {
    writer_.emplace(network_.connect(network_.now() + plan_.answer), network_, plan_.answer,
                    irregularities_);
    (void)admit(*writer_, plan_.login);
  }
  return *writer_;
}

// --- changes ---

const std::string& Ward::mailbox() {
  if (mailbox_.empty()) {
    mailbox_ = new_mailbox();
    for (int i = 0; i < 3; ++i) append(mailbox_);
  }
  return mailbox_;
}

std::string Ward::new_mailbox() { return probes_.make(writer()); }

void Ward::append(const std::string& mailbox) {
  const Answer answer =
      writer().command(Command("APPEND ").string(mailbox).raw(" ").string(probe_message()));
  if (answer.ok()) return;
  writer().fail(client::ProblemKind::kMailbox, "APPEND is refused: " + answer.words());
}

std::optional<Problem> Ward::discharge() {
  std::optional<Problem> first;
  const auto note = [&](const Dialogue& dialogue) {
    if (!first && dialogue.problem()) first = dialogue.problem();
  };
  if (writer_) {
    note(*writer_);
    if (writer_->problem()) writer_.reset();
  }
  std::ranges::for_each(dialogues_, note);
  dialogues_.clear();
  return first;
}

}  // namespace roost::doctor
