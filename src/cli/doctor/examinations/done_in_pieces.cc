// RFC 9051 section 2.2: lines of a stream. A server may read DONE in another way while it waits
// than right after IDLE, and may change from one to the other between two pieces, so all are tried.
#include <optional>
#include <span>

#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

namespace {

constexpr client::Duration kBetween = std::chrono::milliseconds(50);
// Not cut between CR and LF: Courier answers the CR.
constexpr std::string_view kMany[] = {"D", "O", "NE", "\r\n"};
constexpr std::string_view kTwo[] = {"DO", "NE\r\n"};

// What it says instead of OK, if it does.
std::optional<std::string> in_pieces(Dialogue& dialogue, std::span<const std::string_view> pieces,
                                     client::Duration rest, client::Duration between) {
  dialogue.idle();
  dialogue.pause(rest);
  if (dialogue.problem()) return std::nullopt;
  dialogue.send(pieces.front());
  for (const std::string_view piece : pieces.subspan(1)) {
    dialogue.pause(between);
    dialogue.send(piece);
  }
  const Answer answer = dialogue.answer(dialogue.open_tag());
  if (const auto lost = dialogue.excuse()) return lost->text;
  if (!answer.ok()) return answer.words();
  if (!dialogue.works()) return "then the connection is of no use";
  return std::nullopt;
}

}  // namespace

Finding done_in_pieces(Ward& ward) {
  const client::Duration rest = ward.plan().rest;
  if (const auto wrong = in_pieces(ward.examined(), kMany, {}, kBetween)) {
    return fault("it is not: " + *wrong);
  }
  if (const auto wrong = in_pieces(ward.examined(), kMany, rest, kBetween)) {
    return fault("it is right after IDLE, but not once the client has idled for " + in_words(rest) +
                 ": " + *wrong);
  }
  if (const auto wrong = in_pieces(ward.examined(), kTwo, {}, rest)) {
    return fault("it is not with " + in_words(rest) + " between two pieces: " + *wrong);
  }
  return pass("it is, right after IDLE, " + in_words(rest) + " later, and with " + in_words(rest) +
              " between two pieces");
}

}  // namespace roost::doctor
