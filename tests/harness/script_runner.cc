#include "tests/harness/script_runner.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace roost::harness {

namespace {

const std::filesystem::path kData = std::filesystem::path(ROOST_SOURCE_DIR) / "tests/data";

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> all;
  for (std::string word; in >> word;) all.push_back(word);
  return all;
}

std::string dot_stuffed(std::string_view message) {
  std::string out;
  bool at_start = true;
  for (const char c : message) {
    if (at_start && c == '.') out += '.';
    at_start = c == '\n';
    out += c;
  }
  if (!out.ends_with("\r\n")) out += "\r\n";
  return out + ".";
}

// "OK" where the line begins with it says enough.
bool is_reply(std::string_view wanted, std::string_view line) {
  return matches(std::string(wanted) + "...", line);
}

class Runner {
 public:
  Runner(const Script& script, World& world) : script_(script), world_(world) {}

  // False: it has failed.
  bool step(const Step& step) {
    step_ = &step;
    switch (step.kind) {
      case Step::Kind::kSend:
        return send(step);
      case Step::Kind::kSendOctets:
        say(step.who, unescape(step.text));
        return true;
      case Step::Kind::kExpect:
        return expect(step);
      case Step::Kind::kExpectLater:
        return expect_later(step);
      case Step::Kind::kSilence:
        return silence(step.who);
      case Step::Kind::kDirective:
        return direct(step);
    }
    return false;
  }

  // Every connection that stands is finished by its client: no line may have been left unread.
  void end() {
    for (auto& [name, peer] : peers_) {
      peer->finish();
      while (const auto line = peer->line()) {
        if (!failed_) wrong("nothing more to " + name, line);
      }
    }
  }

 private:
  bool wrong(const std::string& wanted, const std::optional<std::string>& got) {
    failed_ = true;
    ADD_FAILURE_AT(script_.file.c_str(), step_->line_number)
        << "expected: " << wanted << "\n     got: " << got.value_or("(nothing)") << "\n"
        << transcript_;
    return false;
  }

  Peer& peer(const std::string& who) {
    if (const auto found = peers_.find(who); found != peers_.end()) return *found->second;
    connect(who, Service::kImaps);
    Peer& peer = *peers_[who];
    ask(peer, "login LOGIN alice " + std::string(kPassword), "login");
    return peer;
  }

  void connect(const std::string& who, Service service) {
    need_user("alice");
    peers_[who] = world_.open(service);
    (void)peers_[who]->line();  // the greeting
  }

  void need_user(const std::string& name) {
    if (users_.insert(name).second) world_.add_user(name);
  }

  void say(const std::string& who, const std::string& octets) {
    Peer& to = peer(who);
    transcript_ += who + "> " + octets;
    if (!octets.ends_with('\n')) transcript_ += '\n';
    to.send(octets);
  }

  // A server chooses it, so that a script cannot know it.
  [[nodiscard]] std::string with_uid_validity(std::string text) const {
    constexpr std::string_view kName = "$UIDVALIDITY";
    if (const std::size_t at = text.find(kName); at != std::string::npos) {
      text.replace(at, kName.size(), uid_validity_);
    }
    return text;
  }

  std::optional<std::string> hear(const std::string& who) {
    auto line = peer(who).line();
    constexpr std::string_view kCode = "[UIDVALIDITY ";
    if (const std::size_t at = line ? line->find(kCode) : std::string::npos;
        at != std::string::npos) {
      const std::size_t number = at + kCode.size();
      uid_validity_ = line->substr(number, line->find(']', number) - number);
    }
    transcript_ += who + "< " + line.value_or("(nothing)") + "\n";
    return line;
  }

  bool send(const Step& step) {
    say(step.who, with_uid_validity(step.text) + "\r\n");
    if (step.reply.empty()) return true;
    std::string tag = step.text.substr(0, step.text.find(' ')) + " ";
    std::string wanted = tag + step.reply;
    const auto reply_words = words(step.reply);
    if (step.reply.starts_with("+")) {
      tag = "+ ";
      wanted = step.reply;
    } else if (reply_words.size() > 1 && reply_words[0] != "OK" && reply_words[0] != "NO" &&
               reply_words[0] != "BAD") {
      tag = reply_words[0] + " ";
      wanted = step.reply;
    }
    while (true) {
      const auto line = hear(step.who);
      if (!line) return wrong(wanted, line);
      if (is_reply(wanted, *line)) return true;
      if (line->starts_with(tag)) return wrong(wanted, line);
    }
  }

  bool expect(const Step& step) {
    const auto line = hear(step.who);
    return line && matches(step.text, *line) ? true : wrong(step.text, line);
  }

