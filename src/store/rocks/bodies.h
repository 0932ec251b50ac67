// The octets of messages: writing, reading, holding and sweeping them.
//
// A blob that fits into one chunk is not written by itself: its octets go into the database with
// the first commit that refers to them, in the same step. A longer one is written chunk by chunk,
// and from its first chunk on has a row in the candidate column: "perhaps nothing refers to this".
// The commit that refers to it removes that row; an expunge writes one of its own. So at any
// instant every blob without a link is a candidate, and a crash leaves nothing that the sweeper
// does not see.
#pragma once

#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/rocks/database.h"
#include "store/rocks/id_allocator.h"
#include "store/rocks/pin_table.h"
#include "store/store.h"

namespace roost::store {

inline constexpr std::size_t kChunkSize = 256 * 1024;
// Each chunk's value is this octet and the octets of the message.
inline constexpr std::string_view kChunkVersion = "\1";

// Owner: the store. Any thread.
class Bodies {
 public:
  explicit Bodies(Database& database) : database_(database), ids_(database, IdKind::kBlob) {}

  [[nodiscard]] std::unique_ptr<BlobWriter> new_blob();
  [[nodiscard]] Result<std::string> read(mail::BlobId blob, std::uint64_t offset,
                                         std::uint64_t length);
  // link: the key of one that it has, or had a moment ago; empty: not known.
  [[nodiscard]] Result<BlobRef> pin(mail::BlobId blob, std::string_view link = {});

  // Nothing is removed while it lives: what a message refers to that is read then is there, and
  // pin_kept holds it without looking. Never for long: the sweeper waits for it.
  using KeptAll = std::shared_lock<std::shared_mutex>;
  [[nodiscard]] KeptAll keep_all() { return KeptAll(removing_); }
  [[nodiscard]] BlobRef pin_kept(const KeptAll& kept, mail::BlobId blob);

  // Makes a message refer to its blob. The pin is to be given to stored() once `writes` are
  // written. It is looked up, not taken from the message's BlobRef: that may be of another store,
  // or of this one before it was opened anew, and then it keeps no sweeper here away. kNotFound:
  // nobody holds the blob here.
  [[nodiscard]] Result<PinPtr> link(Writes& writes, mail::BlobId blob, mail::MailboxId mailbox,
                                    mail::Uid uid);
  static void stored(BlobPin& pin) { pin.stored_ = true; }
  static void unlink(Writes& writes, const mail::DigestHead& digest, mail::MailboxId mailbox,
                     mail::Uid uid);

  // Removes the candidates nothing refers to and nobody holds.
  [[nodiscard]] Result<void> sweep();

 private:
  friend class ChunkWriter;
  struct Candidates {
    mail::BlobId blob;
    std::vector<std::string> keys;
    std::uint64_t size = 0;  // octets of the blob, if it is known
  };
  [[nodiscard]] Result<bool> linked(mail::BlobId blob);
  [[nodiscard]] Result<void> sweep(const Candidates& candidates);
  [[nodiscard]] Result<void> erase_chunks(Writes& writes, const Candidates& candidates);
  [[nodiscard]] Result<std::string> read_chunks(mail::BlobId blob, std::uint64_t offset,
                                                std::uint64_t length);

  Database& database_;
  IdAllocator ids_;
  std::shared_mutex removing_;  // taken before a stripe's mutex
  const std::shared_ptr<PinTable> pins_ = std::make_shared<PinTable>();
};

}  // namespace roost::store
