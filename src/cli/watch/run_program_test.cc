#include "cli/watch/run_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "base/temporary_directory.h"

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

TEST_F(RunProgramTest, IsKilledWhenItTakesTooLong) {
  const auto killed = run({"sh", "-c", "sleep 1000; true"}, std::chrono::milliseconds(1));
  ASSERT_FALSE(killed);
  EXPECT_THAT(killed.error().detail, testing::HasSubstr("too long"));
}

}  // namespace
}  // namespace roost::cli
