// The octets of MemoryStore's messages: writing, reading, holding and sweeping them.
#include "store/memory/memory_store_class.h"

namespace roost::store {

using mail::BlobId;

namespace {

class MemoryBlobWriter final : public BlobWriter {
 public:
  explicit MemoryBlobWriter(MemoryStore& store) : store_(store) {}

  Result<void> append(std::string_view octets) override {
    octets_ += octets;
    return {};
  }
  Result<BlobRef> finish() override { return store_.keep_blob(std::move(octets_)); }

 private:
  MemoryStore& store_;
  std::string octets_;
};

}  // namespace

std::unique_ptr<BlobWriter> MemoryStore::new_blob() {
  return std::make_unique<MemoryBlobWriter>(*this);
}

BlobRef MemoryStore::keep_blob(std::string octets) {
  std::lock_guard state(state_);
  const BlobId id(++last_id_);
  const Blob& kept = blobs_[id] = {std::make_shared<const std::string>(std::move(octets))};
  return BlobRef(id, kept.octets);
}

Result<std::string> MemoryStore::read_blob(BlobId blob, std::uint64_t offset,
                                           std::uint64_t length) {
  std::lock_guard state(state_);
  const auto found = blobs_.find(blob);
  if (found == blobs_.end()) return fail(ErrorCode::kNotFound, "no such blob");
  const std::string& octets = *found->second.octets;
  return offset < octets.size() ? octets.substr(offset, length) : std::string();
}

Result<BlobRef> MemoryStore::pin_blob(BlobId blob) {
  std::lock_guard state(state_);
  const auto found = blobs_.find(blob);
  if (found == blobs_.end() || !found->second.in_use()) {
    return fail(ErrorCode::kNotFound, "no message has this blob");
  }
  return BlobRef(blob, found->second.octets);
}

Result<void> MemoryStore::sweep() {
  std::lock_guard state(state_);
  std::erase_if(blobs_, [](const auto& blob) { return !blob.second.in_use(); });
  return {};
}

}  // namespace roost::store
