// What THREAD goes by of the messages of a mailbox, kept so that nobody has to read their digests
// again: it is the same whichever of them a THREAD finds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "mail/ids.h"
#include "mail/threads.h"
#include "mail/uid_set.h"

namespace roost::mail {

// Memory: 24 octets a message, 4 for its own message id and for each that it refers to, and 16 for
// each text there is.
class ThreadedList {
 public:
  // Requires: uid is above all that are in it.
  void add(Uid uid, const ThreadedMessage& message);
  // Looks from place on, which it moves to where the message is, or would be: all of them in the
  // order of their UIDs are found in one pass. Holds until the list changes.
  [[nodiscard]] std::optional<ThreadedMessage> find(Uid uid, std::size_t& place) const;
  [[nodiscard]] ThreadedMessage at(std::size_t place) const { return of(messages_[place]); }
  [[nodiscard]] std::size_t size() const { return messages_.size(); }
  // Of a list that joined() has made: those of its messages.
  [[nodiscard]] const ThreadTexts& texts() const { return texts_; }
  [[nodiscard]] std::size_t octets() const;  // of what it holds

  // Those of the one that are not in `gone`, and those of the other, numbered anew. Requires: none
  // is in both, and the numbers in the other are those of the one's texts, and behind them of
  // `more`, which may have some again.
  [[nodiscard]] static ThreadedList joined(const ThreadedList& one, const UidSet& gone,
                                           const ThreadedList& other, const ThreadTexts& more);

 private:
  struct Message {
    std::int64_t sent_date;
    Uid uid;
    std::uint32_t first_id;  // in ids_
    std::uint32_t subject;
    std::uint32_t ids : 29;
    bool has_subject : 1;
    bool is_reply_or_forward : 1;
    bool has_id : 1;
  };
  [[nodiscard]] ThreadedMessage of(const Message& message) const;

  std::vector<Message> messages_;
  std::vector<std::uint32_t> ids_;
  ThreadTexts texts_;
};

}  // namespace roost::mail
