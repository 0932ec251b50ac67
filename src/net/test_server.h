// A server for the tests of this folder: two loops, two workers, a listener, and a handler whose
// calls the test fills in. Only *_test.cc files include it.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "net/connection.h"
#include "net/listener.h"
#include "net/loop.h"

namespace roost::net {

// Something that happens once, with a value. get() waits for it, 10 seconds at most.
template <typename T>
class Event {
 public:
  void set(T value) { promise_.set_value(std::move(value)); }
  [[nodiscard]] T get() {
    if (future_.wait_for(std::chrono::seconds{10}) != std::future_status::ready) {
      ADD_FAILURE() << "the event did not come";
      return T{};
    }
    return future_.get();
  }

 private:
  std::promise<T> promise_;
  std::future<T> future_ = promise_.get_future();
};

// What the connections of a test do. Filled in before the server starts; shared by all handlers.
struct Script {
  std::function<void(Connection&)> on_open = [](Connection&) {};
  std::function<void(Connection&)> on_input = [](Connection& connection) {
    connection.write(std::string(connection.input()));  // an echo
    connection.consume(connection.input().size());
    if (connection.input_ended()) connection.close();
  };
  std::function<void(Connection&)> on_drained = [](Connection&) {};
  std::function<void(Connection&)> on_tls = [](Connection&) {};
  std::function<void(Connection&)> on_shutdown = [](Connection& connection) { connection.close(); };
  std::function<void(Connection&, CloseReason)> on_closed = [](Connection&, CloseReason) {};
  std::function<void()> on_destroyed = [] {};
};

class ScriptedHandler final : public ConnectionHandler {
 public:
  explicit ScriptedHandler(Script& script) : script_(script) {}
  ~ScriptedHandler() override { script_.on_destroyed(); }
  void on_open(Connection& connection) override { script_.on_open(connection); }
  void on_input(Connection& connection) override { script_.on_input(connection); }
  void on_drained(Connection& connection) override { script_.on_drained(connection); }
  void on_tls(Connection& connection) override { script_.on_tls(connection); }
  void on_shutdown(Connection& connection) override { script_.on_shutdown(connection); }
  void on_closed(Connection& connection, CloseReason reason) override {
    script_.on_closed(connection, reason);
  }

 private:
  Script& script_;
};

class TestServer {
 public:
  explicit TestServer(Script& script, ListenerOptions options = {}) {
    if (options.address.empty()) options.address = "127.0.0.1:0";
    options.handlers = [&script](Loop&, const Peer&) {
      return std::make_unique<ScriptedHandler>(script);
    };
    auto opened = Listener::open(loops, std::move(options));
    if (!opened) {
      ADD_FAILURE() << opened.error().detail;
      return;
    }
    listener = std::move(*opened);
    loops.start();
  }

  [[nodiscard]] const std::string& address() const { return listener->address(); }

  // Runs visit for the only connection, on its loop.
  void visit(std::function<void(Connection&)> visit) {
    Connections::for_each(loops,
                          [visit = std::move(visit)](Connection& connection, ConnectionHandler&) {
                            visit(connection);
                          });
  }

  Loops loops{2};
  Workers workers{2};
  std::unique_ptr<Listener> listener;
};

}  // namespace roost::net
