#include "base/text_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/temporary_directory.h"

namespace roost {
namespace {

TEST(TextFile, IsReadWhole) {
  const TemporaryDirectory directory;
  const auto file = directory / "text";
  for (const std::string& content :
       {std::string(), std::string("a\0\r\n", 4), std::string(100'000, 'x')}) {
    std::ofstream(file, std::ios::binary) << content;
    EXPECT_EQ(read_text_file(file).value(), content);
  }
  std::filesystem::remove(file);
  EXPECT_EQ(read_text_file(file).error().code, ErrorCode::kNotFound);
}

TEST(TextFile, AFolderIsNone) {
  EXPECT_EQ(read_text_file(std::filesystem::temp_directory_path()).error().code,
            ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace roost
