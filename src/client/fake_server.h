// A small IMAP server in memory, for tests of the client: mailboxes that change, and sessions
// (fake_session.h) that tell of it.
#pragma once

#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>

#include "client/fake_mailbox.h"

namespace roost::client {

class FakeSession;

struct FakeServer {
  std::string capabilities = "IMAP4rev1 SASL-IR AUTH=PLAIN ID IDLE ENABLE CONDSTORE QRESYNC";
  std::map<std::string, FakeMailbox> mailboxes{{"INBOX", {}}};
  std::set<FakeSession*> sessions;
  // What a server may do one way or the other is decided by this.
  std::mt19937 freedom{1};
  bool uid_in_fetch = true;          // of flags nobody asked for
  bool ends_idle = false;            // now and then, by itself
  bool refuses_idle = false;         // NO
  std::set<std::string> forbidden;   // mailboxes that LIST shows and EXAMINE refuses
  bool mute = false;                 // to who has logged in
  std::size_t most_logged_in = 100;  // sessions at the same time
  std::string no_more = "[LIMIT] enough";

  [[nodiscard]] bool offers(std::string_view capability) const {
    return (" " + capabilities + " ").contains(" " + std::string(capability) + " ");
  }
  [[nodiscard]] bool perhaps() { return freedom() % 2 == 0; }
  [[nodiscard]] std::size_t logged_in() const;
  // To be called after each change of a mailbox: whoever may hear of it does.
  void changed(const std::string& mailbox);
  // … or it was made.
  void appeared(const std::string& mailbox);
};

}  // namespace roost::client
