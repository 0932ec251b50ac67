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
  if (known_ != nullptr) return;
  known_ = cache.find(mailbox, algorithm_);
  if (known_ == nullptr) known_ = std::make_shared<ThreadKeys::Known>();
}

// Of the texts that are known only those of the messages found are numbered for what is read.
void Threading::begin_to_read() {
  const mail::ThreadedList& list = known_->list;
  reader_.emplace(hash_key(), list.texts());
  std::size_t ids = 0;
  for (const std::uint32_t place : passed_) ids += list.at(place).ids.size();
  reader_->reserve(passed_.size(), ids);
  for (const std::uint32_t place : passed_) (void)reader_->known(list.at(place));
  passed_ = std::vector<std::uint32_t>();
}

Result<mail::ThreadedMessage> Threading::read(store::Store& store, const mail::Digest& digest) {
  if (!reader_) begin_to_read();
  if (algorithm_ != mail::ThreadAlgorithm::kReferences) return reader_->read(digest, "");
  if (digest.message_ids) return reader_->read(digest, *digest.message_ids);
  const auto ids = read_message_ids(store, digest);
  if (!ids) return fail(ids.error());
  return reader_->read(digest, *ids);
}

Result<void> Threading::add(store::Store& store, const FoundMessage& message,
                            std::uint32_t number) {
  ++found_;
  const mail::Uid uid = message.entry.uid;
  if (const auto known = known_->list.find(uid, place_)) {
    if (reader_) return threader_->add(number, reader_->known(*known));
    passed_.push_back(static_cast<std::uint32_t>(place_));
    return threader_->add(number, *known);
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
  if (list_.size() > 0) remember(cache, mailbox);
  return threader_->threads();
}

void Threading::remember(ThreadKeys& cache, const SearchedMailbox& mailbox) const {
  if (!known_->is_joined_by(found_)) return;
  const mail::UidSet gone = known_->gone_from(mailbox.view);
  if (!cache.fits(*known_, gone, list_.octets() + reader_->texts().octets())) return;
  const mail::UidSet uids = mail::united(mail::difference(known_->uids, gone), read_);
  cache.put(mailbox.id, algorithm_,
            std::make_shared<ThreadKeys::Known>(ThreadKeys::Known{
                .list = mail::ThreadedList::joined(known_->list, gone, list_, reader_->texts()),
                .uids = uids}));
}

}  // namespace roost::imap
