// Runs the command that gives a password or a token: without a shell, its output up to the first
// line end is the secret. What it says to standard error goes to ours.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/error.h"
#include "client/secret.h"

namespace roost::client {

// Blocks until the command ends, and kills it after timeout, or as soon as the file descriptor
// nobody_waits is readable; -1: somebody will. Requires: arguments is not empty.
// kNotFound: no such program. kUnavailable: it failed or was killed. kInvalid: it gave nothing, or
// more than a secret can be (64 KiB).
[[nodiscard]] Result<Secret> run_secret_command(const std::vector<std::string>& arguments,
                                                std::chrono::milliseconds timeout,
                                                int nobody_waits = -1);

}  // namespace roost::client
