// The subcommands of roost.
#include "cli/check.h"
#include "cli/command.h"
#include "cli/doctor.h"
#include "cli/serve.h"
#include "cli/user.h"
#include "cli/watch.h"

int main(int argc, char** argv) {
  using roost::cli::Command;
  constexpr Command kCommands[] = {
      {"serve", "Serve IMAP, and mail that comes in by LMTP", roost::cli::serve},
      {"user", "Manage users and their passwords", roost::cli::user},
      {.name = "watch",
       .summary = "Watch mailboxes of any IMAP server, and act when something happens",
       .setup_with_program = roost::cli::watch},
      {"doctor", "Examine how well any IMAP server pushes", roost::cli::doctor},
      {"check", "Check the store for contradictions", roost::cli::check},
  };
  return roost::cli::run(kCommands, argc, argv);
}
