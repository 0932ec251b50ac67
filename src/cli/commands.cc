#include "cli/commands.h"

#include "cli/check.h"
#include "cli/completion.h"
#include "cli/doctor.h"
#include "cli/serve.h"
#include "cli/user.h"
#include "cli/watch.h"

namespace roost::cli {

std::span<const Command> commands() {
  static constexpr Command kCommands[] = {
      {"serve", "Serve IMAP, and mail that comes in by LMTP", serve},
      {"user", "Manage users and their passwords", user},
      {.name = "watch",
       .summary = "Watch mailboxes of any IMAP server, and act when something happens",
       .setup_with_program = watch},
      {"doctor", "Examine how well any IMAP server pushes", doctor},
      {"check", "Check the store for contradictions", check},
      {"completion", "Print what a shell completes command lines with", completion},
  };
  return kCommands;
}

}  // namespace roost::cli
