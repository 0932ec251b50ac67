// Registers every script as a test, in each world that it can be played in.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "base/log.h"
#include "tests/harness/script.h"
#include "tests/harness/script_runner.h"
#include "tests/harness/world.h"

namespace roost::harness {

namespace {

class ScriptTest : public testing::Test {
 public:
  ScriptTest(Script script, std::unique_ptr<World> (*world)())
      : script_(std::move(script)), world_(world) {}
  void TestBody() override {
    const auto world = world_();
    run(script_, *world);
  }

 private:
  Script script_;
  std::unique_ptr<World> (*world_)();
};

void register_script(const Script& script, const char* mode, std::unique_ptr<World> (*world)()) {
  testing::RegisterTest(
      "script", (script.name + "/" + mode).c_str(), nullptr, nullptr, script.file.c_str(), 1,
      [script, world]() -> testing::Test* { return new ScriptTest(script, world); });
}

std::vector<std::filesystem::path> script_files() {
  std::vector<std::filesystem::path> files;
  const std::filesystem::path tests = std::filesystem::path(ROOST_SOURCE_DIR) / "tests";
  for (const char* folder : {"imap", "rfc"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(tests / folder)) {
      if (entry.path().extension() == ".imap") files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

}  // namespace roost::harness

int main(int argc, char** argv) {
  using namespace roost::harness;
  testing::InitGoogleTest(&argc, argv);
  roost::log::set_level(roost::log::Level::kError);
  for (const auto& file : script_files()) {
    const auto script = read_script(file);
    if (!script) {
      std::cerr << script.error().detail << '\n';
      return 1;
    }
    register_script(*script, "inprocess", in_process_world);
    if (!script->needs_steps()) register_script(*script, "loopback", loopback_world);
  }
  return RUN_ALL_TESTS();
}
