// For tests of what no script can say: a client of "alice", who has logged in.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "imap/in_process_server.h"

namespace roost::imap {

class LoggedInTest : public testing::Test {
 protected:
  explicit LoggedInTest(ServerOptions options = {}) : server_(options) {
    server_.add_account("alice");
    connection_ = &server_.connect();
    EXPECT_TRUE(say("l LOGIN alice secret\r\n").contains("l OK"));
  }
  // What is heard once the server has come to rest.
  std::string say(std::string_view octets) {
    connection_->feed(octets);
    server_.settle();
    return connection_->take_output();
  }

  InProcessServer server_;
  FakeConnection* connection_;
};

}  // namespace roost::imap
