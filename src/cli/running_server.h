// RunningServer: everything `roost serve` consists of, wired together: store, hub, loops, workers,
// listeners. Owner: serve. Thread: the one that started it, which is no loop's.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "base/error.h"

namespace roost::cli {

class RunningServer {
 public:
  // Opens the store and listens. kUnavailable, kInvalid, kCorruption: in words for the operator.
  [[nodiscard]] static Result<std::unique_ptr<RunningServer>> start(const Config& config);
  virtual ~RunningServer() = default;  // stops

  struct Listening {
    std::string_view protocol;  // "imap", "imaps", "lmtp", "http"
    std::string address;        // with its real port
  };
  [[nodiscard]] virtual const std::vector<Listening>& listening() const = 0;
  // Where the certificate is: the configured one, or that made in the data directory.
  [[nodiscard]] virtual const std::string& certificate() const = 0;
  // Rereads the certificate, and changes the keys of session tickets if they are a day old; no
  // connection is touched. On error the old ones stay. Due once an hour at least.
  virtual Result<void> reload() = 0;
  // BYE to all clients; waits until they are gone, or for the spread and the grace of the
  // configuration.
  virtual void stop() = 0;
};

}  // namespace roost::cli
