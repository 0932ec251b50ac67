// The options of every TCP connection that waits, ours to others included.
#pragma once

namespace roost::net {

// A push goes out at once; a peer that has vanished is found out within minutes although nothing is
// said, and within 90 seconds of being sent something.
void set_tcp_options(int socket);

}  // namespace roost::net
