// MessageWriter: octets of one message in, its blob and its digest out, in one pass. APPEND and
// LMTP both receive through it; for N recipients they share the result.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "mail/digest.h"
#include "mail/message_parser.h"
#include "store/store.h"

namespace roost::store {

// Lives for one message; used by one thread at a time. Dropped without finish: the octets are
// swept.
class MessageWriter {
 public:
  explicit MessageWriter(Store& store) : blob_(store.new_blob()) {}

  // Errors are those of BlobWriter::append.
  [[nodiscard]] Result<void> append(std::string_view octets) {
    parser_.feed(octets);
    has_nul_ = has_nul_ || octets.contains('\0');
    size_ += octets.size();
    return blob_->append(octets);
  }
  // Octets appended so far.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] bool has_nul() const { return has_nul_; }

  // The message without flags. The digest does not know its internal date: the caller sets that for
  // each message, and sent_date where the message had none. Call once.
  [[nodiscard]] Result<NewMessage> finish() {
    auto blob = blob_->finish();
    if (!blob) return fail(std::move(blob).error());
    NewMessage message{*std::move(blob), parser_.finish(), {}};
    message.digest.blob = message.blob.id();
    return message;
  }

 private:
  std::unique_ptr<BlobWriter> blob_;
  mail::MessageParser parser_;
  std::uint64_t size_ = 0;
  bool has_nul_ = false;
};

}  // namespace roost::store
