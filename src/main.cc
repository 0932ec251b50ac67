// The subcommands of roost.
#include "cli/check.h"
#include "cli/command.h"
#include "cli/serve.h"
#include "cli/user.h"

int main(int argc, char** argv) {
  using roost::cli::Command;
  constexpr Command kCommands[] = {
      {"serve", "Serve IMAP, and mail that comes in by LMTP", roost::cli::serve},
      {"user", "Manage users and their passwords", roost::cli::user},
      {"check", "Check the store for contradictions", roost::cli::check},
  };
  return roost::cli::run(kCommands, argc, argv);
}
