// The queue of chunks. Small owned chunks are joined: a chunk each would cost more than the copy.
#include "net/output_queue.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "base/check.h"

namespace roost::net {

namespace {

constexpr std::size_t kJoined = 4096;  // the longest chunk that joining makes

}  // namespace

std::string_view OutputQueue::view(const Chunk& chunk) {
  if (const auto* owned = std::get_if<std::string>(&chunk)) return *owned;
  return *std::get<std::shared_ptr<const std::string>>(chunk);
}

void OutputQueue::append(std::string octets) {
  if (octets.empty()) return;
  grow(octets.size());
  if (!chunks_.empty()) {
    auto* last = std::get_if<std::string>(&chunks_.back());
    if (last != nullptr && last->size() + octets.size() <= kJoined) {
      last->append(octets);
      return;
    }
  }
  chunks_.emplace_back(std::move(octets));
}

void OutputQueue::append(std::shared_ptr<const std::string> octets) {
  if (octets->empty()) return;
  grow(octets->size());
  chunks_.emplace_back(std::move(octets));
}

void OutputQueue::grow(std::size_t octets) {
  ROOST_CHECK(octets <= std::numeric_limits<std::uint32_t>::max() - size_);
  size_ += static_cast<std::uint32_t>(octets);
}

std::size_t OutputQueue::describe(std::span<iovec> pieces) const {
  std::size_t used = 0;
  std::size_t skip = offset_;
  for (std::size_t i = first_; i < chunks_.size() && used < pieces.size(); ++i, skip = 0) {
    const std::string_view octets = view(chunks_[i]).substr(skip);
    // sendmsg(2) writes to none of them; iovec serves readers, too.
    pieces[used++] = {const_cast<char*>(octets.data()), octets.size()};  // NOLINT(*-const-cast)
  }
  return used;
}

std::string_view OutputQueue::front(std::span<char> scratch) const {
  if (empty()) return {};
  const std::string_view first = view(chunks_[first_]).substr(offset_);
  if (first.size() == size_ || first.size() >= scratch.size()) {
    return first.substr(0, scratch.size());
  }
  std::size_t length = 0;
  std::size_t skip = offset_;
  for (std::size_t i = first_; i < chunks_.size() && length < scratch.size(); ++i, skip = 0) {
    const std::string_view octets = view(chunks_[i]).substr(skip, scratch.size() - length);
    std::memcpy(scratch.data() + length, octets.data(), octets.size());
    length += octets.size();
  }
  return {scratch.data(), length};
}

void OutputQueue::consume(std::size_t octets) {
  ROOST_CHECK(octets <= size_);
  size_ -= static_cast<std::uint32_t>(octets);
  if (size_ == 0) return clear();
  offset_ += static_cast<std::uint32_t>(octets);
  while (offset_ >= view(chunks_[first_]).size()) {
    offset_ -= static_cast<std::uint32_t>(view(chunks_[first_]).size());
    chunks_[first_++] = std::string();
  }
  if (first_ * 2 > chunks_.size()) {  // each chunk is moved once or so
    chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

void OutputQueue::clear() {
  chunks_ = {};
  first_ = offset_ = size_ = 0;
}

}  // namespace roost::net
