// Session: one IMAP connection as its commands see it. It does no I/O; imap/conversation.h drives
// it, and makes one when there is something to do. What outlasts that, and is all that a connection
// has while it waits, is the SessionState.
//
// Owner: its Conversation. Thread: whoever holds the baton, the loop or one worker.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/connection_limits.h"
#include "imap/command.h"
#include "imap/enabled.h"
#include "imap/in_progress.h"
#include "imap/other_mailboxes.h"
#include "imap/protocol/response_writer.h"
#include "imap/selected_mailbox.h"
#include "imap/server.h"
#include "store/message_writer.h"
#include "store/store.h"

namespace roost::imap {

enum class State : std::uint8_t { kNotAuthenticated, kAuthenticated, kSelected, kLogout };

// The message literals of an APPEND while they come in: in memory while they are small, then
// streamed.
struct IncomingMessages {
  struct Literal {
    store::NewMessage message;
    bool has_nul = false;
  };
  static constexpr std::size_t kPiece = 256 * 1024;
  static constexpr std::size_t kMax = 250;       // of one command
  std::string buffer;                            // not yet handed to the store
  std::vector<std::size_t> ends;                 // where in the buffer a literal ends
  std::unique_ptr<store::MessageWriter> writer;  // of the literal whose beginning it has
  std::vector<Literal> received;                 // those it has whole
  // Octets of those that are in memory: of small messages, which the store keeps there until they
  // are committed, and of digests.
  static constexpr std::size_t kMaxHeld = 16 * 1024 * 1024;
  std::size_t held = 0;
  std::optional<Error> failed;  // it did not take a piece; or kLimit, too much would be held

  enum class Piece : std::uint8_t { kMore, kLast };
  void take(std::string_view octets, Piece piece);
  // Hands the buffer to the store. Worker.
  void write_out(store::Store& store);
  // The store holds something that it will have to sweep.
  [[nodiscard]] bool written() const { return writer != nullptr || !received.empty(); }
};

// The last thing a client hears.
struct Farewell {
  std::string code;
  std::string text;
};

// What the connection looks like from above. The address is the connection's.
struct Peer {
  std::string_view address;
  bool loopback = false;
  bool tls = false;
  bool compressed = false;
};

// RFC 3501 section 3.
struct SessionState {
  struct Account {
    mail::AccountId id;  // 0: nobody has logged in
    std::string name;
  };
  State state = State::kNotAuthenticated;
  Enabled enabled;
  Account account;
  auth::ConnectionLimits::Slot slot;
  std::unique_ptr<SelectedMailbox> selected;
  std::unique_ptr<OtherMailboxes> others;  // null: never told of, as for all before IMAP4rev2
  std::string tag;                         // of the running command, which IDLE may be
};

class Session {
 public:
  static constexpr std::size_t kOutputHighWater = 128 * 1024;
  // After which a run of a command ends, or a step of it (a search has two: to find candidates and
  // to read them), and what comes behind it waits for the next.
  static constexpr std::chrono::milliseconds kRunTime{100};

  Session(Server& shared, std::size_t loop, SessionState& state, Peer from)
      : server(shared), peer(from), tag(state.tag), state_(state), loop_(loop) {}

  Server& server;
  Peer peer;
  std::string& tag;
  std::string out;  // responses of the running command, moved to the socket by the conversation
  IncomingMessages incoming;

  [[nodiscard]] ResponseWriter write() { return ResponseWriter(out, names()); }
  [[nodiscard]] mail::NameEncoding names() const {
    return enabled().utf8() ? mail::NameEncoding::kUtf8 : mail::NameEncoding::kModifiedUtf7;
  }
  [[nodiscard]] bool output_full() const { return out.size() >= kOutputHighWater; }

  // --- the tagged response: OK with "NAME completed" unless said otherwise ---
  struct Reply {
    Condition condition = Condition::kOk;
    std::string code;  // without brackets
    std::string text;  // empty: "NAME completed"
  };
  Reply reply;
  // Holds the tagged response back, for failed logins.
  std::chrono::milliseconds reply_delay{0};

  // OK carries HIGHESTMODSEQ, as it is by then (RFC 7162 section 3.2.7).
  bool reply_highest_modseq = false;
  // The mod-sequence of what the running command has changed in the selected mailbox: the update at
  // its end reaches it, whatever the watch has heard.
  mail::ModSeq own_change;
  // The running command spoke of messages by number: none may be renumbered before its end.
  bool numbers_stand = false;

  // Part of a response is written, maybe sent: nothing else may be said before the rest of it.
  bool mid_response = false;
  // How far the running command is.
  InProgress in_progress;
  // BYE to be said behind the tagged response.
  std::optional<Farewell> farewell;

  // What the conversation does once the tagged response is written.
  enum class After : std::uint8_t { kGoOn, kStartTls, kCompress, kUnauthenticate, kClose };
  After after = After::kGoOn;

  // --- state ---
  [[nodiscard]] State state() const { return state_.state; }
  // Requires: somebody has logged in.
  [[nodiscard]] const SessionState::Account& account() const { return state_.account; }
  [[nodiscard]] Enabled& enabled() { return state_.enabled; }
  [[nodiscard]] const Enabled& enabled() const { return state_.enabled; }
  // A CONDSTORE enabling command (RFC 7162 section 3.1) runs. The first makes the client know the
  // HIGHESTMODSEQ of what is selected.
  void enable_condstore();
  // Requires: state kSelected.
  [[nodiscard]] SelectedMailbox& selected() { return *state_.selected; }
  [[nodiscard]] const SelectedMailbox& selected() const { return *state_.selected; }

  // Checks name and password and logs in; on failure sets reply_delay. Worker. The text of the
  // error says nothing about which of the two was wrong. kMore: they are not known to be right, and
  // a hash must be computed: call again on a worker that may wait for its turn.
  [[nodiscard]] Result<Progress> log_in(std::string_view name, std::string_view password);
  // The next run of the command computes a hash.
  [[nodiscard]] bool hashing() const { return hashing_; }
  // hub.account_changes() before the account was read.
  [[nodiscard]] std::uint64_t account_changes_at_login() const { return account_changes_; }
  // Logs out if the account was removed or its password changed since. Worker.
  void recheck_account();
  // Back to where nobody has logged in. kLimit: too many connections from that address are there.
  [[nodiscard]] Result<void> unauthenticate();
  // Clear-text passwords are refused without TLS, except on loopback (RFC 3501 section 11.2).
  [[nodiscard]] bool may_send_password() const { return peer.tls || peer.loopback; }

  // kOverQuota: the account has no room for so many octets more. Worker.
  [[nodiscard]] Result<void> check_room(std::uint64_t octets);
  [[nodiscard]] push::Watch watch(mail::MailboxId mailbox);
  // From here on the client is to be told of all mailboxes of its account. Worker.
  void watch_others();
  void select(SelectedMailbox selected);
  void unselect();
  // Says BYE now, and closes once the tagged response is written (LOGOUT).
  void log_out(std::string_view code, std::string_view text);

 private:
  Result<void> admit(store::Account account);

  SessionState& state_;
  const std::size_t loop_;
  bool hashing_ = false;
  std::uint64_t account_changes_ = 0;
  std::string password_hash_;  // at login
};

}  // namespace roost::imap
