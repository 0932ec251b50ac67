// A connection to a FakeNetwork. Healthy, it keeps to the RFCs.
#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "cli/doctor/fake_network.h"

namespace roost::doctor {

class FakeSession final : public Wire {
 public:
  explicit FakeSession(FakeNetwork& network) : network_(network), sick_(network.diseases) {
    network_.sessions.insert(this);
    const bool full = sick_.greets_with_bye && network.sessions.size() > sick_.limit;
    known_ = sick_.preauth;
    say(full ? "* BYE too many"
             : (known_ ? "* PREAUTH [CAPABILITY " : "* OK [CAPABILITY ") + capabilities() +
                   "] ready",
        sick_.late_greeting ? std::chrono::seconds(7) : std::chrono::milliseconds(3));
    closed_ = full;
  }
  ~FakeSession() override {
    network_.sessions.erase(this);
    network_.last_end = network_.now();
  }

  client::Outcome<void> send(std::string_view octets, client::Time) override {
    if (closed_) return client::problem(client::ProblemKind::kClosed, "closed");
    if (idling() && sick_.loses_pieces && !octets.contains('\n')) return {};
    at_once_ = octets.contains("IDLE\r\nDONE");
    input_ += octets;
    while (take()) {
    }
    return {};
  }

  client::Outcome<std::string_view> receive(client::Time until) override {
    using client::ProblemKind;
    if (network_.interrupted()) return client::problem(ProblemKind::kClosed, "interrupted");
    given_.clear();
    if (idling() && sick_.floods) given_ = "* OK no end\r\n";
    if (idling() && sick_.endless_line) given_ = std::string(4096, 'x');
    if (idling() && output_.empty() && alarm_ <= until) ring();
    if (given_.empty() && !output_.empty() && output_.front().first <= until) {
      network_.pass_until(output_.front().first);
      given_ = std::move(output_.front().second);
      output_.pop_front();
    }
    if (given_.empty() && output_.empty() && closed_) {
      return client::problem(ProblemKind::kClosed, "the server has closed the connection");
    }
    if (given_.empty()) network_.pass_until(until);
    return given_;
  }

  client::Outcome<void> secure(client::Time) override { return {}; }
  [[nodiscard]] std::string protection() const override { return "TLSv1.3, TLS_TEST"; }

  void mailbox_changed(const std::string& name) {
    if (name == selected_ && sick_.expunge_any_time) tell_expunges(network_.mailboxes[name]);
    if (name == selected_ && idling()) {
      if (sick_.one_idler && network_.last_idler != this) return;
      if (sick_.push_loses_pieces) input_.clear();
      if (sick_.notify_none_ignored || notify_ != Notify::kNone) tell();
    } else if (notify_ == Notify::kSet && !sick_.notify_silent) {
      if (name == selected_) return tell();
      say("* STATUS \"" + name + "\" (MESSAGES " + std::to_string(network_.mailboxes[name].size()) +
          ")");
    }
  }
  void mailbox_renamed(const std::string& from, const std::string& to) {
    if (selected_ == from) selected_ = sick_.deaf_after_rename ? "" : to;
  }
  void mailbox_deleted(const std::string& name) {
    if (selected_ != name || !idling()) return;
    if (sick_.hangs_after_delete) {
      hung_ = true;
    } else {
      say("* BYE deleted");
      closed_ = true;
    }
  }

 private:
  enum class Notify : std::uint8_t { kNever, kNone, kSet };
  struct Seen {
    std::uint32_t uid;
    std::uint32_t changes;
  };

  [[nodiscard]] bool idling() const { return !idle_tag_.empty(); }
  [[nodiscard]] std::string capabilities() const {
    std::string words = "IMAP4rev1 SASL-IR AUTH=PLAIN ENABLE NOTIFY CONDSTORE QRESYNC";
    if (!sick_.no_idle) words += " IDLE";
    if (sick_.other_after_login && known_) words += " SORT";
    return words;
  }

