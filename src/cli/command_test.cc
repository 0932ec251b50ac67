// The subcommands as a person runs them, on a store in a temporary directory.
#include "cli/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "admin/http_listener.h"
#include "auth/users.h"
#include "base/temporary_directory.h"
#include "cli/check.h"
#include "cli/user.h"
#include "store/memory/memory_store.h"

namespace roost::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Command kCommands[] = {
    {"user", "Manage users", user},
    {"check", "Check the store", check},
};

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

class CommandTest : public testing::Test {
 protected:
  CommandTest() {
    // Or a password would be asked for on the terminal of whoever runs the tests.
    if (std::freopen("/dev/null", "r", stdin) == nullptr) ADD_FAILURE() << "no /dev/null";
  }

  // input: what standard input holds.
  Outcome roost(std::vector<std::string> arguments, const std::string& input = "") {
    std::vector<const char*> argv = {"roost"};
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    std::istringstream in(input);
    std::streambuf* before = std::cin.rdbuf(in.rdbuf());
    std::cin.clear();
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = run(kCommands, static_cast<int>(argv.size()), argv.data());
    std::cin.rdbuf(before);
    return {code, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
  }

  const TemporaryDirectory directory_;
  const std::string data_ = directory_ / "data";
};

TEST_F(CommandTest, HelpIsNoError) {
  const Outcome help = roost({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("First steps"));
  EXPECT_THAT(roost({"user", "import", "--help"}).out, HasSubstr("SHA512-CRYPT"));
  EXPECT_THAT(roost({"--version"}).out, HasSubstr("roost "));
}

TEST_F(CommandTest, AWrongCommandLineIsUsage) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{},
                                                    {"nest"},
                                                    {"user"},
                                                    {"user", "add"},
                                                    {"user", "list", "x"},
                                                    {"user", "del", ""},
                                                    {"check", "--nest"},
                                                    {"check", "--data", ""}}) {
    const Outcome outcome = roost(arguments);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_NE(outcome.err, "");
  }
}

TEST_F(CommandTest, ALifeOfUsersWithoutAServer) {
  EXPECT_EQ(roost({"user", "add", "wren", "--data", data_}, "egg\n").code, 0);
  const Outcome again = roost({"user", "add", "WREN", "--data", data_}, "egg\n");
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.err, HasSubstr("there is a user WREN already"));
  EXPECT_EQ(roost({"user", "passwd", "wren", "--data", data_}, "feather\n").code, 0);
  EXPECT_EQ(roost({"user", "import", "-", "--data", data_}, "rook:{PLAIN}egg\n").code, 0);
  EXPECT_EQ(roost({"user", "list", "--data", data_}).out, "rook\nwren\n");
  EXPECT_EQ(roost({"user", "list", "--json", "--data", data_}).out, "[\"rook\",\"wren\"]\n");
  EXPECT_EQ(roost({"user", "del", "wren", "--data", data_}).code, 0);
  EXPECT_EQ(roost({"user", "del", "wren", "--data", data_}).code, 1);
  EXPECT_EQ(roost({"user", "list", "--data", data_}).out, "rook\n");
}

TEST_F(CommandTest, NoPasswordNoUser) {
  EXPECT_EQ(roost({"user", "add", "wren", "--data", data_}, "\n").code, 1);
  EXPECT_EQ(roost({"user", "add", "wren", "--data", data_}, "").code, 1);
  EXPECT_FALSE(std::filesystem::exists(data_));
}

TEST_F(CommandTest, AMistypedDirectoryIsNoEmptyStore) {
  for (const char* verb : {"list", "del"}) {
    std::vector<std::string> arguments = {"user", verb, "--data", data_};
    if (std::string_view(verb) == "del") arguments.push_back("wren");
    EXPECT_EQ(roost(arguments).code, 1) << verb;
  }
  EXPECT_EQ(roost({"check", "--data", data_}).code, 1);
  EXPECT_FALSE(std::filesystem::exists(data_));
  // Nor is one that is there and holds something else.
  EXPECT_EQ(roost({"check", "--data", directory_.path().string()}).code, 1);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "db"));
}

TEST_F(CommandTest, ImportNamesFileAndLine) {
  const std::string file = (directory_ / "users").string();
  std::ofstream(file) << "wren:{PLAIN}egg\nrook:{NEST}egg\n";
  const Outcome outcome = roost({"user", "import", file, "--data", data_});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr(file + ": line 2: unknown password scheme {NEST}"));
  EXPECT_EQ(roost({"user", "import", file + "x", "--data", data_}).code, 1);
}

TEST_F(CommandTest, TheConfigurationSaysWhereAndTheFlagWins) {
  const std::string file = (directory_ / "roost.toml").string();
  std::ofstream(file) << "data = \"" << data_ << "\"\n";
  EXPECT_EQ(roost({"user", "add", "wren", "--config", file}, "egg\n").code, 0);
  EXPECT_EQ(roost({"user", "list", "--data", data_}).out, "wren\n");
  EXPECT_EQ(roost({"user", "list", "--config", file, "--data", data_ + "x"}).code, 1);
  EXPECT_EQ(roost({"user", "list", "--config", file + "x"}).code, 1);
}

TEST_F(CommandTest, CheckReports) {
  ASSERT_EQ(roost({"user", "add", "wren", "--data", data_}, "egg\n").code, 0);
  const Outcome text = roost({"check", "--data", data_});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_EQ(text.out, "1 accounts, 6 mailboxes, 0 messages, 0 blobs: 0 problems\n");
  EXPECT_THAT(roost({"check", "--json", "--data", data_}).out, HasSubstr("\"problems\":[]"));
}

class NoConnections final : public admin::LiveConnections {
 public:
  Result<std::vector<admin::ConnectionInfo>> list() override {
    return std::vector<admin::ConnectionInfo>();
  }
  Result<std::size_t> kick(const admin::KickFilter& /*filter*/) override { return 0; }
};

TEST_F(CommandTest, ARunningServerIsAsked) {
  std::filesystem::create_directory(data_);
  const auto store = store::open_memory_store();
  auth::StoreUsers users(*store);
  NoConnections connections;
  const metrics::Registry metrics;
  admin::Api api(*store, users, connections, metrics);
  net::Workers workers(1);
  net::Loops loops(1);
  auto listener = admin::listen_for_owner(loops, workers, api, data_);
  ASSERT_TRUE(listener);
  loops.start();

  EXPECT_EQ(roost({"user", "add", "wren", "--data", data_}, "egg\n").code, 0);
  EXPECT_THAT(users.names().value(), ElementsAre("wren"));
  EXPECT_EQ(roost({"user", "list", "--data", data_}).out, "wren\n");
  const Outcome refused = roost({"check", "--data", data_});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("a server runs on"));

  listener->reset();
  loops.stop();
}

}  // namespace
}  // namespace roost::cli
