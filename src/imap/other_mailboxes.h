// What an idling client of IMAP4rev2 is told of mailboxes that it has not selected (RFC 9051
// appendix E, 20): LIST where one was created, deleted, renamed or (un)subscribed (sections 6.3.4
// to 6.3.6, RFC 5465 sections 5.4 and 5.5), STATUS where messages came, went or were read (RFC 5465
// sections 5.1 to 5.3). It is the difference of two views of the account (push/account_view.h),
// whatever happened between them.
#pragma once

#include <string>
#include <utility>

#include "imap/enabled.h"
#include "mail/ids.h"
#include "push/account_watch.h"

namespace roost::imap {

// Owner: the session, from its first IDLE on. Thread: whoever holds the session's baton.
class OtherMailboxes {
 public:
  explicit OtherMailboxes(push::AccountWatch watch) : watch_(std::move(watch)) {}

  // What the client has done itself need not be told: the next IDLE begins with what is there then,
  // and until then nothing is read.
  void forget() {
    told_ = nullptr;
    watch_.pause();
  }
  // There is a view to which a newer one is compared.
  [[nodiscard]] bool known() const { return told_ != nullptr; }
  // begin() has something to do.
  [[nodiscard]] bool lacks() const { return !known() || watch_.lacks(); }
  // Takes all that has happened as told, unless something is known; and tries again what could not
  // be read. Worker.
  void begin();

  [[nodiscard]] bool pending() const { return known() && watch_.newest() != told_; }
  [[nodiscard]] bool settled() const { return watch_.settled(); }
  // selected: not told by STATUS. Reads nothing: may be called on a loop.
  void tell(mail::MailboxId selected, Enabled enabled, std::string& out);

 private:
  push::AccountWatch watch_;
  push::AccountViewPtr told_;
};

}  // namespace roost::imap
