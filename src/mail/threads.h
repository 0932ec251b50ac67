// THREAD (RFC 5256 section 3): what it makes of messages, and how it is asked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/siphash.h"
#include "mail/digest.h"
#include "mail/hash_places.h"

namespace roost::mail {

// A forest, siblings in order. A node without a number is a dummy: it stands for a message that is
// not there, has two children at least, and only stands at the top.
struct Threads {
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  struct Node {
    std::uint32_t number = 0;
    std::uint32_t first_child = kNone;
    std::uint32_t last_child = kNone;
    std::uint32_t next_sibling = kNone;
  };
  std::vector<Node> nodes;
  Node top;  // whose children are the first messages of the threads

  // Makes node the last child of parent; kNone is top.
  void append(std::uint32_t parent, std::uint32_t node);
};

// Threading asks of texts only which are the same: they are numbered, and known by their hashes.
struct ThreadTexts {
  std::vector<Hash128> subjects;  // by number: base subjects, without regard to case
  std::vector<Hash128> ids;       // by number: message ids

  [[nodiscard]] std::size_t octets() const {
    return (subjects.size() + ids.size()) * sizeof(Hash128);
  }
};

// What threading needs to know of a message beside its place.
struct ThreadedMessage {
  std::int64_t sent_date = 0;
  std::uint32_t subject = 0;  // its number
  bool has_subject = false;
  bool is_reply_or_forward = false;
  bool has_id = false;                 // its own is the first of ids
  std::span<const std::uint32_t> ids;  // then those it refers to, its parent the last
};

// Makes that of digests.
class ThreadReader {
 public:
  // key: secret, so that nobody can write subjects or Message-IDs that collide. known: texts that
  // have numbers already, with that key; new ones are numbered behind them. It outlives this.
  ThreadReader(const HashKey& key, const ThreadTexts& known);

  // message_ids: mail/message_ids.h, the digest's or read from the header; empty where the
  // algorithm does not look at them. The ids of what it returns hold until the next call.
  [[nodiscard]] ThreadedMessage read(const Digest& digest, std::string_view message_ids);
  // A message of known texts among those that are read: the same texts have the same numbers in all
  // that it returns, whichever of them a text has got. As long as nothing was read, it is the
  // number that is known.
  [[nodiscard]] ThreadedMessage known(const ThreadedMessage& message);
  // For so many known texts; it is no more than there are.
  void reserve(std::size_t subjects, std::size_t ids);
  // The new ones; one of them may be the same as a known text that known() has not come to.
  [[nodiscard]] const ThreadTexts& texts() const { return texts_; }

 private:
  // A new one if the text has none.
  [[nodiscard]] std::uint32_t number_of(std::string_view text, HashPlaces& places,
                                        const std::vector<Hash128>& known,
                                        std::vector<Hash128>& texts) const;

  const HashKey key_;
  const ThreadTexts& known_;
  ThreadTexts texts_;
  HashPlaces subjects_;
  HashPlaces ids_;
  std::vector<std::uint32_t> read_ids_;
};

enum class ThreadAlgorithm : std::uint8_t {
  kOrderedSubject,  // each thread has one base subject; its first message is the parent of all
  kReferences,      // by who answers whom, then by subject; it alone looks at message ids
};

// One THREAD command's messages. Thread: whoever holds it. Memory: some hundred octets for each
// message and each other message that is referred to; of these there may be so many as
// thread_by_references allows.
class Threader {
 public:
  virtual ~Threader() = default;

  // In the order of the mailbox. kLimit: there are too many references to messages that are not
  // there.
  [[nodiscard]] virtual Result<void> add(std::uint32_t number, const ThreadedMessage& message) = 0;
  // Call once.
  [[nodiscard]] virtual Threads threads() = 0;

 protected:
  struct Message {
    std::int64_t sent_date;
    std::uint32_t number;
    std::uint32_t subject;
    bool has_subject;
    bool is_reply_or_forward;
  };
  void add_message(std::uint32_t number, const ThreadedMessage& message);
  // By sent date, then in the order of the mailbox.
  [[nodiscard]] std::vector<std::uint32_t> messages_by_date() const;

  std::vector<Message> messages_;
};

[[nodiscard]] std::unique_ptr<Threader> thread_by_ordered_subject();
// Messages and what they refer to are kNodesAMessage times as many as the messages at most, and
// spare_nodes more.
inline constexpr std::size_t kNodesAMessage = 8;
inline constexpr std::size_t kSpareNodes = 1'000'000;
[[nodiscard]] std::unique_ptr<Threader> thread_by_references(std::size_t spare_nodes = kSpareNodes);

[[nodiscard]] std::unique_ptr<Threader> threader(ThreadAlgorithm algorithm);

}  // namespace roost::mail
