// THREAD (RFC 5256 section 3): what it makes of messages, and how it is asked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/siphash.h"
#include "mail/digest.h"

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

// What threading needs to know of a message beside its place.
struct ThreadedMessage {
  std::uint32_t number = 0;
  std::int64_t sent_date = 0;
  Hash128 subject;  // of its base subject, without regard to case
  bool has_subject = false;
  bool is_reply_or_forward = false;
};

// One THREAD command's messages. Thread: whoever holds it. Memory: some hundred octets for each
// message and each other message that is referred to; of these there may be so many as
// thread_by_references allows.
class Threader {
 public:
  // key: secret, so that nobody can write subjects or Message-IDs that collide.
  explicit Threader(const HashKey& key) : key_(key) {}
  virtual ~Threader() = default;

  // In the order of the mailbox. message_ids: mail/message_ids.h, the digest's or read from the
  // header. kLimit: there are too many references to messages that are not there.
  [[nodiscard]] virtual Result<void> add(std::uint32_t number, const Digest& digest,
                                         std::string_view message_ids) = 0;
  // Whether add looks at message_ids.
  [[nodiscard]] virtual bool uses_message_ids() const = 0;
  // Call once.
  [[nodiscard]] virtual Threads threads() = 0;

 protected:
  void add_message(std::uint32_t number, const Digest& digest);
  // By sent date, then in the order of the mailbox.
  [[nodiscard]] std::vector<std::uint32_t> messages_by_date() const;

  const HashKey key_;
  std::vector<ThreadedMessage> messages_;
};

// Each thread has one base subject; its first message is the parent of all others.
[[nodiscard]] std::unique_ptr<Threader> thread_by_ordered_subject(const HashKey& key);
// By who answers whom, then by subject. Messages and what they refer to are kNodesAMessage times as
// many as the messages at most, and spare_nodes more.
inline constexpr std::size_t kNodesAMessage = 8;
inline constexpr std::size_t kSpareNodes = 1'000'000;
[[nodiscard]] std::unique_ptr<Threader> thread_by_references(const HashKey& key,
                                                             std::size_t spare_nodes = kSpareNodes);

}  // namespace roost::mail
