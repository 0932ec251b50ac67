// For tests: a server's end of a connection, as lines; compressed once COMPRESS has been agreed
// upon.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "net/deflate.h"

namespace roost::client {

class FakeLines {
 public:
  // Calls it with each line that has come.
  template <typename Command>
  void receive(std::string_view octets, const Command& command) {
    input_ += inflater_ == nullptr ? std::string(octets) : inflated(octets);
    for (std::size_t end = input_.find("\r\n"); end != std::string::npos;
         end = input_.find("\r\n")) {
      const std::string line = input_.substr(0, end);
      input_.erase(0, end + 2);
      command(line);
    }
  }
  void say(const std::string& line) { output_ += line + "\r\n"; }
  [[nodiscard]] std::string take_output() {
    if (deflater_ == nullptr) return std::exchange(output_, {});
    std::string deflated;
    if (!output_.empty()) {
      deflater_->add(std::exchange(output_, {}), deflated);
      deflater_->finish(net::Deflater::End::kFlush, deflated);
    }
    return std::exchange(plain_, {}) + deflated;
  }
  // What was said until now is the last that is not compressed.
  void compress() {
    plain_ = std::exchange(output_, {});
    deflater_ = std::make_unique<net::Deflater>();
    inflater_ = std::make_unique<net::Inflater>();
  }

 private:
  std::string inflated(std::string_view octets) {
    std::string made;
    std::string room(4096, '\0');
    for (;;) {
      const net::Inflater::Step step = inflater_->step(octets, room);
      octets.remove_prefix(step.taken);
      made.append(room, 0, step.made);
      if (step.made == 0 && step.taken == 0) return made;
    }
  }

  std::string input_;
  std::string output_;
  std::string plain_;  // said before compress()
  std::unique_ptr<net::Deflater> deflater_;
  std::unique_ptr<net::Inflater> inflater_;
};

}  // namespace roost::client
