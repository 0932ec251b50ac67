// Loop: one thread, one Asio io_context. Everything on a Loop happens in turn and must not block.
// Workers: the bounded pool for what blocks. A session is owned by one loop or one worker, never
// two (the baton rule, docs/architecture.md): Connection::offload passes it over and back.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "net/deadline.h"

namespace roost::net {

class LoopConnections;

class Loop {
 public:
  explicit Loop(std::size_t index);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  [[nodiscard]] std::size_t index() const { return index_; }
  [[nodiscard]] boost::asio::io_context& context() { return context_; }
  [[nodiscard]] Deadlines& deadlines() { return deadlines_; }
  [[nodiscard]] LoopConnections& connections() { return *connections_; }
  [[nodiscard]] bool in_loop_thread() const;

  // Any thread. Runs task on the loop, later, in the order of posting from one thread. What the
  // task writes to connections of this loop goes to their sockets when it returns.
  void post(Task task);
  // The loop's thread, in a task that was posted. Runs task when what was written up to the end of
  // the posted one has gone to the sockets, as far as they took it.
  void when_sent(Task task);

  // Runs until stop, on the calling thread.
  void run();
  // Any thread. Closes the loop's connections; run returns when the last one has come back from the
  // worker that had it.
  void stop();

 private:
  const std::size_t index_;
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  Deadlines deadlines_;
  std::unique_ptr<LoopConnections> connections_;
};

// The table of open files that a loop's connections are in. kOwn: one for each loop, so that the
// limit of open files (RLIMIT_NOFILE), which the kernel counts in each table, holds for each loop,
// and loops do not wait for each other's lock on a common one. What is open when the loops are
// started is in all tables; what is opened later, only in that of the thread that did it.
enum class FileTables : std::uint8_t { kShared, kOwn };

// The loops of the server, each with its thread. The constructor makes the process ignore SIGPIPE:
// OpenSSL writes to sockets without MSG_NOSIGNAL.
class Loops {
 public:
  explicit Loops(std::size_t count, FileTables tables = FileTables::kShared);  // 0: one per core
  ~Loops();                                                                    // stops and joins

  [[nodiscard]] std::size_t size() const { return loops_.size(); }
  [[nodiscard]] Loop& operator[](std::size_t i) { return *loops_[i]; }
  [[nodiscard]] FileTables tables() const { return tables_; }
  // Returns when each loop has its table. kUnavailable: the system does not let it have one.
  Result<void> start();
  void stop();  // any thread but a loop's; joins

  // Runs task on that loop, so with its table of files, and waits for its end; while the loops do
  // not run, here, which kOwn forbids. From the thread that starts and stops them.
  void call(Loop& loop, const std::function<void()>& task);

 private:
  const FileTables tables_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<std::thread> threads_;
};

class Workers {
 public:
  explicit Workers(std::size_t count);  // 0: the default, 64
  ~Workers();                           // runs what was posted, then joins

  // Any thread. First come, first served. An exception that a library throws out of task ends the
  // process with its message: whoever posts catches what he can answer for.
  void post(Task task);

 private:
  class Queue;
  std::unique_ptr<Queue> queue_;
  std::vector<std::thread> threads_;
};

}  // namespace roost::net
