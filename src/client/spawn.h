// Starts a program, without a shell, in a process group of its own, so that it can be killed with
// all that it has started and waits for. It has the standard streams and no other descriptor.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/error.h"

namespace roost::client {

struct Streams {
  int input;   // file descriptors, which stay the caller's
  int output;  // standard error is ours
};

// environment: "NAME=value", beside what else this process has.
// The process does not ignore SIGCHLD any more: else nobody would know how the program ended.
// Requires: arguments is not empty. kNotFound: no such program. kUnavailable.
[[nodiscard]] Result<pid_t> spawn(const std::vector<std::string>& arguments, Streams streams,
                                  const std::vector<std::string>& environment = {});

}  // namespace roost::client
