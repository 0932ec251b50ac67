#include "cli/watch/secrets.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/temporary_directory.h"

namespace roost::cli {
namespace {

namespace fs = std::filesystem;

class PasswordFileTest : public ::testing::Test {
 protected:
  Result<std::string> read(std::string_view content, fs::perms permissions = fs::perms(0600)) {
    std::ofstream(file_) << content;
    fs::permissions(file_, permissions);
    return read_password_file(file_);
  }
  const TemporaryDirectory directory_;
  const std::string file_ = directory_ / "password";
};

TEST_F(PasswordFileTest, TheFirstLine) {
  EXPECT_EQ(*read("open sesame\r\nand more\n"), "open sesame");
  EXPECT_EQ(*read("open", fs::perms(0400)), "open");
}

TEST_F(PasswordFileTest, ForNobodyElse) {
  for (const int mode : {0640, 0604, 0620, 0601}) {
    EXPECT_EQ(read("x", fs::perms(mode)).error().code, ErrorCode::kNoPermission) << mode;
  }
}

TEST_F(PasswordFileTest, WhatIsNone) {
  EXPECT_EQ(read("").error().code, ErrorCode::kInvalid);
  EXPECT_EQ(read("\n").error().code, ErrorCode::kInvalid);
  EXPECT_EQ(read_password_file("/nowhere/x").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(read_password_file("/").error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace roost::cli
