// `roost doctor`: how well does that server push? A report card of any IMAP server.
#pragma once

#include "cli/command.h"

namespace roost::cli {

Run doctor(CLI::App& app);

}  // namespace roost::cli
