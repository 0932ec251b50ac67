#include "client/secret_command.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>

#include <atomic>
#include <thread>

#include "net/fd.h"

namespace roost::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kLong{60};

ErrorCode error(const std::vector<std::string>& arguments, milliseconds timeout = kLong) {
  const auto secret = run_secret_command(arguments, timeout);
  EXPECT_FALSE(secret.has_value());
  return secret ? ErrorCode::kInternal : secret.error().code;
}

TEST(SecretCommand, GivesTheFirstLine) {
  EXPECT_EQ(run_secret_command({"printf", "secret word\r\nmore\n"}, kLong).value().view(),
            "secret word");
  EXPECT_EQ(run_secret_command({"printf", "%s", "$HOME; x"}, kLong).value().view(), "$HOME; x");
  EXPECT_EQ(run_secret_command({"/bin/sh", "-c", "cat; echo x"}, kLong).value().view(), "x");
}

TEST(SecretCommand, Fails) {
  EXPECT_EQ(error({"no-such-program-here"}), ErrorCode::kNotFound);
  EXPECT_EQ(error({"false"}), ErrorCode::kUnavailable);
  EXPECT_EQ(error({"/bin/sh", "-c", "echo secret; exit 3"}), ErrorCode::kUnavailable);
  EXPECT_EQ(error({"/bin/sh", "-c", "echo secret; kill -9 $$"}), ErrorCode::kUnavailable);
  EXPECT_EQ(error({"true"}), ErrorCode::kInvalid);
  EXPECT_EQ(error({"head", "-c", "70000", "/dev/zero"}), ErrorCode::kInvalid);
}

// Whoever started us may have ignored SIGCHLD, or somebody else here waits for all children.
TEST(SecretCommand, KnowsHowItEnded) {
  const auto before = ::signal(SIGCHLD, SIG_IGN);
  EXPECT_EQ(error({"/bin/sh", "-c", "echo secret; exit 3"}), ErrorCode::kUnavailable);
  (void)::signal(SIGCHLD, SIG_IGN);
  EXPECT_EQ(run_secret_command({"echo", "x"}, kLong).value_or("").view(), "x");
  struct sigaction nobody_asks{};
  nobody_asks.sa_flags = SA_NOCLDWAIT;
  ::sigaction(SIGCHLD, &nobody_asks, nullptr);
  EXPECT_EQ(error({"echo", "x"}), ErrorCode::kUnavailable);
  (void)::signal(SIGCHLD, before);
}

TEST(SecretCommand, IgnoresAndBlocksNoSignalsOfOurs) {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  sigset_t blocked;
  sigset_t mask;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &mask);
  EXPECT_EQ(error({"/bin/sh", "-c", "kill -PIPE $$; echo alive"}), ErrorCode::kUnavailable);
  EXPECT_EQ(error({"/bin/sh", "-c", "kill -USR1 $$; echo alive"}), ErrorCode::kUnavailable);
  ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  ::signal(SIGPIPE, before);
}

// The signals keep coming while it runs, and cut each wait short.
TEST(SecretCommand, SignalsDoNotDisturbIt) {
  struct sigaction tell{};
  struct sigaction before{};
  tell.sa_handler = [](int) {};  // no SA_RESTART
  ::sigaction(SIGUSR2, &tell, &before);
  std::atomic<bool> done = false;
  std::jthread disturber([&done, target = ::pthread_self()] {
    while (!done) {
      ::pthread_kill(target, SIGUSR2);
      std::this_thread::yield();
    }
  });
  const auto secret = run_secret_command({"/bin/sh", "-c",
                                          "for i in 1 2 3; do /bin/true; done; echo x; exec >&-; "
                                          "/bin/true"},
                                         kLong);
  EXPECT_EQ(error({"/bin/sh", "-c", "exec sleep 1000"}, milliseconds(20)), ErrorCode::kUnavailable);
  done = true;
  disturber.join();
  ::sigaction(SIGUSR2, &before, nullptr);
  EXPECT_EQ(secret.value_or("").view(), "x");
}

TEST(SecretCommand, IsKilledWhenItTakesTooLong) {
  EXPECT_EQ(error({"sleep", "1000"}, milliseconds(20)), ErrorCode::kUnavailable);
  EXPECT_EQ(error({"/bin/sh", "-c", "exec >&-; sleep 1000"}, milliseconds(20)),
            ErrorCode::kUnavailable);
}

TEST(SecretCommand, IsKilledWhenNobodyWaitsForIt) {
  for (const char* script : {"exec sleep 1000", "exec >&-; sleep 1000"}) {
    const net::Fd nobody_waits(::eventfd(1, EFD_CLOEXEC));
    const auto secret =
        run_secret_command({"/bin/sh", "-c", script}, std::chrono::hours(1), nobody_waits.get());
    ASSERT_FALSE(secret.has_value());
    EXPECT_EQ(secret.error().code, ErrorCode::kUnavailable);
  }
}

}  // namespace
}  // namespace roost::client
