// A connection to a FakeServer, which tells of its mailboxes as RFC 9051, 2177, 5465 and 7162 say,
// with as many of their extensions as a test wants. It keeps to the rules exactly where a client
// depends on them (no EXPUNGE during FETCH, CLOSED, message numbers of what a session was told) and
// is free where they leave it free.
#pragma once

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/fake_lines.h"
#include "client/fake_server.h"
#include "mail/mailbox_name.h"
#include "mail/uid_set.h"

namespace roost::client {

// One connection: octets in, octets out.
class FakeSession {
 public:
  explicit FakeSession(FakeServer& server) : server_(server) {
    server_.sessions.insert(this);
    say("* OK ready");
  }
  FakeSession(const FakeSession&) = delete;
  FakeSession& operator=(const FakeSession&) = delete;
  ~FakeSession() { server_.sessions.erase(this); }

  void receive(std::string_view octets) {
    if (logged_in_ && server_.mute) return;
    lines_.receive(octets, [this](const std::string& line) {
      received.push_back(line);
      command(line);
    });
  }
  [[nodiscard]] std::string take_output() { return lines_.take_output(); }
  void say(const std::string& line) { lines_.say(line); }
  [[nodiscard]] bool logged_in() const { return logged_in_; }
  [[nodiscard]] bool idling() const { return !idle_tag_.empty(); }
  [[nodiscard]] const std::string& selected() const { return selected_; }

  void mailbox_changed(const std::string& name) {
    if (name == selected_) {
      if (idling()) {
        tell(Expunges::kTold);
        if (server_.ends_idle && server_.freedom() % 4 == 0) {
          say(std::exchange(idle_tag_, {}) + " OK IDLE ended");
        }
      }
    } else if (notified_.contains(name)) {
      say_status(name);
    }
  }
  void mailbox_appeared(const std::string& name) {
    if (notified_names_) say("* LIST () \"/\" \"" + name + "\"");
  }
  std::vector<std::string> received;  // all commands

 private:
  enum class Expunges : std::uint8_t { kTold, kHeldBack };
  struct Seen {
    std::uint32_t uid;
    std::uint64_t modseq;
  };

  void command(const std::string& line) {
    if (idling()) {
      if (line == "DONE") {
        tell(Expunges::kTold);
        say(std::exchange(idle_tag_, {}) + " OK done");
      } else {
        say(std::exchange(idle_tag_, {}) + " BAD expected DONE");
      }
      return;
    }
    std::istringstream words(line);
    std::string tag;
    std::string name;
    words >> tag >> name;
    if (name == "CAPABILITY") {
      say("* CAPABILITY " + server_.capabilities);
    } else if (name == "AUTHENTICATE") {
      if (server_.logged_in() >= server_.most_logged_in) {
        return say(tag + " NO " + server_.no_more);
      }
      logged_in_ = true;
      say(tag + " OK [CAPABILITY " + server_.capabilities + "] in");
      return;
    } else if (name == "ENABLE") {
      qresync_ = true;
      say("* ENABLED QRESYNC");
    } else if (name == "COMPRESS") {
      say(tag + " OK compressing");
      return lines_.compress();
    } else if (name == "NOTIFY") {
      for (const auto& [mailbox, content] : server_.mailboxes) {
        if (line.contains("\"" + mailbox + "\"")) notified_.insert(mailbox);
      }
      notified_names_ = line.contains("MailboxName");
    } else if (name == "LIST") {
      const std::string pattern = quoted(line.substr(line.find("\"\"") + 2));
      for (const auto& [mailbox, content] : server_.mailboxes) {
        if (mail::matches_list_pattern(mailbox, pattern))
          say("* LIST () \"/\" \"" + mailbox + "\"");
      }
    } else if (name == "EXAMINE") {
      return examine(tag, line);
    } else if (name == "FETCH") {
      return fetch(tag, line);
    } else if (name == "STATUS") {
      say_status(quoted(line));
      if (server_.perhaps()) tell(Expunges::kTold);
    } else if (name == "NOOP") {
      tell(Expunges::kTold);
    } else if (name == "IDLE") {
      if (!server_.offers("IDLE") || server_.refuses_idle) return say(tag + " NO not now");
      idle_tag_ = tag;
      if (server_.perhaps()) {
        tell(Expunges::kTold);
        say("+ idling");
      } else {
        say("+");
        tell(Expunges::kTold);
      }
      return;
    } else if (name == "LOGOUT") {
      say("* BYE gone");
    } else if (name != "ID") {
      say(tag + " BAD what?");
      return;
    }
    say(tag + " OK done");
  }

