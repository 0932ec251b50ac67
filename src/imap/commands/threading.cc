#include "imap/commands/threading.h"

#include <random>
#include <string>
#include <utility>

#include "imap/server.h"
#include "mail/message_ids.h"
#include "mail/part_tree.h"

namespace roost::imap {

namespace {

// The same for all commands: what it must be is unknown to those who write messages.
const HashKey& hash_key() {
  static const HashKey key = [] {
    std::random_device random;
    const auto word = [&] { return std::uint64_t{random()} << 32 | random(); };
    return HashKey{.low = word(), .high = word()};
  }();
  return key;
}

// Of a message that was stored before digests held them.
Result<std::string> read_message_ids(store::Store& store, const mail::Digest& digest) {
  const auto tree = mail::decode_part_tree(digest.structure);
  if (!tree) return fail(tree.error());
  const auto header = store.read_blob(digest.blob, tree->header.offset, tree->header.length);
  if (!header) return fail(header.error());
  return mail::message_ids_of_header(*header);
}

}  // namespace

Threading::Threading(mail::ThreadAlgorithm algorithm)
    : algorithm_(algorithm), threader_(mail::threader(algorithm)) {}

void Threading::begin(ThreadKeys& cache, mail::MailboxId mailbox) {
  if (!std::exchange(begun_, true)) known_ = cache.find(mailbox, algorithm_);
}

const mail::UidSet& Threading::known() const {
  static const mail::UidSet none;
  return known_ ? known_->uids : none;
}

Result<mail::ThreadedMessage> Threading::read(store::Store& store, const mail::Digest& digest) {
  if (!reader_) reader_.emplace(hash_key(), known_ ? known_->list.texts() : mail::ThreadTexts());
  if (algorithm_ != mail::ThreadAlgorithm::kReferences) return reader_->read(digest, "");
  if (digest.message_ids) return reader_->read(digest, *digest.message_ids);
  const auto ids = read_message_ids(store, digest);
  if (!ids) return fail(ids.error());
  return reader_->read(digest, *ids);
}

Result<void> Threading::add(store::Store& store, const FoundMessage& message,
                            std::uint32_t number) {
  const mail::Uid uid = message.entry.uid;
  if (known_) {
    if (const auto threaded = known_->list.find(uid, place_)) {
      return threader_->add(number, *threaded);
    }
  }
  const auto threaded = read(store, *message.digest);
  if (!threaded && threaded.error().code != ErrorCode::kNotFound) return fail(threaded.error());
  if (!threaded) return {};  // it was expunged meanwhile
  if (list_.octets() < kMostKeys) {
    list_.add(uid, *threaded);
    read_.add(uid);
  }
  return threader_->add(number, *threaded);
}

mail::Threads Threading::finish(ThreadKeys& cache, const SearchedMailbox& mailbox) {
  if (list_.size() > 0) {
    static const mail::ThreadedList none;
    const mail::UidSet gone = known_ ? known_->gone_from(mailbox.view) : mail::UidSet();
    const mail::UidSet stay = known_ ? mail::difference(known_->uids, gone) : mail::UidSet();
    auto list =
        mail::ThreadedList::joined(known_ ? known_->list : none, gone, list_, reader_->texts());
    cache.put(mailbox.id, algorithm_,
              std::make_shared<ThreadKeys::Known>(
                  ThreadKeys::Known{.list = std::move(list), .uids = mail::united(stay, read_)}));
  }
  return threader_->threads();
}

}  // namespace roost::imap
