// Which thread a new message belongs to, on any backend (RFC 8474 section 5.2,
// docs/decisions/0010): that of the nearest message that its account has heard of, else its own. A
// copy has the thread of what it is a copy of. A thread is never changed, so two that a late
// message joins stay two.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "mail/ids.h"
#include "mail/thread_keys.h"
#include "store/batch.h"

namespace roost::store {

[[nodiscard]] inline bool is_settled(const NewMessage& message) {
  return message.digest.saved.thread != mail::ThreadId();
}

// Where nothing is known of its account.
[[nodiscard]] inline mail::ThreadId thread_alone(const NewMessage& message) {
  return is_settled(message) ? message.digest.saved.thread : mail::own_thread(message.blob.id());
}

// find(key): Result<std::optional<ThreadId>>, the thread of a key in the account.
// remember(key, thread): the key is of that thread from now on.
template <typename Find, typename Remember>
[[nodiscard]] Result<mail::ThreadId> thread_of(const NewMessage& message, Find&& find,
                                               Remember&& remember) {
  mail::ThreadId thread = thread_alone(message);
  if (is_settled(message)) return thread;
  const std::vector<std::uint64_t> keys = mail::thread_keys(message.digest);
  std::size_t unknown = 0;
  for (; unknown < keys.size(); ++unknown) {
    const Result<std::optional<mail::ThreadId>> known = find(keys[unknown]);
    if (!known) return fail(known.error());
    if (!*known) continue;
    thread = **known;
    break;
  }
  for (std::size_t i = 0; i < unknown; ++i) remember(keys[i], thread);
  return thread;
}

}  // namespace roost::store
