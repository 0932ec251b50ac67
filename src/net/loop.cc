// Loops and their threads. What a reader would get wrong: a stopped loop still runs until every
// connection that is with a worker has come back, because only the loop may destroy it.
#include "net/loop.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <latch>
#include <string>
#include <utility>

#include "base/check.h"
#include "net/loop_connections.h"

namespace roost::net {

namespace {

thread_local const Loop* running_loop = nullptr;

}  // namespace

Loop::Loop(std::size_t index)
    : index_(index),
      context_(1),
      work_(context_.get_executor()),
      deadlines_(context_),
      connections_(std::make_unique<LoopConnections>(*this)) {}

Loop::~Loop() = default;

bool Loop::in_loop_thread() const { return running_loop == this; }

void Loop::post(Task task) {
  boost::asio::post(context_, [this, task = std::move(task)]() mutable {
    const LoopConnections::Turn turn(*connections_);
    task();
  });
}

void Loop::when_sent(Task task) { connections_->when_sent(std::move(task)); }

void Loop::run() {
  running_loop = this;
  context_.run();
  running_loop = nullptr;
}

void Loop::stop() {
  post([this] { connections_->stop([this] { context_.stop(); }); });
}

Loops::Loops(std::size_t count, FileTables tables) : tables_(tables) {
  std::signal(SIGPIPE, SIG_IGN);
  if (count == 0) count = std::max(1U, std::thread::hardware_concurrency());
  loops_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) loops_.push_back(std::make_unique<Loop>(i));
}

Loops::~Loops() { stop(); }

Result<void> Loops::start() {
  std::atomic<int> error = 0;
  std::latch all_have_their_table(static_cast<std::ptrdiff_t>(loops_.size()));
  for (const auto& loop : loops_) {
    std::thread& thread = threads_.emplace_back([&, &loop = *loop] {
      if (tables_ == FileTables::kOwn && ::unshare(CLONE_FILES) != 0) error = errno;
      all_have_their_table.count_down();
      loop.run();
    });
    ::pthread_setname_np(thread.native_handle(), ("loop-" + std::to_string(loop->index())).c_str());
  }
  all_have_their_table.wait();
  if (error == 0) return {};
  return fail(ErrorCode::kUnavailable, std::string("unshare: ") + std::strerror(error));
}

void Loops::call(Loop& loop, const std::function<void()>& task) {
  if (threads_.empty()) {
    ROOST_CHECK(tables_ == FileTables::kShared);
    return task();
  }
  std::latch done(1);
  loop.post([&] {
    task();
    done.count_down();
  });
  done.wait();
}

void Loops::stop() {
  for (const auto& loop : loops_) loop->stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace roost::net
