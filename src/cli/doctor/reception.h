// From the greeting to a connection that is logged in, with what was learned on the way.
#pragma once

#include <string>
#include <vector>

#include "cli/doctor/dialogue.h"
#include "client/login.h"

namespace roost::doctor {

struct Reception {
  imap::response::Status greeting;
  std::vector<std::string> before;  // what it offered before it knew the user (upper case);
                                    // with PREAUTH, that is what it offers
  std::vector<std::string> after;
  bool told_after = false;  // with the OK that answers the login
  std::string protection;   // Wire::protection()
};

// Hears the greeting; a problem if there is none.
[[nodiscard]] imap::response::Status greeting_of(Dialogue& dialogue);
// Hears the greeting and logs in, and asks for no extension; trouble is the dialogue's problem.
[[nodiscard]] Reception admit(Dialogue& dialogue, const client::Login::Settings& settings);

}  // namespace roost::doctor
