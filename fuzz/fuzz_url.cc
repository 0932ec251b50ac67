// IMAP URLs: of messages, as CATENATE takes them, and of mailboxes, as a user writes them. What is
// read is within its grammar.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/utf8.h"
#include "imap/protocol/mailbox_url.h"
#include "imap/protocol/message_url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(octets), size);
  if (const auto message = roost::imap::message_url(text)) {
    ROOST_CHECK(!message->mailbox.empty() && message->uid.value > 0);
  }
  if (const auto mailbox = roost::imap::mailbox_url(text)) {
    ROOST_CHECK(!mailbox->user.empty() && !mailbox->host.empty() && mailbox->port > 0);
    ROOST_CHECK(!mailbox->mailbox.empty() && roost::is_utf8(mailbox->mailbox));
  }
  return 0;
}
