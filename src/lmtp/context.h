// What all LMTP sessions of a server share. Made by `serve`, outlives the listeners.
//
// Thread: any; the members do not change after the first session, but for the counter.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "mail/digest.h"
#include "net/loop.h"
#include "store/store.h"

namespace roost::lmtp {

struct LmtpContext {
  store::Store& store;
  net::Workers& workers;
  std::string hostname;           // of this server, as greeting and Received name it
  std::uint64_t append_size = 0;  // octets of one message; 0: no limit
  std::function<mail::InternalDate()> now;
  std::atomic<std::uint64_t> messages = 0;  // received so far; part of a message's id in Received
};

}  // namespace roost::lmtp
