// What the doctor's work rests on: connections to one server as octets, and a clock. Every call
// that waits has an end. In tests both are made up, and no time passes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "client/problem.h"
#include "client/time.h"

namespace roost::doctor {

class Wire {
 public:
  virtual ~Wire() = default;
  // All of it, in as few packets as can be. kSilent: the server does not take it.
  [[nodiscard]] virtual client::Outcome<void> send(std::string_view octets, client::Time until) = 0;
  // What has come; nothing: nothing has until then. Valid until the next call.
  [[nodiscard]] virtual client::Outcome<std::string_view> receive(client::Time until) = 0;
  // From plain to TLS.
  [[nodiscard]] virtual client::Outcome<void> secure(client::Time until) = 0;
  // "TLSv1.3, TLS_AES_256_GCM_SHA384"; empty: none.
  [[nodiscard]] virtual std::string protection() const = 0;
};

class Network {
 public:
  virtual ~Network() = default;
  // With TLS, where that is there from the first octet.
  [[nodiscard]] virtual client::Outcome<std::unique_ptr<Wire>> connect(client::Time until) = 0;
  [[nodiscard]] virtual client::Time now() = 0;
  [[nodiscard]] virtual std::int64_t seconds_since_1970() = 0;
  // The user wants an end: every wait of the wires ends at once, from now on, with kClosed.
  [[nodiscard]] virtual bool interrupted() = 0;
  // … but there is something to clear away.
  virtual void ignore_interruption() = 0;
};

}  // namespace roost::doctor
