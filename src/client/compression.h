// Compression: COMPRESS=DEFLATE (RFC 4978) of one connection, octets in and out.
//
// Owner: a Watcher.
#pragma once

#include <string>
#include <string_view>

#include "net/deflate.h"

namespace roost::client {

class Compression {
 public:
  // Appends what the peer can inflate at once.
  void deflate(std::string_view octets, std::string& out);
  // Takes from the front of deflated and gives the octets it makes, some KiB at most: call again
  // until deflated is empty and nothing is made. broken(): it is no DEFLATE.
  [[nodiscard]] std::string_view inflate(std::string_view& deflated);
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  net::Deflater deflater_;
  net::Inflater inflater_;
  std::string room_ = std::string(16 * 1024, '\0');
  bool broken_ = false;
};

}  // namespace roost::client
