// Cuts what has been received into lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost::harness {

class Lines {
 public:
  void append(std::string_view octets) { octets_ += octets; }
  [[nodiscard]] bool empty() const { return octets_.empty(); }
  // The next line without its CRLF, if all of it is there.
  [[nodiscard]] std::optional<std::string> take() {
    const std::size_t end = octets_.find("\r\n");
    if (end == std::string::npos) return std::nullopt;
    std::string line = octets_.substr(0, end);
    octets_.erase(0, end + 2);
    return line;
  }

 private:
  std::string octets_;
};

}  // namespace roost::harness
