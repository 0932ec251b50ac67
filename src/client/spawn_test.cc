#include "client/spawn.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

#include "net/fd.h"

namespace roost::client {
namespace {

TEST(Spawn, GivesInputAndEnvironment) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  ASSERT_EQ(::pipe2(in.data(), O_CLOEXEC), 0);
  ASSERT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
  const net::Fd in_read(in[0]);
  net::Fd in_write(in[1]);
  const net::Fd out_read(out[0]);
  net::Fd out_write(out[1]);
  const auto pid = spawn({"sh", "-c", "cat; printf %s \"$ROOST_TEST\""},
                         {.input = in_read.get(), .output = out_write.get()}, {"ROOST_TEST=a b"});
  ASSERT_TRUE(pid) << pid.error().detail;
  ASSERT_EQ(::write(in_write.get(), "x ", 2), 2);
  in_write = net::Fd();
  out_write = net::Fd();
  std::string text;
  std::array<char, 64> buffer{};
  for (ssize_t got = 0; (got = ::read(out_read.get(), buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  int status = 0;
  EXPECT_EQ(::waitpid(*pid, &status, 0), *pid);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(text, "x a b");
}

TEST(Spawn, SaysWhatIsNotThere) {
  const auto pid = spawn({"no-such-program-here"}, {.input = 0, .output = 1});
  ASSERT_FALSE(pid);
  EXPECT_EQ(pid.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace roost::client
