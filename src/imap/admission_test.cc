// Who gets a conversation and who does not.
#include "imap/admission.h"

#include <gtest/gtest.h>

#include "imap/fake_connection.h"
#include "imap/in_process_server.h"

namespace roost::imap {
namespace {

constexpr const char* kRefused =
    "* BYE [LIMIT] Too many connections from 192.0.2.1 on which nobody has logged in (2)\r\n";

TEST(Admission, ACrowdOfStrangersIsRefusedAndNobodyElseIs) {
  InProcessServer server({}, 1, {.unauthenticated_per_address = 2});
  server.add_account("alice");
  const FakeConnection::Peer stranger{.address = "192.0.2.1", .loopback = false, .tls = true};
  const auto comes = [&](const FakeConnection::Peer& from) {
    net::Loop& loop = server.next_loop();
    auto handler = admit(server.server, loop, {from.address, from.loopback}, Security::kPlain);
    FakeConnection& connection = server.attach(loop, std::move(handler), from);
    server.settle();
    return &connection;
  };
  FakeConnection* const first = comes(stranger);
  EXPECT_TRUE(first->take_output().starts_with("* OK"));
  EXPECT_TRUE(comes(stranger)->take_output().starts_with("* OK"));
  FakeConnection* const third = comes(stranger);
  EXPECT_EQ(third->take_output(), kRefused);
  EXPECT_TRUE(third->closed());
  EXPECT_EQ(server.server.metrics.refused.value(), 1U);
  EXPECT_EQ(admit(server.server, server.next_loop(), {"192.0.2.1", false}, Security::kTls),
            nullptr);
  EXPECT_TRUE(comes({.address = "192.0.2.2"})->take_output().starts_with("* OK"));

  // Who has logged in is a stranger no more, and who is gone has gone.
  first->feed("a LOGIN alice secret\r\n");
  server.settle();
  EXPECT_TRUE(first->take_output().starts_with("a OK"));
  FakeConnection* const fourth = comes(stranger);
  EXPECT_TRUE(fourth->take_output().starts_with("* OK"));
  fourth->lose();
  server.settle();
  EXPECT_TRUE(comes(stranger)->take_output().starts_with("* OK"));
  EXPECT_EQ(comes(stranger)->take_output(), kRefused);
}

}  // namespace
}  // namespace roost::imap
