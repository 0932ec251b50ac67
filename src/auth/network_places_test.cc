#include "auth/network_places.h"

#include <gtest/gtest.h>

#include <vector>

namespace roost::auth {
namespace {

TEST(NetworkPlaces, OneNetworkHasSoManyAndAnotherItsOwn) {
  NetworkPlaces places;
  std::vector<NetworkPlaces::Place> held;
  for (std::size_t i = 0; i < NetworkPlaces::kPlaces; ++i) {
    auto place = places.enter("192.0.2.1");
    ASSERT_TRUE(place);
    held.push_back(*std::move(place));
  }
  EXPECT_FALSE(places.enter("192.0.2.1"));
  EXPECT_TRUE(places.enter("192.0.2.2"));
  held.pop_back();
  EXPECT_TRUE(places.enter("192.0.2.1"));
}

TEST(NetworkPlaces, LoopbackIsNotCounted) {
  NetworkPlaces places;
  std::vector<NetworkPlaces::Place> held;
  for (std::size_t i = 0; i < 10 * NetworkPlaces::kPlaces; ++i) {
    auto place = places.enter("");
    ASSERT_TRUE(place);
    held.push_back(*std::move(place));
  }
}

}  // namespace
}  // namespace roost::auth
