#include "base/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace roost::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, CountersAndGauges) {
  Registry registry;
  registry.counter("roost_deliveries_total", "Messages delivered.").add();
  registry.counter("roost_deliveries_total", "Messages delivered.").add(2);
  Gauge& idle = registry.gauge("roost_idle_sessions", "Sessions in IDLE.");
  idle.set(5);
  idle.add(-7);
  EXPECT_EQ(to_text(registry.read()),
            "# HELP roost_deliveries_total Messages delivered.\n"
            "# TYPE roost_deliveries_total counter\n"
            "roost_deliveries_total 3\n"
            "# HELP roost_idle_sessions Sessions in IDLE.\n"
            "# TYPE roost_idle_sessions gauge\n"
            "roost_idle_sessions -2\n");
}

TEST(Metrics, OneMetricPerLabels) {
  Registry registry;
  Counter& fetch = registry.counter("roost_commands_total", "Commands.", {{"command", "FETCH"}});
  Counter& store = registry.counter("roost_commands_total", "Commands.", {{"command", "STORE"}});
  EXPECT_EQ(&fetch, &registry.counter("roost_commands_total", "Commands.", {{"command", "FETCH"}}));
  store.add(4);
  EXPECT_EQ(to_text(registry.read()),
            "# HELP roost_commands_total Commands.\n"
            "# TYPE roost_commands_total counter\n"
            "roost_commands_total{command=\"FETCH\"} 0\n"
            "roost_commands_total{command=\"STORE\"} 4\n");
}

TEST(Metrics, LabelsAndHelpAreEscaped) {
  Registry registry;
  registry.counter("c", "one\ntwo \\", {{"a", "\"\\\n"}, {"b", ""}}).add();
  EXPECT_EQ(to_text(registry.read()),
            "# HELP c one\\ntwo \\\\\n"
            "# TYPE c counter\n"
            "c{a=\"\\\"\\\\\\n\",b=\"\"} 1\n");
}

TEST(Metrics, TheBucketsOfAHistogram) {
  const std::vector<std::uint64_t> first = {1, 2, 3, 4, 6, 8, 12, 16, 24};
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(Histogram::bound(i), first[i]);
  EXPECT_EQ(Histogram::bound(Histogram::kBuckets - 1), std::uint64_t{1} << 26);
}

TEST(Metrics, AHistogramSortsUpToItsBounds) {
  for (std::size_t i = 0; i < Histogram::kBuckets; ++i) {
    Histogram histogram;
    const std::uint64_t lowest = i == 0 ? 0 : Histogram::bound(i - 1) + 1;
    histogram.observe(lowest);
    histogram.observe(Histogram::bound(i));
    const Histogram::Reading reading = histogram.read();
    EXPECT_EQ(reading.buckets[i], 2U) << i;
    EXPECT_EQ(reading.count, 2U);
    EXPECT_EQ(reading.sum, lowest + Histogram::bound(i));
  }
}

TEST(Metrics, WhatIsAboveAllBucketsIsCounted) {
  Histogram histogram;
  const std::uint64_t last = Histogram::bound(Histogram::kBuckets - 1);
  histogram.observe(last);
  histogram.observe(last + 1);
  histogram.observe(~std::uint64_t{0} >> 1);
  EXPECT_EQ(histogram.read().buckets[Histogram::kBuckets - 1], 1U);
  EXPECT_EQ(histogram.read().count, 3U);
}

TEST(Metrics, HistogramText) {
  Registry registry;
  Histogram& time = registry.histogram("roost_commit_seconds", "Time of a commit.",
                                       Unit::kMicrosecondsShownAsSeconds, {{"store", "rocks"}});
  time.observe(3);
  time.observe(1000);
  time.observe(100'000'000);
  const std::string text = to_text(registry.read());
  EXPECT_THAT(text, HasSubstr("# TYPE roost_commit_seconds histogram\n"));
  EXPECT_THAT(text, HasSubstr("roost_commit_seconds_bucket{store=\"rocks\",le=\"2e-06\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("roost_commit_seconds_bucket{store=\"rocks\",le=\"4e-06\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("roost_commit_seconds_bucket{store=\"rocks\",le=\"0.000512\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("roost_commit_seconds_bucket{store=\"rocks\",le=\"0.001024\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("roost_commit_seconds_bucket{store=\"rocks\",le=\"67.108864\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("roost_commit_seconds_bucket{store=\"rocks\",le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("roost_commit_seconds_sum{store=\"rocks\"} 100.001003\n"));
  EXPECT_THAT(text, HasSubstr("roost_commit_seconds_count{store=\"rocks\"} 3\n"));
}

TEST(Metrics, HistogramWithoutLabelsOrUnit) {
  Registry registry;
  registry.histogram("octets", "Sizes.", Unit::kOne).observe(5);
  const std::string text = to_text(registry.read());
  EXPECT_THAT(text, HasSubstr("octets_bucket{le=\"4\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("octets_bucket{le=\"8\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("octets_sum 5\n"));
  EXPECT_THAT(text, Not(HasSubstr("e-")));
}

TEST(Metrics, CountingFromManyThreads) {
  Registry registry;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&registry] {
        Counter& counter = registry.counter("n", "N.");
        Histogram& histogram = registry.histogram("h", "H.", Unit::kOne);
        for (std::uint64_t i = 0; i < 10'000; ++i) {
          counter.add();
          histogram.observe(i);
          if (i % 1000 == 0) {
            EXPECT_FALSE(to_text(registry.read()).empty());
          }
        }
      });
    }
  }
  EXPECT_EQ(registry.counter("n", "N.").value(), 40'000U);
  EXPECT_EQ(registry.histogram("h", "H.", Unit::kOne).read().count, 40'000U);
}

}  // namespace
}  // namespace roost::metrics
