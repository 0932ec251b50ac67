#include "store/message_writer.h"

#include <gtest/gtest.h>

#include "store/memory/memory_store.h"
#include "store/test_messages.h"

namespace roost::store {
namespace {

TEST(MessageWriterTest, KeepsTheOctetsAndMakesTheDigest) {
  const auto store = open_memory_store();
  const std::string octets =
      "From: a@example.org\r\nSubject: hello\r\nDate: Wed, 14 Feb 2024 12:00:00 "
      "+0100\r\n\r\nbody\r\n";
  MessageWriter writer(*store);
  for (std::size_t at = 0; at < octets.size(); at += 7) {
    must(writer.append(std::string_view(octets).substr(at, 7)));
  }
  EXPECT_EQ(writer.size(), octets.size());
  const NewMessage received = must(writer.finish());
  EXPECT_EQ(received.digest.blob, received.blob.id());
  EXPECT_EQ(received.digest.size, octets.size());
  EXPECT_NE(received.digest.envelope.find("\"hello\""), std::string::npos);
  EXPECT_EQ(must(store->read_blob(received.blob.id(), 0, 1000)), octets);
}

}  // namespace
}  // namespace roost::store
