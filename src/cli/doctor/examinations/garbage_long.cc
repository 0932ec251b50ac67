// RFC 2683 section 3.2.1.5: a server should be ready for lines of 8,000 octets; what is more it may
// refuse. It has to say so in some way.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

namespace {

constexpr std::size_t kOctets = 100'000;

}  // namespace

Finding garbage_long(Ward& ward) {
  Dialogue& dialogue = ward.examined();
  dialogue.idle();
  if (dialogue.problem()) return {};
  dialogue.send(std::string(kOctets, 'x') + "\r\n");
  std::string words;
  dialogue.listen(ward.plan().answer, [&](const Heard& heard) {
    const auto* status = heard.as<imap::response::Status>();
    const bool answers = status != nullptr && status->condition != imap::Condition::kOk;
    if (answers) words = heard.text;
    return answers;
  });
  const auto ended = dialogue.excuse();
  if (!words.empty()) return pass("it says \"" + words + "\"");
  if (ended) return warn("it ends the connection without a word: " + ended->text);
  return warn("it is passed over in silence");
}

}  // namespace roost::doctor
