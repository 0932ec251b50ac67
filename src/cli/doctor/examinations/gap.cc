// RFC 9051 section 5.2. Three ways, by turns: the message is there after SELECT and before IDLE; it
// comes between two IDLEs; or its last octets and IDLE are sent at the same time, and nobody knows
// which comes first.
#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

namespace {

constexpr std::uint32_t kEnough = 3;  // lost ones, each of which takes its time

enum class When : std::uint8_t { kBefore, kBetween, kAtOnce };

// True: it was told.
bool trial(Ward& ward, Dialogue& idler, const std::string& mailbox, When when) {
  (void)idler.must(client::Command("SELECT ").string(mailbox));
  const std::uint32_t expected = idler.messages() + 1;
  if (when == When::kBetween) {
    idler.idle();
    (void)idler.done();
  }
  if (when != When::kAtOnce) {
    ward.append(mailbox);
    idler.idle();
  } else {
    Dialogue& writer = ward.writer();
    const std::string message = probe_message();
    const auto pieces =
        client::Command("APPEND ").string(mailbox).raw(" ").string(message).pieces();
    const auto [plus, refused] = writer.open(pieces.front().view());
    if (refused.status) {
      writer.fail(client::ProblemKind::kMailbox, "APPEND is refused: " + refused.words());
    }
    writer.send_line(pieces.back().view());
    idler.idle();
    (void)writer.answer(writer.open_tag());
  }
  const bool told = idler.until_messages(expected, ward.plan().push);
  if (!idler.problem()) (void)idler.done();
  return told;
}

}  // namespace

Finding gap(Ward& ward) {
  const std::string mailbox = ward.mailbox();
  Dialogue& idler = ward.selected(mailbox);
  std::uint32_t lost = 0;
  std::uint32_t tried = 0;
  while (tried < ward.plan().trials && lost < kEnough) {
    const bool told = trial(ward, idler, mailbox, static_cast<When>(tried % 3));
    if (idler.problem() || ward.writer().problem()) return {};
    ++tried;
    if (!told) ++lost;
  }
  const std::string words = std::to_string(lost) + " of " + std::to_string(tried) + " are lost";
  Finding finding =
      lost == 0 ? pass("none of " + std::to_string(tried) + " is lost") : fault(words);
  finding.measures = {{"trials", tried}, {"lost", lost}};
  return finding;
}

}  // namespace roost::doctor
