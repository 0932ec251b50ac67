#include "cli/watch/health.h"

#include <gtest/gtest.h>

namespace roost::cli {
namespace {

using client::Time;
using std::chrono::seconds;

const Source kOne = {.user = "a", .host = "h"};
const Source kTwo = {.user = "b", .host = "h"};

TEST(Health, BeginsWell) {
  Health health;
  const Time now{std::chrono::hours(1)};
  health.expect(kOne, now);
  EXPECT_TRUE(health.good(now));
  EXPECT_EQ(health.turns_bad(now), now + Health::kGrace);
  EXPECT_FALSE(health.good(now + Health::kGrace));
  EXPECT_EQ(health.turns_bad(now + Health::kGrace), std::nullopt);
}

TEST(Health, AConnectionMayBeLostForAWhile) {
  Health health;
  Time now{std::chrono::hours(1)};
  for (const Source& source : {kOne, kTwo}) {
    health.expect(source, now);
    health.caught_up(source, now);
  }
  now += std::chrono::hours(9);
  EXPECT_TRUE(health.good(now));
  EXPECT_EQ(health.turns_bad(now), std::nullopt);
  health.disconnected(kTwo, "closed", now);
  now += seconds(100);
  health.disconnected(kTwo, "refused", now);
  EXPECT_EQ(health.turns_bad(now), now - seconds(100) + Health::kGrace);
  EXPECT_EQ(health.to_json(now)["accounts"][1],
            admin::Json::parse(R"({"user": "b", "host": "h", "status": "disconnected",
                                   "seconds": 100, "problem": "refused"})"));
  now += Health::kGrace;
  EXPECT_EQ(health.to_json(now)["status"], "trouble");
  health.caught_up(kTwo, now);
  EXPECT_TRUE(health.good(now));
  EXPECT_EQ(health.to_json(now)["status"], "ok");
}

}  // namespace
}  // namespace roost::cli