  bool expect_later(const Step& step) {
    while (true) {
      const auto line = hear(step.who);
      if (!line) return wrong(step.text, line);
      if (matches(step.text, *line)) return true;
    }
  }

  // Over sockets silence cannot be seen; the next line that is expected says whether it was.
  bool silence(const std::string& who) {
    if (!peer(who).knows_silence()) return true;
    const auto line = peer(who).line();
    return line ? wrong("silence", line) : true;
  }

  bool direct(const Step& step) {
    const std::string& what = step.who;
    const auto args = words(step.text);
    const std::string who = args.empty() ? "" : args[0];
    if (what == "connect") {
      connect(who, args.size() > 1 && args[1] == "plain" ? Service::kImap : Service::kImaps);
    } else if (what == "user") {
      need_user(who);
    } else if (what == "deliver") {
      return deliver(who, step.text.substr(step.text.find(' ') + 1));
    } else if (what == "fill" && args.size() == 3) {
      return fill(who, args[1], std::stoi(args[2]));
    } else if (what == "passwd") {
      world_.change_password(who);
    } else if (what == "remove") {
      world_.remove_user(who);
    } else if (what == "kick") {
      world_.kick(who);
    } else if (what == "shutdown") {
      world_.shut_down();
    } else if (what == "later" && args.size() == 1) {
      world_.pass(std::chrono::seconds(std::stoi(who)));
    } else {
      return direct_peer(what, who);
    }
    return true;
  }

  bool direct_peer(const std::string& what, const std::string& who) {
    if (what == "starttls") {
      peer(who).start_tls();
    } else if (what == "compress") {
      peer(who).start_compression();
    } else if (what == "decompress") {
      peer(who).end_compression();
    } else if (what == "hold") {
      peer(who).hold_baton();
    } else if (what == "release") {
      peer(who).release_baton();
    } else if (what == "stall") {
      peer(who).stall();
    } else if (what == "resume") {
      peer(who).resume();
    } else if (what == "finish") {
      peer(who).finish();
    } else if (what == "disconnect") {
      peer(who).disconnect();
      peers_.erase(who);
    } else if (what == "closed") {
      if (!peer(who).ended()) return wrong("the end of the connection", peer(who).line());
      peers_.erase(who);
    } else {
      return wrong("a directive", what);
    }
    return true;
  }

  // Sends a line and waits for the line that begins with prefix.
  bool ask(Peer& to, const std::string& line, const std::string& prefix) {
    to.send(line + "\r\n");
    while (const auto heard = to.line()) {
      if (heard->starts_with(prefix)) return true;
    }
    return wrong(prefix, std::nullopt);
  }

  bool deliver(const std::string& user, const std::string& what) {
    need_user(user);
    std::string message;
    if (what.starts_with('"')) {
      message = unescape(what);
    } else {
      std::ifstream in(kData / what, std::ios::binary);
      message.assign(std::istreambuf_iterator<char>(in), {});
    }
    const auto lmtp = world_.open(Service::kLmtp);
    transcript_ += "deliver " + user + "\n";
    return ask(*lmtp, "LHLO mx.example.com", "250 ") &&
           ask(*lmtp, "MAIL FROM:<sender@example.com>", "250") &&
           ask(*lmtp, "RCPT TO:<" + user + ">", "250") && ask(*lmtp, "DATA", "354") &&
           ask(*lmtp, dot_stuffed(message), "250");
  }

  // So many messages with the subjects "message 1" and so on, made with APPEND.
  bool fill(const std::string& user, const std::string& mailbox, int count) {
    need_user(user);
    const auto imap = world_.open(Service::kImaps);
    if (!ask(*imap, "l LOGIN " + user + " " + std::string(kPassword), "l OK")) return false;
    if (!ask(*imap, "c CREATE " + mailbox, "c ")) return false;
    for (int i = 1; i <= count; ++i) {
      const std::string number = std::to_string(i);
      std::string text = "Subject: message ";
      text.append(number).append("\r\n\r\ntext ").append(number).append("\r\n");
      const std::string head =
          "a APPEND " + mailbox + " {" + std::to_string(text.size()) + "+}\r\n";
      if (!ask(*imap, head + text, "a OK")) return false;
    }
    return ask(*imap, "o LOGOUT", "o OK");
  }

  const Script& script_;
  World& world_;
  const Step* step_ = nullptr;
  bool failed_ = false;
  std::set<std::string> users_;
  std::map<std::string, std::unique_ptr<Peer>> peers_;
  std::string uid_validity_;  // told last
  std::string transcript_;
};

}  // namespace

void run(const Script& script, World& world) {
  Runner runner(script, world);
  for (const Step& step : script.steps) {
    if (!runner.step(step) || testing::Test::HasFailure()) return;
  }
  runner.end();
}

}  // namespace roost::harness
