#include "client/spawn.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "net/fd.h"

namespace roost::client {
namespace {

// What the program writes.
std::string output_of(const std::vector<std::string>& arguments, std::string_view input,
                      const std::vector<std::string>& environment = {}) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  EXPECT_EQ(::pipe2(in.data(), O_CLOEXEC), 0);
  EXPECT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
  const net::Fd in_read(in[0]);
  net::Fd in_write(in[1]);
  const net::Fd out_read(out[0]);
  net::Fd out_write(out[1]);
  const auto pid =
      spawn(arguments, {.input = in_read.get(), .output = out_write.get()}, environment);
  EXPECT_TRUE(pid) << pid.error().detail;
  EXPECT_EQ(::write(in_write.get(), input.data(), input.size()),
            static_cast<ssize_t>(input.size()));
  in_write = net::Fd();
  out_write = net::Fd();
  std::string text;
  std::array<char, 64> buffer{};
  for (ssize_t got = 0; (got = ::read(out_read.get(), buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  int status = 0;
  EXPECT_EQ(::waitpid(pid.value_or(-1), &status, 0), pid.value_or(-1));
  EXPECT_EQ(status, 0);
  return text;
}

TEST(Spawn, GivesInputAndEnvironment) {
  EXPECT_EQ(output_of({"sh", "-c", "cat; printf %s \"$ROOST_TEST\""}, "x ", {"ROOST_TEST=a b"}),
            "x a b");
}

TEST(Spawn, GivesNoOtherDescriptors) {
  const net::Fd ours(::socket(AF_INET, SOCK_STREAM, 0));  // as Asio opens them
  ASSERT_TRUE(ours.is_open());
  EXPECT_EQ(output_of({"ls", "/proc/self/fd"}, ""), "0\n1\n2\n3\n");  // 3 is the directory
}

TEST(Spawn, SaysWhatIsNotThere) {
  const auto pid = spawn({"no-such-program-here"}, {.input = 0, .output = 1});
  ASSERT_FALSE(pid);
  EXPECT_EQ(pid.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace roost::client
