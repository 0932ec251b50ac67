// `roost user`: add, passwd, del, list, import. Through the server if one runs on the data
// directory, else on the store itself.
#pragma once

#include "cli/command.h"

namespace roost::cli {

Run user(CLI::App& app);

}  // namespace roost::cli
