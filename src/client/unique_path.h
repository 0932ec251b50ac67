// For tests: a path in the folder for temporary files that no other process has, as tests run side
// by side.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace roost::client {

inline std::string unique_path(const std::string& name) {
  return ::testing::TempDir() + name + "." + std::to_string(::getpid());
}

}  // namespace roost::client
