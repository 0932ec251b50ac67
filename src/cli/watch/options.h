// What `roost watch` is told: by its command line, or by a file, watch.toml. docs/watch.md has the
// keys.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/watch/post_hook.h"
#include "cli/watch/report.h"
#include "client/account.h"
#include "client/time.h"

namespace roost::cli {

struct WatchedAccount {
  Source source;
  client::Account::Settings settings;
  std::string password_file;  // empty, and no command: it is asked for
  std::string url;            // the first one, as it is written
};

struct WatchOptions {
  std::vector<WatchedAccount> accounts;
  std::vector<std::string> program;  // empty: none
  std::optional<HookUrl> hook;
  std::string hook_ca;
  client::Duration settle = std::chrono::milliseconds(500);
  std::string health;  // a file or an address; empty: neither
  bool json = false;
  bool once = false;
};

// One account, as it is written.
struct AccountWords {
  std::vector<std::string> urls;
  std::optional<std::string> password_command;  // to be split into words
  std::vector<std::string> password_program;    // instead, as it is
  std::string password_file;
  std::string state;
  std::string ca;
  std::vector<std::string> pins;
  bool tls = true;
  bool operator==(const AccountWords&) const = default;
};

// All of it, as it is written.
struct WatchWords {
  AccountWords account;  // of the command line; it may be several
  std::string config;
  std::optional<std::string> exec;   // to be split into words
  std::vector<std::string> program;  // instead, as it is
  std::string hook;
  std::string settle;  // "500ms"; empty: as it is by default
  std::string health;
  bool json = false;
  bool envelope = false;
  bool once = false;
};

// kInvalid: they make no sense.
[[nodiscard]] Result<WatchOptions> watch_options(const WatchWords& words);
// The file's, with what the command line says instead. Also kNotFound, kUnavailable.
[[nodiscard]] Result<WatchOptions> watch_options(const WatchWords& words, std::string_view toml,
                                                 std::string_view file_name);

}  // namespace roost::cli
