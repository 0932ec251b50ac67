// The file in which a watcher keeps what it has told, so that after a restart it tells the rest and
// nothing twice. docs/formats/watch.md describes it.
//
// It is replaced as a whole (net/replace_file.h): after a crash it is the old one or the new one.
// Keep it once the events are dealt with; a crash before that repeats them.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "client/told.h"
#include "net/fd.h"

namespace roost::client {

[[nodiscard]] std::string encode_state(const ToldByMailbox& told);
// kCorruption: not what encode_state writes; the detail names the line.
[[nodiscard]] Result<ToldByMailbox> decode_state(std::string_view text);

// Empty where there is no file. kUnavailable, kCorruption.
[[nodiscard]] Result<ToldByMailbox> load_state(const std::string& path);
// For as long as what it returns is open no other process has the file; kUnavailable: one has it.
// The lock is on a file beside it, ".lock", which stays.
[[nodiscard]] Result<net::Fd> lock_state(const std::string& path);
[[nodiscard]] Result<void> save_state(const std::string& path, const ToldByMailbox& told);

}  // namespace roost::client
