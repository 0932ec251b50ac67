// ProbeMailboxes: the mailboxes that the doctor makes, and what removes them. Their names say what
// they are and when they were made: "roost-doctor-probe-1764160000-9f03ab12". Those of a run that
// was killed are removed by a later one, once no run can be using them any more.
//
// Owner: a Ward.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/doctor/dialogue.h"

namespace roost::doctor {

class ProbeMailboxes {
 public:
  static constexpr std::string_view kPrefix = "roost-doctor-probe-";
  // Then a run is interrupted; half an hour later it has long removed what it made.
  static constexpr std::chrono::minutes kLongestRun{150};
  static constexpr std::chrono::minutes kInUse = kLongestRun + std::chrono::minutes(30);

  explicit ProbeMailboxes(Network& network) : network_(network) {}

  // Where the server takes it: at the top or, if that is not for users, below INBOX (RFC 2342).
  // Empty: nowhere, which is the dialogue's problem.
  [[nodiscard]] std::string make(Dialogue& dialogue);
  // A name that is to be removed like the others, of no mailbox yet.
  [[nodiscard]] std::string reserve();
  // What could not be removed. What is refused is tried once more, a second later: [INUSE].
  [[nodiscard]] std::vector<std::string> remove_all(Dialogue& dialogue);
  [[nodiscard]] bool empty() const { return names_.empty(); }
  // Those of others, that are too old to be in use.
  void remove_leftovers(Dialogue& dialogue);

 private:
  Network& network_;
  std::string where_;  // before the name: "", "INBOX."
  bool found_ = false;
  std::vector<std::string> names_;
};

}  // namespace roost::doctor
