// The output queue, against a plain string of what is left.
#include "net/output_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace roost::net {
namespace {

std::string described(const OutputQueue& queue, std::size_t pieces) {
  std::vector<iovec> vectors(pieces);
  std::string octets;
  const std::size_t used = queue.describe(vectors);
  for (std::size_t i = 0; i < used; ++i) {
    octets.append(static_cast<const char*>(vectors[i].iov_base), vectors[i].iov_len);
  }
  return octets;
}

TEST(OutputQueueTest, KeepsTheOrderOfOwnedAndSharedOctets) {
  OutputQueue queue;
  queue.append("one ");
  queue.append(std::make_shared<const std::string>("two "));
  queue.append("three");
  EXPECT_EQ(queue.size(), 13U);
  EXPECT_EQ(described(queue, 8), "one two three");
  EXPECT_EQ(described(queue, 2), "one two ");
  queue.consume(5);
  EXPECT_EQ(described(queue, 8), "wo three");
}

TEST(OutputQueueTest, SharedOctetsAreNotCopied) {
  OutputQueue queue;
  const auto shared = std::make_shared<const std::string>("* 1 EXISTS\r\n");
  queue.append(shared);
  std::array<char, 64> scratch;
  EXPECT_EQ(queue.front(scratch).data(), shared->data());
  EXPECT_EQ(shared.use_count(), 2);
  queue.consume(shared->size());
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(OutputQueueTest, SmallOwnedChunksAreJoined) {
  OutputQueue queue;
  for (int i = 0; i < 100; ++i) queue.append("* OK\r\n");
  std::array<iovec, 100> pieces;
  EXPECT_EQ(queue.describe(pieces), 1U);
}

TEST(OutputQueueTest, FrontGathersUpToItsScratch) {
  OutputQueue queue;
  queue.append(std::make_shared<const std::string>("abc"));
  queue.append(std::make_shared<const std::string>("defghi"));
  std::array<char, 5> scratch;
  EXPECT_EQ(queue.front(scratch), "abcde");
  queue.consume(4);
  EXPECT_EQ(queue.front(scratch), "efghi");
}

TEST(OutputQueueTest, EqualsAStringUnderRandomUse) {
  std::mt19937 random(7);
  OutputQueue queue;
  std::string left;
  for (int step = 0; step < 3000; ++step) {
    std::string octets(random() % 600, static_cast<char>('a' + step % 26));
    if (random() % 2 == 0) {
      left += octets;
      queue.append(octets);
    } else if (random() % 2 == 0) {
      left += octets;
      queue.append(std::make_shared<const std::string>(octets));
    }
    const std::size_t consumed = std::min<std::size_t>(random() % 700, left.size());
    std::array<char, 1000> scratch;
    ASSERT_EQ(queue.front(scratch), left.substr(0, 1000).substr(0, queue.front(scratch).size()));
    queue.consume(consumed);
    left.erase(0, consumed);
    ASSERT_EQ(queue.size(), left.size());
    ASSERT_EQ(described(queue, 2000), left);
  }
}

}  // namespace
}  // namespace roost::net
