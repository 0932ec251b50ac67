// What a client has been told against what the store holds.
#pragma once

#include <string>

#include "store/store.h"
#include "tests/push/model_client.h"

namespace roost::push_model {

// mailbox: the one it has selected. In words, the first difference; empty if there is none. What
// the client has not been told of a message, because it has not asked, is no difference.
[[nodiscard]] std::string difference(const ModelClient& client, store::Store& store,
                                     mail::MailboxId mailbox);

// The last of what the client has said and heard.
[[nodiscard]] std::string tail(const ModelClient& client);

}  // namespace roost::push_model