  void say(const std::string& line, client::Duration after = std::chrono::milliseconds(3)) {
    if (!hung_) output_.emplace_back(network_.now() + after, line + "\r\n");
  }

  void ring() {
    network_.pass_until(alarm_);
    alarm_ += sick_.each_word;
    if (sick_.logs_out) {
      say("* BYE too long", {});
      closed_ = true;
    } else if (!sick_.no_keep_alive) {
      say("* OK still here", {});
    }
  }

  // One line, or the rest of one with a literal.
  bool take() {
    if (closed_) return false;
    if (literal_) {
      if (input_.size() < *literal_ + 2) return false;
      input_.erase(0, *literal_ + 2);
      literal_.reset();
      command(std::exchange(pending_, {}));
      return true;
    }
    const std::size_t end = input_.find('\n');
    if (end == std::string::npos) return false;
    std::string line = input_.substr(0, end);
    input_.erase(0, end + 1);
    if (line.ends_with('\r')) line.pop_back();
    if (line.ends_with('}') && !idling()) {
      literal_ = std::stoul(line.substr(line.rfind('{') + 1));
      pending_ = line;
      say("+ go on");
      return true;
    }
    idling() ? idle_line(line) : command(line);
    return true;
  }

  void idle_line(const std::string& line) {
    const bool done = line == "DONE" || (!sick_.upper_case_only && line == "done");
    if (line.size() > 1000 && sick_.long_line_ignored) return;
    if (done && at_once_ && sick_.hangs_at_once) return;
    const std::string tag = std::exchange(idle_tag_, {});
    if (done) {
      say(tag + " OK idled");
      if (sick_.loses_next) input_.clear();
    } else if (sick_.garbage_closes) {
      say("* BYE what?");
      closed_ = true;
    } else if (sick_.garbage_executed && line.ends_with("NOOP")) {
      idle_tag_ = tag;
      say(line.substr(0, line.find(' ')) + " OK done");
    } else {
      say(tag + " BAD expected DONE");
    }
  }

  static std::string quoted(const std::string& line) {
    const std::size_t first = line.find('"');
    return line.substr(first + 1, line.find('"', first + 1) - first - 1);
  }

  void command(const std::string& line) {
    const std::size_t space = line.find(' ');
    const std::string tag = line.substr(0, space);
    const std::string rest = space == std::string::npos ? "" : line.substr(space + 1);
    const std::string name = rest.substr(0, rest.find(' '));
    if (sick_.malformed) say("* 0 EXPUNGE");
    if (!name.empty() && name == network_.interrupted_by) network_.interrupt();
    const bool lists = name == "LIST" || name == "DELETE";
    if (lists && sick_.no_list) return say(tag + " NO not now");
    if (name == "IDLE" || name == "idle") return idle(tag, rest);
    if (name == "AUTHENTICATE") return authenticate(tag);
    if (name == "SELECT" || name == "EXAMINE") return select(tag, rest);
    if (name == "CREATE" || name == "DELETE" || name == "RENAME") return arrange(tag, name, rest);
    if (name == "NOTIFY") return notify(tag, rest);
    if (name == "CAPABILITY") {
      say("* CAPABILITY " + capabilities());
    } else if (name == "LIST") {
      list(rest);
    } else if (name == "APPEND") {
      const std::string mailbox = quoted(rest);
      network_.mailboxes[mailbox].push_back({network_.next_uid++, {}, 0});
      network_.changed(mailbox);
    } else if (name == "STORE") {
      store(rest);
    } else if (name == "EXPUNGE") {
      std::erase_if(network_.mailboxes[selected_],
                    [](const auto& message) { return message.flags.contains("\\Deleted"); });
      network_.changed(selected_);
    } else if (name == "UID") {
      if (!sick_.tells_behind) tell();
      std::string found = "* SEARCH";
      for (const Seen& seen : view_) found += " " + std::to_string(seen.uid);
      say(found);
      tell();
    } else if (name == "ENABLE") {
      qresync_ = true;
      say("* ENABLED QRESYNC");
    } else if (name == "NOOP") {
      if (!sick_.deaf) tell();
    } else {
      if (sick_.done_closes) closed_ = true;
      return say("* BAD what?");
    }
    say(tag + " OK done");
  }

