#include "cli/watch/run_program.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "base/temporary_directory.h"
#include "net/fd.h"

namespace roost::cli {
namespace {

class RunProgramTest : public ::testing::Test {
 protected:
  Result<void> run(std::vector<std::string> arguments, client::Duration timeout = kProgramTimeout) {
    const auto action = run_program(context_, std::move(arguments), timeout);
    std::optional<Result<void>> result;
    action->start(batch_, [&](Result<void> how) { result = std::move(how); });
    EXPECT_FALSE(result) << "from within";
    context_.restart();
    context_.run();
    return result.value_or(fail(ErrorCode::kInternal, "never ended"));
  }
  [[nodiscard]] std::string written() const {
    std::ifstream stream(file_);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  const TemporaryDirectory directory_;
  const std::string file_ = directory_ / "output";
  boost::asio::io_context context_;
  Batch batch_{.source = {.user = "u", .host = "h"},
               .mailbox = "a; rm -rf $HOME",
               .events = {{.mailbox = "a; rm -rf $HOME", .uid = mail::Uid(3)}}};
};

TEST_F(RunProgramTest, GivesTheEvents) {
  const auto done =
      run({"sh", "-c", "{ cat; printf '%s %s' \"$ROOST_MAILBOX\" \"$ROOST_NEW\"; } >\"$1\"", "sh",
           file_});
  EXPECT_TRUE(done) << done.error().detail;
  EXPECT_EQ(written(), json_lines_of(batch_) + "a; rm -rf $HOME 3");
}

TEST_F(RunProgramTest, NeedsNoReader) {
  batch_.events.resize(5'000, batch_.events.front());
  EXPECT_TRUE(run({"true"}));
}

TEST_F(RunProgramTest, SaysHowItFailed) {
  EXPECT_THAT(run({"sh", "-c", "exit 3"}).error().detail, testing::HasSubstr("exit code 3"));
  EXPECT_THAT(run({"sh", "-c", "kill -9 $$"}).error().detail, testing::HasSubstr("signal 9"));
  EXPECT_EQ(run({"no-such-program-here"}).error().code, ErrorCode::kNotFound);
}

// Whoever started us may have ignored SIGCHLD, or somebody else here waits for all children.
TEST_F(RunProgramTest, KnowsHowItEnded) {
  const auto before = ::signal(SIGCHLD, SIG_IGN);
  EXPECT_TRUE(run({"true"}));
  (void)::signal(SIGCHLD, SIG_IGN);
  EXPECT_THAT(run({"sh", "-c", "exit 3"}).error().detail, testing::HasSubstr("exit code 3"));
  struct sigaction nobody_asks{};
  nobody_asks.sa_flags = SA_NOCLDWAIT;
  ::sigaction(SIGCHLD, &nobody_asks, nullptr);
  EXPECT_THAT(run({"true"}).error().detail, testing::HasSubstr("true: No "));  // child, or process
  (void)::signal(SIGCHLD, before);
}

TEST_F(RunProgramTest, WithoutDescriptorsItSaysSo) {
  EXPECT_TRUE(run({"true"}));  // Asio takes its own
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit few{.rlim_cur = 64, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  std::vector<net::Fd> all;
  do {
    all.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  } while (all.back().is_open());
  ASSERT_GE(all.size(), 3U);
  all.resize(all.size() - 3);  // left: one for the events, one for the time limit, none to wait by
  EXPECT_EQ(run({"true"}).error().detail, "true: Too many open files");
  EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST_F(RunProgramTest, IsKilledWhenItTakesTooLong) {
  const auto killed = run({"sh", "-c", "sleep 1000; true"}, std::chrono::milliseconds(1));
  ASSERT_FALSE(killed);
  EXPECT_THAT(killed.error().detail, testing::HasSubstr("too long"));
}

}  // namespace
}  // namespace roost::cli
