// The servers under test, as child processes on loopback with data of their own that is removed at
// the end.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/histogram.h"
#include "harness/process.h"

namespace roost::bench {

struct Ports {
  uint16_t imap = 0;
  uint16_t imaps = 0;
  uint16_t lmtp = 0;
  uint16_t http = 0;  // Roost alone has one
};

/// The name of account `index`: its login and its address.
[[nodiscard]] std::string account(size_t index);
inline constexpr std::string_view kPassword = "correct-horse";

/// Lifetime: the benchmark's. Owner and thread: main, but ports() is the same for all until
/// restart().
class Server {
 public:
  virtual ~Server() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Ends the server and starts it again: nothing is in its memory, and what it may rebuild is gone
  /// from its disk. The ports change.
  virtual void restart() = 0;
  /// Puts messages number 0 … count-1 of `size` octets into the INBOX of account `index`, the
  /// quickest way there is.
  virtual void fill(size_t index, size_t count, size_t size) = 0;

  /// From the next restart() on an idling client that was sent nothing for `interval` hears that
  /// the server is there; as often as the server does by default, if this was never called.
  void set_keep_alive(std::chrono::seconds interval) { keep_alive_ = interval; }

  /// From the next restart() on so many event loops, each with files of its own: for more
  /// connections than the system lets one table of files have. 0: as by default.
  void set_loops(size_t loops) { loops_ = loops; }

  /// From a commit to the last octet written to those who wait, as the server itself has counted
  /// since its start, in microseconds. Empty: it does not count that.
  [[nodiscard]] virtual Histogram commit_to_write() const { return {}; }

  [[nodiscard]] const Ports& ports() const { return ports_; }
  [[nodiscard]] std::chrono::nanoseconds cpu_time() const { return process_->cpu_time(); }
  /// Private anonymous memory of all its processes now, in octets.
  [[nodiscard]] uint64_t memory() const { return process_->memory(); }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 protected:
  explicit Server(std::filesystem::path directory) : directory_(std::move(directory)) {}

  std::filesystem::path directory_;
  std::optional<Process> process_;
  Ports ports_;
  std::optional<std::chrono::seconds> keep_alive_;
  size_t loops_ = 0;
};

/// Roost from the program at `binary`, with `accounts` accounts.
[[nodiscard]] std::unique_ptr<Server> start_roost(const std::string& binary,
                                                  const std::filesystem::path& scratch,
                                                  size_t accounts);

/// Dovecot 2.3 as Debian installs it. Null, with a word to standard error, if it is not there or we
/// are not root (it changes to a user of its own for each account).
[[nodiscard]] std::unique_ptr<Server> start_dovecot(const std::filesystem::path& scratch,
                                                    size_t accounts);

/// The hash of kPassword for a passwd-file, made as `setting` of crypt(3) says. One serves all
/// accounts.
[[nodiscard]] std::string password_hash(const char* setting);

}  // namespace roost::bench
