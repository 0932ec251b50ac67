#include "client/secret_command.h"

#include <gtest/gtest.h>

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
  EXPECT_EQ(run_secret_command({"printf", "secret word\r\nmore\n"}, kLong).value(), "secret word");
  EXPECT_EQ(run_secret_command({"printf", "%s", "$HOME; x"}, kLong).value(), "$HOME; x");
  EXPECT_EQ(run_secret_command({"/bin/sh", "-c", "cat; echo x"}, kLong).value(), "x");
}

TEST(SecretCommand, Fails) {
  EXPECT_EQ(error({"no-such-program-here"}), ErrorCode::kNotFound);
  EXPECT_EQ(error({"false"}), ErrorCode::kUnavailable);
  EXPECT_EQ(error({"/bin/sh", "-c", "echo secret; exit 3"}), ErrorCode::kUnavailable);
  EXPECT_EQ(error({"/bin/sh", "-c", "echo secret; kill -9 $$"}), ErrorCode::kUnavailable);
  EXPECT_EQ(error({"true"}), ErrorCode::kInvalid);
  EXPECT_EQ(error({"head", "-c", "70000", "/dev/zero"}), ErrorCode::kInvalid);
}

TEST(SecretCommand, IsKilledWhenItTakesTooLong) {
  EXPECT_EQ(error({"sleep", "1000"}, milliseconds(20)), ErrorCode::kUnavailable);
  EXPECT_EQ(error({"/bin/sh", "-c", "exec >&-; sleep 1000"}, milliseconds(20)),
            ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace roost::client