  static std::string quoted(const std::string& line) {
    const std::size_t first = line.find('"');
    return line.substr(first + 1, line.find('"', first + 1) - first - 1);
  }

  void examine(const std::string& tag, const std::string& line) {
    const std::string name = quoted(line);
    if (!selected_.empty()) {
      if (server_.perhaps()) tell(Expunges::kTold);
      if (qresync_) say("* OK [CLOSED] closed");
    }
    selected_.clear();
    view_.clear();
    if (!server_.mailboxes.contains(name)) return say(tag + " NO [NONEXISTENT] no such mailbox");
    if (server_.forbidden.contains(name)) return say(tag + " NO [NOPERM] not yours");
    selected_ = name;
    FakeMailbox& mailbox = server_.mailboxes[name];
    condstore_ = condstore_ || qresync_ || line.contains("CONDSTORE");
    for (const FakeMessage& message : mailbox.messages) {
      view_.push_back({message.uid, message.modseq});
    }
    say("* " + std::to_string(view_.size()) + " EXISTS");
    say("* FLAGS (\\Seen)");
    say("* OK [UIDVALIDITY " + std::to_string(mailbox.uid_validity) + "] x");
    say("* OK [UIDNEXT " + std::to_string(mailbox.uid_next) + "] x");
    if (condstore_) say("* OK [HIGHESTMODSEQ " + std::to_string(mailbox.highest_modseq) + "] x");
    if (const std::size_t at = line.find("(QRESYNC ("); at != std::string::npos) {
      std::istringstream words(line.substr(at + 10));
      std::uint32_t uid_validity = 0;
      std::uint64_t modseq = 0;
      words >> uid_validity >> modseq;
      if (uid_validity == mailbox.uid_validity) resume(mailbox, modseq);
    }
    say(tag + " OK [READ-ONLY] examined");
  }

  void resume(const FakeMailbox& mailbox, std::uint64_t modseq) {
    mail::UidSet vanished;
    for (const auto& [when, uid] : mailbox.expunged) {
      if (when > modseq) vanished.add(mail::Uid(uid));
    }
    if (!vanished.empty()) say("* VANISHED (EARLIER) " + vanished.to_string());
    for (std::size_t i = 0; i < mailbox.messages.size(); ++i) {
      if (mailbox.messages[i].modseq > modseq) {
        say("* " + std::to_string(i + 1) + " FETCH (UID " +
            std::to_string(mailbox.messages[i].uid) + attributes(mailbox.messages[i]) + ")");
      }
    }
  }

  [[nodiscard]] std::string attributes(const FakeMessage& message) const {
    std::string text = " FLAGS (";
    for (const std::string& flag : message.flags) text += flag + " ";
    if (text.ends_with(' ')) text.pop_back();
    text += ")";
    if (condstore_) text += " MODSEQ (" + std::to_string(message.modseq) + ")";
    return text;
  }

  // "… FETCH 1:3,5 (UID FLAGS …) (CHANGEDSINCE n)"
  void fetch(const std::string& tag, const std::string& line) {
    if (!server_.mailboxes.contains(selected_)) return say(tag + " NO [NONEXISTENT] it is gone");
    std::istringstream words(line);
    std::string skipped;
    std::string set;
    words >> skipped >> skipped >> set;
    std::uint64_t since = 0;
    if (const std::size_t at = line.find("CHANGEDSINCE "); at != std::string::npos) {
      since = std::stoull(line.substr(at + 13));
    }
    const FakeMailbox& mailbox = server_.mailboxes[selected_];
    const bool early = server_.perhaps();
    if (early) tell(Expunges::kHeldBack);
    bool gone = false;
    for (const std::uint32_t number : numbers(set)) {
      if (number > view_.size()) return say(tag + " BAD no such message");
      const FakeMessage* message = mailbox.find(view_[number - 1].uid);
      if (message == nullptr) {
        gone = true;
        continue;
      }
      if (message->modseq <= since) continue;
      view_[number - 1].modseq = message->modseq;
      say("* " + std::to_string(number) + " FETCH (UID " + std::to_string(message->uid) +
          attributes(*message) + " ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL {3}\r\n\"x\"))");
    }
    if (!early && server_.perhaps()) tell(Expunges::kHeldBack);
    say(tag + (gone && server_.perhaps() ? " NO [EXPUNGEISSUED] some are gone" : " OK fetched"));
  }

