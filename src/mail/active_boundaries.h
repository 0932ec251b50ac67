// The boundaries of the multiparts that are open (RFC 2046 section 5.1), by hash: a line that may
// be a delimiter costs one or two look-ups, however many multiparts there are.
//
// Of equal boundaries the innermost counts; when it is gone, the one that it hid counts again.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace roost::mail {

// Lifetime, owner: a MessageParser. Thread: one.
class ActiveBoundaries {
 public:
  // depth: of the multipart among the open parts.
  void push(std::string boundary, std::size_t depth) {
    const auto [at, is_new] = depths_.try_emplace(boundary, depth);
    stack_.push_back(
        {std::move(boundary), depth, is_new ? std::nullopt : std::optional(at->second)});
    at->second = depth;
  }
  // Forgets the boundary of the multipart at depth, if it is still active.
  void pop(std::size_t depth) {
    if (stack_.empty() || stack_.back().depth != depth) return;
    const Entry& entry = stack_.back();
    if (entry.shadowed) {
      depths_[entry.boundary] = *entry.shadowed;
    } else {
      depths_.erase(entry.boundary);
    }
    stack_.pop_back();
  }
  [[nodiscard]] bool empty() const { return stack_.empty(); }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view boundary) const {
    const auto found = depths_.find(boundary);
    return found == depths_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  struct Entry {
    std::string boundary;
    std::size_t depth = 0;
    std::optional<std::size_t> shadowed;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> depths_;
  std::vector<Entry> stack_;
};

}  // namespace roost::mail
