// See memory_store.h: opening and checking. What the store does is in the files beside this one.
#include "store/memory/memory_store.h"

#include "store/memory/memory_store_class.h"

namespace roost::store {

Result<CheckReport> MemoryStore::check() {
  std::lock_guard state(state_);
  CheckReport report{.accounts = accounts_.size(), .mailboxes = mailboxes_.size(), .problems = {}};
  std::map<mail::BlobId, std::size_t> links;
  for (const auto& [id, row] : mailboxes_) {
    report.messages += row.digests.size();
    for (const auto& [uid, digest] : row.digests) ++links[digest.blob];
  }
  for (const auto& [blob, count] : links) {
    if (const auto found = blobs_.find(blob); found == blobs_.end()) {
      report.problems.push_back("blob " + std::to_string(blob.value) + " is missing");
    } else if (found->second.links != count) {
      report.problems.push_back("the links of blob " + std::to_string(blob.value) +
                                " are miscounted");
    }
  }
  report.blobs = blobs_.size();
  return report;
}

std::unique_ptr<Store> open_memory_store(const MemoryOptions& options) {
  return std::make_unique<MemoryStore>(options);
}

}  // namespace roost::store
