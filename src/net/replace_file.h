// Small files that a program makes itself: a certificate, keys, what a watcher has told.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/error.h"

namespace roost::net {

// Whole or not at all, and on disk: a new file, with the permissions mode, takes the place of the
// old one. kUnavailable.
[[nodiscard]] Result<void> replace_file(const std::string& path, std::string_view content,
                                        mode_t mode);

}  // namespace roost::net
