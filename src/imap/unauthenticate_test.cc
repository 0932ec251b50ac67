// UNAUTHENTICATE (RFC 8437) and what stands outside of the connection: limits and configuration.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "imap/in_process_server.h"

namespace roost::imap {
namespace {

std::string say(InProcessServer& server, FakeConnection& connection, std::string_view octets) {
  connection.feed(octets);
  server.settle();
  return connection.take_output();
}

constexpr std::string_view kDone = "b OK UNAUTHENTICATE completed\r\n";

TEST(Unauthenticate, GivesItsPlaceAmongTheUsersConnectionsBack) {
  InProcessServer server({}, 1, {.per_user = 1});
  server.add_account("alice");
  FakeConnection& first = server.connect();
  EXPECT_TRUE(say(server, first, "a LOGIN alice secret\r\n").contains("a OK"));
  FakeConnection& second = server.connect();
  EXPECT_TRUE(say(server, second, "a LOGIN alice secret\r\n").contains("a NO [LIMIT]"));
  EXPECT_EQ(say(server, first, "b UNAUTHENTICATE\r\n"), kDone);
  FakeConnection& third = server.connect();
  EXPECT_TRUE(say(server, third, "a LOGIN alice secret\r\n").contains("a OK"));
}

// What it takes instead is counted, too: whoever has one account must not get around that limit.
TEST(Unauthenticate, TakesAPlaceAmongStrangersOrEndsTheConnection) {
  InProcessServer server({}, 1, {.unauthenticated_per_address = 1});
  server.add_account("alice");
  FakeConnection& first = server.connect();
  EXPECT_TRUE(say(server, first, "a LOGIN alice secret\r\n").contains("a OK"));
  FakeConnection& second = server.connect();
  EXPECT_TRUE(say(server, second, "").starts_with("* OK"));
  const std::string heard = say(server, first, "b UNAUTHENTICATE\r\nc LOGIN alice secret\r\n");
  EXPECT_TRUE(heard.starts_with("* BYE [LIMIT] ")) << heard;
  EXPECT_EQ(heard.find("\r\n"), heard.size() - 2) << heard;  // and nothing else
  EXPECT_TRUE(first.closed());
  EXPECT_TRUE(say(server, second, "a LOGIN alice secret\r\n").contains("a OK"));
  EXPECT_EQ(say(server, second, "b UNAUTHENTICATE\r\n"), kDone);
  FakeConnection& third = server.connect();
  EXPECT_TRUE(say(server, third, "").starts_with("* BYE [LIMIT]"));
}

TEST(Unauthenticate, CanBeSwitchedOff) {
  InProcessServer server({.unauthenticate = false});
  server.add_account("alice");
  FakeConnection& connection = server.connect();
  const std::string login = say(server, connection, "a LOGIN alice secret\r\n");
  EXPECT_TRUE(login.contains("a OK"));
  EXPECT_FALSE(login.contains("UNAUTHENTICATE"));
  EXPECT_TRUE(say(server, connection, "b UNAUTHENTICATE\r\n").starts_with("b BAD "));
  EXPECT_TRUE(say(server, connection, "c SELECT INBOX\r\n").contains("c OK"));
}

TEST(Unauthenticate, IsNobodysSessionForAdministrators) {
  InProcessServer server;
  server.add_account("alice");
  FakeConnection& connection = server.connect();
  EXPECT_TRUE(say(server, connection, "a LOGIN alice secret\r\n").contains("a OK"));
  EXPECT_EQ(say(server, connection, "b UNAUTHENTICATE\r\n"), kDone);
  EXPECT_EQ(dynamic_cast<Conversation*>(connection.handler())->describe({}).account, "");
  const auto alice = server.store->find_account("alice");
  EXPECT_TRUE(server.store->set_password_hash(alice->id, "another"));
  EXPECT_EQ(say(server, connection, ""), "");
  EXPECT_FALSE(connection.closed());
}

// Errors are counted in a row, and before login few are enough: those of the old state are not.
TEST(Unauthenticate, ForgetsErrors) {
  InProcessServer server;
  server.add_account("alice");
  FakeConnection& connection = server.connect();
  EXPECT_TRUE(say(server, connection, "a LOGIN alice secret\r\n").contains("a OK"));
  for (int i = 0; i < 10; ++i) (void)say(server, connection, "x BOGUS\r\n");
  EXPECT_EQ(say(server, connection, "b UNAUTHENTICATE\r\n"), kDone);
  EXPECT_TRUE(say(server, connection, "c BOGUS\r\n").starts_with("c BAD"));
  EXPECT_FALSE(connection.closed());
}

}  // namespace
}  // namespace roost::imap
