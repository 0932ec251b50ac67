// A mailbox of a FakeServer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace roost::client {

struct FakeMessage {
  std::uint32_t uid = 0;
  std::set<std::string> flags;
  std::uint64_t modseq = 0;
};

struct FakeMailbox {
  std::uint32_t uid_validity = 1;
  std::uint32_t uid_next = 1;
  std::uint64_t highest_modseq = 1;
  std::vector<FakeMessage> messages;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> expunged;  // mod-sequence, UID

  std::uint32_t deliver(std::set<std::string> flags = {}) {
    messages.push_back({uid_next, std::move(flags), ++highest_modseq});
    return uid_next++;
  }
  void expunge(std::size_t index) {
    expunged.emplace_back(++highest_modseq, messages[index].uid);
    messages.erase(messages.begin() + static_cast<std::ptrdiff_t>(index));
  }
  void set_flags(std::size_t index, std::set<std::string> flags) {
    messages[index].flags = std::move(flags);
    messages[index].modseq = ++highest_modseq;
  }
  // Another mailbox under the same name.
  void reset() {
    const std::uint32_t uid_validity_before = uid_validity;
    *this = {};
    uid_validity = uid_validity_before + 1;
  }
  [[nodiscard]] const FakeMessage* find(std::uint32_t uid) const {
    const auto it = std::ranges::find(messages, uid, &FakeMessage::uid);
    return it == messages.end() ? nullptr : &*it;
  }
};

}  // namespace roost::client