  void idle(const std::string& tag, const std::string& rest) {
    const bool argument = rest.size() > 5 && !sick_.argument_ignored;
    const bool space = rest.size() == 5 && sick_.no_trailing_space;
    const bool lower = rest.starts_with("idle") && sick_.upper_case_only;
    if (argument || space || lower || (!known_ && !sick_.anybody_idles)) {
      return say(tag + " BAD no");
    }
    idle_tag_ = tag;
    network_.last_idler = this;
    say(sick_.bare_plus ? "+" : "+ idling");
    if (sick_.forgets_gap) {
      see_all();
    } else if (notify_ != Notify::kNone) {
      tell();
    }
    alarm_ = network_.now() + sick_.first_word;
  }

  void authenticate(const std::string& tag) {
    if (network_.sessions.size() > sick_.limit) {
      return say(tag + (sick_.blames_password ? " NO [AUTHENTICATIONFAILED] no"
                                              : " NO [LIMIT] too many connections"));
    }
    known_ = true;
    const bool told = !sick_.other_after_login;
    say(tag + (told ? " OK [CAPABILITY " + capabilities() + "] in" : " OK in"));
  }

  void list(const std::string& rest) {
    if (rest == "LIST \"\" \"\"") return say("* LIST (\\Noselect) \"/\" \"\"");
    std::string pattern = rest.substr(rest.rfind('"', rest.size() - 2) + 1);
    pattern.pop_back();
    const bool all = pattern.ends_with('*');
    if (all) pattern.pop_back();
    for (const auto& [name, messages] : network_.mailboxes) {
      if (all ? name.starts_with(pattern) : name == pattern)
        say("* LIST () \"/\" \"" + name + "\"");
    }
  }

  void arrange(const std::string& tag, const std::string& name, const std::string& rest) {
    const std::string mailbox = quoted(rest);
    const bool used = network_.now() < network_.last_end + std::chrono::milliseconds(500);
    if (name == "DELETE" && sick_.in_use && used) return say(tag + " NO [INUSE] wait");
    if (name == "DELETE" && network_.silent_deletes > 0) {
      --network_.silent_deletes;
      hung_ = true;
      return;
    }
    if (name == "CREATE") {
      if (network_.below_inbox_only && !mailbox.starts_with("INBOX/"))
        return say(tag + " NO not there");
      network_.mailboxes[mailbox];
      hung_ = sick_.hangs_after_create;
    } else if (network_.mailboxes.erase(mailbox) == 0) {
      return say(tag + " NO there is none");
    } else if (name == "DELETE") {
      for (FakeSession* session : network_.sessions) session->mailbox_deleted(mailbox);
    } else {
      const std::string to = quoted(rest.substr(rest.find('"', rest.find('"') + 1) + 1));
      network_.mailboxes[to];
      for (FakeSession* session : network_.sessions) session->mailbox_renamed(mailbox, to);
    }
    say(tag + " OK done");
  }

  void notify(const std::string& tag, const std::string& rest) {
    if (rest.contains("RoostDoctorProbe")) {
      return say(tag + (sick_.notify_bad ? " BAD what?" : " NO [BADEVENT (MessageNew)] what?"));
    }
    notify_ = rest == "NOTIFY NONE" ? Notify::kNone : Notify::kSet;
    say(tag + " OK noted");
  }

  void select(const std::string& tag, const std::string& rest) {
    const std::string mailbox = quoted(rest);
    if (!network_.mailboxes.contains(mailbox)) return say(tag + " NO there is none");
    selected_ = mailbox;
    read_only_ = rest.starts_with("EXAMINE");
    condstore_ = rest.contains("CONDSTORE");
    see_all();
    say("* " + std::to_string(view_.size()) + " EXISTS");
    say(tag + " OK selected");
  }

