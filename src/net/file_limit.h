// Each connection takes a file descriptor; the usual soft limit of 1024 is for programs that use
// select().
#pragma once

#include <cstdint>

namespace roost::net {

// Raises the process's limit of open files (RLIMIT_NOFILE) as far as it may. Returns the limit that
// holds now.
std::uint64_t raise_file_limit();

}  // namespace roost::net
