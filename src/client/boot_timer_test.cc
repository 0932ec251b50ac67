#include "client/boot_timer.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <optional>

namespace roost::client {
namespace {

// The parameter: no descriptor is left when it is made.
class BootTimerTest : public ::testing::TestWithParam<bool> {
 protected:
  BootTimerTest() {
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, GetParam() ? &none : &before), 0);
    timer_.emplace(context_.get_executor(), [this] {
      ++due_;
      if (then_) then_();
    });
    ::setrlimit(RLIMIT_NOFILE, &before);
  }
  static Time in(int milliseconds) {
    return BootClock::now() + std::chrono::milliseconds(milliseconds);
  }

  boost::asio::io_context context_;
  boost::asio::steady_timer first_{context_};  // for which the context opens what it needs itself
  std::optional<BootTimer> timer_;
  int due_ = 0;
  std::function<void()> then_;
};

TEST_P(BootTimerTest, IsDueOnce) {
  const Time at = in(20);
  timer_->set(at);
  context_.run();
  EXPECT_EQ(due_, 1);
  EXPECT_GE(BootClock::now(), at);
}

TEST_P(BootTimerTest, IsDueAtOnceIfThatIsPast) {
  timer_->set(Time());
  context_.run();
  EXPECT_EQ(due_, 1);
}

TEST_P(BootTimerTest, OnlyTheLastTimeCounts) {
  timer_->set(in(0));
  timer_->set(in(3'600'000));
  timer_->set(in(20));
  context_.run();
  EXPECT_EQ(due_, 1);
}

TEST_P(BootTimerTest, CanBeSetAgainWhenDue) {
  then_ = [this] {
    if (due_ < 3) timer_->set(in(1));
  };
  timer_->set(in(1));
  context_.run();
  EXPECT_EQ(due_, 3);
}

TEST_P(BootTimerTest, IsNotDueAfterACancel) {
  timer_->set(in(0));
  timer_->cancel();
  context_.run();
  EXPECT_EQ(due_, 0);
}

TEST_P(BootTimerTest, NothingIsWaitedForAfterACancel) {
  timer_->set(in(3'600'000));
  timer_->cancel();
  context_.run();
}

TEST_P(BootTimerTest, NothingIsWaitedForWithoutIt) {
  timer_->set(in(3'600'000));
  timer_.reset();
  context_.run();
}

TEST_P(BootTimerTest, MayBeDestroyedWhenDue) {
  then_ = [this] { timer_.reset(); };
  timer_->set(in(0));
  context_.run();
  EXPECT_EQ(due_, 1);
}

INSTANTIATE_TEST_SUITE_P(Descriptors, BootTimerTest, ::testing::Bool(),
                         [](const auto& one) { return one.param ? "NoneLeft" : "Left"; });

}  // namespace
}  // namespace roost::client
