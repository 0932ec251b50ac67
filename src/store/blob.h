// The octets of messages, as they come into a Store.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "mail/ids.h"

namespace roost::store {

// Keeps the octets of a blob from being swept while it is held.
class BlobRef {
 public:
  BlobRef() = default;
  BlobRef(mail::BlobId id, std::shared_ptr<const void> pin) : id_(id), pin_(std::move(pin)) {}
  [[nodiscard]] mail::BlobId id() const { return id_; }

 private:
  mail::BlobId id_;
  std::shared_ptr<const void> pin_;
};

// Takes the octets of one message, in pieces; memory is one chunk, whatever the size of the
// message. Dropped without finish: the octets are swept.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  [[nodiscard]] virtual Result<void> append(std::string_view octets) = 0;
  // The octets become durable with the first commit that refers to them.
  [[nodiscard]] virtual Result<BlobRef> finish() = 0;
};

}  // namespace roost::store
