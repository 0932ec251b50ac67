#include "base/local_zone.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <optional>
#include <string>

namespace roost {
namespace {

// The process's zone, for one test.
class LocalZone : public testing::Test {
 protected:
  LocalZone() {
    if (const char* zone = std::getenv("TZ")) before_ = zone;
  }
  ~LocalZone() override {
    if (before_) {
      set(before_->c_str());
    } else {
      unsetenv("TZ");
      tzset();
    }
  }
  static void set(const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
  }

 private:
  std::optional<std::string> before_;
};

constexpr std::int64_t kWinter = 1'705'320'000;  // 2024-01-15
constexpr std::int64_t kSummer = 1'721'044'800;  // 2024-07-15

TEST_F(LocalZone, IsEastOfUtc) {
  set("XXX-5:30");
  EXPECT_EQ(local_zone_minutes(kWinter), 330);
  set("XXX3:30");
  EXPECT_EQ(local_zone_minutes(kWinter), -210);
  set("UTC0");
  EXPECT_EQ(local_zone_minutes(kWinter), 0);
}

TEST_F(LocalZone, KnowsSummerTime) {
  set("CET-1CEST,M3.5.0,M10.5.0/3");
  EXPECT_EQ(local_zone_minutes(kWinter), 60);
  EXPECT_EQ(local_zone_minutes(kSummer), 120);
}

TEST_F(LocalZone, IsUtcWhereThereIsNoSuchYear) {
  set("XXX-5:30");
  EXPECT_EQ(local_zone_minutes(std::numeric_limits<std::int64_t>::max()), 0);
}

}  // namespace
}  // namespace roost