  // "STORE 2,4 +FLAGS.SILENT (\Deleted)"
  void store(const std::string& rest) {
    std::string numbers = rest.substr(6, rest.find(' ', 6) - 6) + ",";
    const std::string flag = rest.substr(rest.find('(') + 1, rest.find(')') - rest.find('(') - 1);
    for (; !numbers.empty(); numbers.erase(0, numbers.find(',') + 1)) {
      auto& message = network_.mailboxes[selected_].at(std::stoul(numbers) - 1);
      rest.contains("+FLAGS") ? (void)message.flags.insert(flag) : (void)message.flags.erase(flag);
      ++message.changes;
    }
    network_.changed(selected_);
  }

  void see_all() {
    view_.clear();
    for (const auto& message : network_.mailboxes[selected_]) {
      view_.push_back({message.uid, message.changes});
    }
  }

  void tell() {
    if (!network_.mailboxes.contains(selected_)) return;
    const auto& messages = network_.mailboxes[selected_];
    tell_expunges(messages);
    for (std::size_t i = 0; i < view_.size(); ++i) {
      const auto& message = messages[i];
      if (message.changes == view_[i].changes) continue;
      view_[i].changes = message.changes;
      if (sick_.silent_flags) continue;
      say("* " + std::to_string(i + 1) + " FETCH (" +
          (sick_.no_uid ? "" : "UID " + std::to_string(message.uid) + " ") + "FLAGS (\\Seen)" +
          (condstore_ && !sick_.no_modseq ? " MODSEQ (7)" : "") + ")");
    }
    const std::size_t before = view_.size();
    if (messages.size() == before) return;
    if (idling() && (sick_.deaf || (sick_.deaf_if_read_only && read_only_))) return;
    see_all();
    say("* " + std::to_string(view_.size() + (sick_.one_too_many ? 1 : 0)) + " EXISTS",
        sick_.slow ? std::chrono::seconds(5) : std::chrono::milliseconds(3));
  }

  void tell_expunges(const FakeNetwork::Mailbox& messages) {
    std::vector<std::size_t> gone;
    std::string uids;
    for (std::size_t i = view_.size(); i > 0; --i) {
      if (std::ranges::find(messages, view_[i - 1].uid, &FakeNetwork::Message::uid) !=
          messages.end()) {
        continue;
      }
      gone.push_back(i);
      uids += (uids.empty() ? "" : ",") + std::to_string(view_[i - 1].uid);
      view_.erase(view_.begin() + static_cast<std::ptrdiff_t>(i - 1));
    }
    if (gone.empty()) return;
    if (qresync_ && !sick_.no_vanished) return say("* VANISHED " + uids);
    if (sick_.low_first) std::ranges::reverse(gone);
    for (const std::size_t number : gone) say("* " + std::to_string(number) + " EXPUNGE");
  }

  FakeNetwork& network_;
  const Diseases& sick_;
  std::deque<std::pair<client::Time, std::string>> output_;
  client::Time alarm_;
  std::string given_;
  std::string input_;
  std::string pending_;
  std::optional<std::size_t> literal_;
  std::string idle_tag_;
  std::string selected_;
  std::vector<Seen> view_;
  Notify notify_ = Notify::kNever;
  bool known_ = false;
  bool closed_ = false;
  bool hung_ = false;
  bool read_only_ = false;
  bool condstore_ = false;
  bool qresync_ = false;
  bool at_once_ = false;
};

inline client::Outcome<std::unique_ptr<Wire>> FakeNetwork::connect(client::Time) {
  return std::make_unique<FakeSession>(*this);
}

inline void FakeNetwork::changed(const std::string& mailbox) {
  for (FakeSession* session : sessions) session->mailbox_changed(mailbox);
}

}  // namespace roost::doctor
