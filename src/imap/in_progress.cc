// RFC 9585 section 5:
//   resp-text-code =/ "INPROGRESS" [SP "(" inprogress-tag SP inprogress-state ")"]
//   inprogress-tag = quoted / nil
//   inprogress-state = nil SP nil / number SP nil / number SP nz-number
#include "imap/in_progress.h"

#include <algorithm>
#include <string>

namespace roost::imap {

namespace {

// A tag has no quote and no backslash in it. "]" would end the code for those who look no closer.
std::string inprogress_tag(std::string_view tag) {
  return tag.contains(']') ? "NIL" : '"' + std::string(tag) + '"';
}

}  // namespace

void InProgress::write(ResponseWriter writer, std::string_view tag) const {
  const std::uint32_t goal = goal_;
  std::uint32_t progress = progress_;
  std::string state = "NIL NIL";
  std::string text = "Still at it";
  if (goal > 0) {
    // Who has reached the goal has not reached the end: there is an answer to be written yet.
    progress = std::min(progress, goal - 1);
    state = std::to_string(progress) + " " + std::to_string(goal);
    text = std::to_string(progress) + " of " + std::to_string(goal) + " done";
  } else if (progress > 0) {
    state = std::to_string(progress) + " NIL";
    text = std::to_string(progress) + " done so far";
  }
  writer.untagged(Condition::kOk, "INPROGRESS (" + inprogress_tag(tag) + " " + state + ")", text);
}

}  // namespace roost::imap