  static std::vector<std::uint32_t> numbers(const std::string& set) {
    std::vector<std::uint32_t> all;
    std::istringstream ranges(set);
    for (std::string range; std::getline(ranges, range, ',');) {
      const std::size_t colon = range.find(':');
      const auto first = static_cast<std::uint32_t>(std::stoul(range));
      const auto last = colon == std::string::npos
                            ? first
                            : static_cast<std::uint32_t>(std::stoul(range.substr(colon + 1)));
      for (std::uint32_t number = first; number <= last; ++number) all.push_back(number);
    }
    return all;
  }

  // Brings what the client knows of the selected mailbox up to date.
  void tell(Expunges expunges) {
    if (!server_.mailboxes.contains(selected_)) return;  // none, or it was deleted
    const FakeMailbox& mailbox = server_.mailboxes[selected_];
    if (expunges == Expunges::kTold) tell_expunges(mailbox);
    for (std::size_t i = 0; i < view_.size(); ++i) {
      const FakeMessage* message = mailbox.find(view_[i].uid);
      if (message == nullptr || message->modseq == view_[i].modseq) continue;
      view_[i].modseq = message->modseq;
      const bool uid = server_.uid_in_fetch || qresync_;
      say("* " + std::to_string(i + 1) + " FETCH (" +
          (uid ? "UID " + std::to_string(message->uid) : "X NIL") + attributes(*message) + ")");
    }
    const std::uint32_t last = view_.empty() ? 0 : view_.back().uid;
    const std::size_t before = view_.size();
    for (const FakeMessage& message : mailbox.messages) {
      if (message.uid > last) view_.push_back({message.uid, message.modseq});
    }
    if (view_.size() > before) say("* " + std::to_string(view_.size()) + " EXISTS");
  }

  void tell_expunges(const FakeMailbox& mailbox) {
    mail::UidSet vanished;
    for (std::size_t i = view_.size(); i > 0; --i) {
      if (mailbox.find(view_[i - 1].uid) != nullptr) continue;
      vanished.add(mail::Uid(view_[i - 1].uid));
      view_.erase(view_.begin() + static_cast<std::ptrdiff_t>(i - 1));
      if (!qresync_) say("* " + std::to_string(i) + " EXPUNGE");
    }
    if (qresync_ && !vanished.empty()) say("* VANISHED " + vanished.to_string());
  }

  void say_status(const std::string& name) {
    if (!server_.mailboxes.contains(name)) return;
    const FakeMailbox& mailbox = server_.mailboxes[name];
    std::string line = "* STATUS \"" + name + "\" (MESSAGES " +
                       std::to_string(mailbox.messages.size()) + " UIDNEXT " +
                       std::to_string(mailbox.uid_next) + " UIDVALIDITY " +
                       std::to_string(mailbox.uid_validity);
    if (condstore_) line += " HIGHESTMODSEQ " + std::to_string(mailbox.highest_modseq);
    say(line + ")");
  }

  FakeServer& server_;
  FakeLines lines_;
  std::string idle_tag_;
  bool logged_in_ = false;
  std::string selected_;
  std::vector<Seen> view_;  // what the client was told
  std::set<std::string> notified_;
  bool notified_names_ = false;
  bool condstore_ = false;
  bool qresync_ = false;
};

inline std::size_t FakeServer::logged_in() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(sessions, [](const auto* session) { return session->logged_in(); }));
}

inline void FakeServer::appeared(const std::string& mailbox) {
  for (FakeSession* session : sessions) session->mailbox_appeared(mailbox);
}

inline void FakeServer::changed(const std::string& mailbox) {
  for (FakeSession* session : sessions) session->mailbox_changed(mailbox);
}

}  // namespace roost::client
