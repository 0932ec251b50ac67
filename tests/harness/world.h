// What a script acts upon: a whole server and connections to it, either in this process and step by
// step, or over loopback sockets. A script that holds in one must hold in the other.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace roost::harness {

inline constexpr std::string_view kPassword = "secret";  // of every account

// One connection, as its client has it.
class Peer {
 public:
  virtual ~Peer() = default;
  virtual void send(std::string_view octets) = 0;
  // The next line, without its end. Nothing: none is to come, because the server has closed, or (in
  // process) has nothing left to do, or (loopback) has sent nothing for ten seconds.
  [[nodiscard]] virtual std::optional<std::string> line() = 0;
  // True where it can be known that there is no line now: in process.
  [[nodiscard]] virtual bool knows_silence() const = 0;
  // The server has closed the connection, and all it said has been read.
  [[nodiscard]] virtual bool ended() = 0;
  virtual void start_tls() = 0;
  virtual void start_compression() = 0;
  virtual void end_compression() = 0;
  virtual void finish() = 0;      // FIN
  virtual void disconnect() = 0;  // gone

  // In process only (Script::needs_steps).
  virtual void hold_baton() {}
  virtual void release_baton() {}
  virtual void stall() {}
  virtual void resume() {}
};

enum class Service : std::uint8_t { kImap, kImaps, kLmtp };

class World {
 public:
  virtual ~World() = default;
  [[nodiscard]] virtual std::unique_ptr<Peer> open(Service service) = 0;
  // Its password is kPassword; it has the default mailboxes.
  virtual void add_user(std::string_view name) = 0;
  virtual void change_password(std::string_view name) = 0;
  virtual void remove_user(std::string_view name) = 0;
  virtual void kick(std::string_view name) = 0;
  virtual void shut_down() = 0;
  // In process only: so much time passes.
  virtual void pass(std::chrono::seconds /*time*/) {}
};

[[nodiscard]] std::unique_ptr<World> in_process_world();
[[nodiscard]] std::unique_ptr<World> loopback_world();

}  // namespace roost::harness
