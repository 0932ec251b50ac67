// ActionQueue: when which events are handed to an action. Those of one mailbox are gathered until
// it has been quiet for a moment, and go together; one batch of a mailbox runs at a time, and what
// comes meanwhile is the next. A batch that failed is tried again later, with what has come since.
// No I/O; a clock handed in.
//
// Owner and thread: whoever runs the actions.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "cli/watch/report.h"
#include "client/backoff.h"
#include "client/event.h"
#include "client/time.h"

namespace roost::cli {

class ActionQueue {
 public:
  // Events that an action has not dealt with; of what comes beyond only the number is kept.
  static constexpr std::size_t kMaxEvents = 10'000;  // of one mailbox
  static constexpr int kMaxSettles = 10;             // so many times settle nobody waits longer
  static constexpr std::size_t kMaxRunning = 4;      // batches, of as many mailboxes
  static constexpr client::Backoff::Limits kRetry = {.first = std::chrono::seconds(1),
                                                     .most = std::chrono::minutes(5)};

  ActionQueue(client::Duration settle, std::uint64_t seed) : settle_(settle), seed_(seed) {}

  void add(const Source& source, client::Event event, client::Time now);
  // A batch that is to be started now; nothing: none, until deadline().
  // Ensures: it stays where it is until finished().
  [[nodiscard]] const Batch* next(client::Time now);
  enum class Result : bool { kFailed, kDone };
  void finished(const Batch& batch, Result result, client::Time now);
  [[nodiscard]] std::optional<client::Time> deadline();
  // What is there and what still comes is due at once, and is tried once more; so is what runs, if
  // it fails: whoever ends this process may have ended that, too.
  void drain(client::Time now);
  [[nodiscard]] std::size_t lost() const { return lost_; }  // events given up by draining

 private:
  struct Mailbox {
    explicit Mailbox(std::uint64_t seed) : backoff(kRetry, seed) {}
    Batch running;
    bool runs = false;
    bool last = false;  // what runs was begun while draining, and is not tried again
    Batch waiting;
    client::Time first;  // when the first of waiting came
    client::Time due;
    client::Backoff backoff;
    bool retries = false;  // waiting has failed, and due is when it is tried again
  };
  using Mailboxes = std::map<std::pair<Source, std::string>, Mailbox>;

  [[nodiscard]] Mailboxes::iterator first_due();

  client::Duration settle_;
  std::uint64_t seed_;
  Mailboxes mailboxes_;
  std::size_t running_ = 0;
  std::size_t lost_ = 0;
  bool draining_ = false;
};

}  // namespace roost::cli
