// Where others see a Health: in a file, replaced as a whole when something changes and each minute,
// so that one that is old means that nobody watches; or by HTTP, 200 or 503.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "cli/watch/health.h"

namespace roost::cli {

// Owner: a Watch. Thread: that of the context.
class HealthOutput {
 public:
  virtual ~HealthOutput() = default;
  virtual void changed() = 0;

  // where: an address with its port, or a file. health outlives it. kInvalid, kUnavailable.
  [[nodiscard]] static Result<std::unique_ptr<HealthOutput>> make(boost::asio::io_context& context,
                                                                  const std::string& where,
                                                                  const Health& health);
  // "127.0.0.1:8080", of HTTP; else empty.
  [[nodiscard]] virtual std::string address() const { return {}; }
};

}  // namespace roost::cli
