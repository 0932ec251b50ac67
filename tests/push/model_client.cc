#include "tests/push/model_client.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <sstream>

namespace roost::push_model {

namespace {

constexpr std::array<std::string_view, 5> kFlags = {"\\Seen", "\\Flagged", "\\Deleted", "red",
                                                    "blue"};
constexpr std::size_t kSubjects = 20;  // so that many are equal, and many are not

ModelClient::FlagSet flag_set(std::string_view list) {
  ModelClient::FlagSet flags;
  std::istringstream in{std::string(list)};
  for (std::string flag; in >> flag;) {
    if (flag != "\\Recent") flags.insert(flag);
  }
  return flags;
}

}  // namespace

void ModelClient::begin(const std::string& command) {
  tag_ = "t" + std::to_string(++commands_);
  command_ = command.substr(0, command.find(' '));
  numbers_stand_ = command_ == "FETCH" || command_ == "STORE" || command_ == "SEARCH";
  to_send_ = tag_ + " " + command + "\r\n";
  transcript_ += "> " + to_send_;
  phase_ = command == "IDLE" ? Phase::kIdleSent : Phase::kCommand;
}

void ModelClient::begin_noop() { begin("NOOP"); }
void ModelClient::begin_fetch_all() {
  const std::string uid = uidonly() ? "UID " : "";
  begin(uid + (condstore() ? "FETCH 1:* (UID FLAGS MODSEQ)" : "FETCH 1:* (UID FLAGS)"));
}

void ModelClient::begin_done() {
  to_send_ = "DONE\r\n";
  transcript_ += "> DONE\n";
  phase_ = Phase::kDoneSent;
}

void ModelClient::choose(Random& random) {
  if (phase_ == Phase::kIdling) return begin_done();
  if (!logged_in_) {
    logged_in_ = true;
    return begin("LOGIN " + std::string(kAccount) + " " + std::string(kPassword));
  }
  if (!enabled_ && dialect_ != Dialect::kPlain) {
    enabled_ = true;
    const std::string_view changes = qresync() ? " QRESYNC" : condstore() ? " CONDSTORE" : "";
    return begin("ENABLE" + std::string(changes) + (uidonly() ? " UIDONLY" : ""));
  }
  if (!selected_ || below(random, 20) == 0) return select(random);
  if (below(random, 3) == 0) return begin("IDLE");
  choose_in_mailbox(random);
}

void ModelClient::select(Random& random) {
  mailbox_ = kMailboxes[below(random, std::size(kMailboxes))];
  read_only_ = below(random, 4) == 0;
  selected_ = true;
  messages_.clear();
  context_.reset();
  MailboxCache& cache = mailbox_cache();
  std::string parameter;
  if (cache.highest_modseq > 0 && below(random, 4) != 0) {
    parameter = " (QRESYNC (" + std::to_string(cache.uid_validity) + " " +
                std::to_string(cache.highest_modseq) + "))";
  } else {
    cache = {};
  }
  begin((read_only_ ? "EXAMINE " : "SELECT ") + mailbox_ + parameter);
}

void ModelClient::choose_in_mailbox(Random& random) {
  const std::string uid = uidonly() || below(random, 2) == 0 ? "UID " : "";
  const std::string other(kMailboxes[below(random, std::size(kMailboxes))]);
  if (uidonly() && !messages_.empty() && cache().empty()) return begin_fetch_all();
  const std::string message = messages_.empty() ? "" : name_of_one(random);
  switch (below(random, 13)) {
    case 0:
      return begin(uid + "SEARCH ALL");
    case 1:
    case 2:
      return append(random);
    case 3:
      if (messages_.empty()) break;
      return begin(uid + "FETCH 1:* (UID FLAGS)");
    case 4:
    case 5:
    case 6:
      if (messages_.empty() || read_only_) break;
      return store(random);
    case 7:
      if (read_only_) break;
      return begin("EXPUNGE");
    case 8:
      if (messages_.empty()) break;
      return begin((uidonly() ? "UID COPY " : "COPY ") + message + " " + other);
    case 9:
      if (messages_.empty() || read_only_) break;
      return begin((uidonly() ? "UID MOVE " : "MOVE ") + message + " " + other);
    case 10:
      selected_ = false;
      messages_.clear();
      context_.reset();
      return begin(below(random, 2) == 0 ? "UNSELECT" : "CLOSE");
    case 11:
      return keep_up(random);
    default:
      break;
  }
  begin_noop();
}

// As a sequence set: a number, or with UIDONLY a UID. Requires: it knows one.
std::string ModelClient::name_of_one(Random& random) const {
  if (!uidonly()) return std::to_string(1 + below(random, messages_.size()));
  return std::to_string(std::next(cache().begin(), below(random, cache().size()))->first);
}

// A change that the server is asked not to tell is known from here on: it will be told of what came
// out otherwise before the tagged response.
void ModelClient::store(Random& random) {
  const std::string name = name_of_one(random);
  const auto number = static_cast<std::uint32_t>(std::stoul(name));
  Message& message = uidonly() ? mailbox_cache().messages[number] : messages_[number - 1];
  const std::string flag(kFlags[below(random, kFlags.size())]);
  // What is not told must be worked out from what is known.
  const bool knows = !qresync() || (message.uid && message.flags);
  const bool silent = knows && below(random, 2) == 0;
  const bool by_uid = uidonly() || (message.uid && below(random, 2) == 0);
  const std::size_t how = below(random, 3);
  if (silent && how == 0) message.flags = FlagSet{flag};
  if (silent && how == 1 && message.flags) message.flags->insert(flag);
  if (silent && how == 2 && message.flags) message.flags->erase(flag);
  if (silent && qresync()) remember(message);
  constexpr std::array<std::string_view, 3> kHow = {"FLAGS", "+FLAGS", "-FLAGS"};
  begin((by_uid ? "UID STORE " + std::to_string(*message.uid) : "STORE " + name) + " " +
        std::string(kHow[how]) + (silent ? ".SILENT (" : " (") + flag + ")");
}

// Which number a message had that has vanished, a client with QRESYNC or UIDONLY need not know.
void ModelClient::keep_up(Random& random) {
  using Kind = ModelContext::Kind;
  if (context_) {
    begin("CANCELUPDATE \"" + context_->tag() + "\"");
    context_.reset();
    return;
  }
  constexpr std::array kKinds = {Kind::kByUid, Kind::kSortedByUid, Kind::kByNumber};
  const Kind kind = kKinds[below(random, qresync() || uidonly() ? 2 : 3)];
  begin(ModelContext::command(kind));
  context_.emplace(tag_, kind);
}

void ModelClient::append(Random& random) {
  const std::string mailbox(kMailboxes[below(random, std::size(kMailboxes))]);
  const std::string flag(kFlags[below(random, kFlags.size())]);
  const auto subject = static_cast<char>('a' + below(random, kSubjects));
  const std::string message = std::string("Subject: ") + subject + "\r\n\r\nmodel\r\n";
  begin("APPEND " + mailbox + " (" + flag + ") {" + std::to_string(message.size()) + "+}\r\n" +
        message);
}

void ModelClient::hear(std::string_view octets) {
  heard_ += octets;
  std::size_t end = 0;
  while ((end = heard_.find("\r\n")) != std::string::npos) {
    const std::string line = heard_.substr(0, end);
    heard_.erase(0, end + 2);
    transcript_ += "< " + line + "\n";
    hear_line(line);
  }
}

void ModelClient::hear_line(const std::string& line) {
  if (phase_ == Phase::kGreeting) {
    phase_ = Phase::kFree;
    return;
  }
  const bool may_idle = phase_ == Phase::kIdling || phase_ == Phase::kDoneSent;
  if (phase_ == Phase::kFree) error("told without a command", line);
  if (!to_send_.empty() && !may_idle) error("told before the command was complete", line);
  hear_code(line);
  if (line.starts_with("+ ")) {
    if (phase_ != Phase::kIdleSent) error("a continuation nobody waits for", line);
    phase_ = Phase::kIdling;
  } else if (line.starts_with(tag_ + " ")) {
    if (!line.starts_with(tag_ + " OK")) error("refused", line);
    work_out_highest_modseq();
    phase_ = Phase::kFree;
  } else if (line.starts_with("* BYE")) {
    error("disconnected", line);
  } else if (line.starts_with("* ESEARCH ")) {
    hear_esearch(line);
  } else if (line.starts_with("* VANISHED ")) {
    hear_vanished(std::string_view(line).substr(11), line);
  } else if (line.starts_with("* ")) {
    std::uint32_t number = 0;
    const char* const begin = line.data() + 2;
    const auto [after, failed] = std::from_chars(begin, line.data() + line.size(), number);
    if (after == begin) return;  // FLAGS, SEARCH, OK …
    hear_message(number, std::string_view(after + 1, line.data() + line.size()), line);
  } else {
    error("not understood", line);
  }
}

void ModelClient::hear_message(std::uint32_t number, std::string_view what,
                               const std::string& line) {
  if (what.starts_with("RECENT")) {
    if (number > messages_.size()) error("more \\Recent than messages", line);
  } else if (!selected_) {
    error("nothing is selected", line);
  } else if (what.starts_with("EXISTS")) {
    if (number < messages_.size()) error("EXISTS shrinks", line);
    messages_.resize(number);
  } else if (what.starts_with("UIDFETCH")) {
    if (!uidonly()) error("UIDFETCH that nobody enabled", line);
    Message& message = mailbox_cache().messages[number];
    if (cache().size() > messages_.size()) error("no such message", line);
    message.uid = number;
    learn(message, what);
  } else if (uidonly()) {
    error("a message number", line);
  } else if (number == 0 || number > messages_.size()) {
    error("no such message", line);
  } else if (what.starts_with("EXPUNGE")) {
    if (numbers_stand_ && phase_ == Phase::kCommand) error("EXPUNGE renumbers", line);
    if (qresync()) error("EXPUNGE in place of VANISHED", line);
    messages_.erase(messages_.begin() + number - 1);
    if (!context_) return;
    if (const std::string wrong = context_->hear_expunge(number); !wrong.empty())
      error(wrong, line);
  } else if (what.starts_with("FETCH")) {
    learn(messages_[number - 1], what);
  } else {
    error("not understood", line);
  }
}

void ModelClient::hear_esearch(const std::string& line) {
  const std::string wrong = context_ ? context_->hear(line) : "an update to no search";
  if (!wrong.empty()) error(wrong, line);
}

// "[HIGHESTMODSEQ 12]" and "[UIDVALIDITY 3]", tagged or untagged.
void ModelClient::hear_code(std::string_view line) {
  const auto number_behind = [&](std::string_view code) -> std::optional<std::uint64_t> {
    const std::size_t at = line.find(code);
    if (!qresync() || at == std::string_view::npos) return std::nullopt;
    std::uint64_t number = 0;
    std::from_chars(line.data() + at + code.size(), line.data() + line.size(), number);
    return number;
  };
  if (uidonly() && line.contains("[UNSEEN ")) error("a message number", std::string(line));
  if (const auto modseq = number_behind("OK [HIGHESTMODSEQ ")) highest_modseq_code_ = modseq;
  if (const auto validity = number_behind("OK [UIDVALIDITY ")) {
    mailbox_cache().uid_validity = *validity;
  }
}

void ModelClient::work_out_highest_modseq() {
  if (selected_ && qresync()) {
    std::uint64_t& highest = mailbox_cache().highest_modseq;
    highest = highest_modseq_code_.value_or(std::max(highest, highest_modseq_item_));
  }
  highest_modseq_code_.reset();
  highest_modseq_item_ = 0;
}

void ModelClient::hear_vanished(std::string_view what, const std::string& line) {
  if ((!qresync() && !uidonly()) || !selected_) error("VANISHED that nobody enabled", line);
  const bool earlier = what.starts_with("(EARLIER) ");
  if (earlier) what.remove_prefix(10);
  const bool selecting = command_ == "SELECT" || command_ == "EXAMINE";
  if (earlier != selecting) error("(EARLIER) where it does not belong", line);
  if (numbers_stand_ && phase_ == Phase::kCommand) error("VANISHED renumbers", line);
  while (!what.empty()) {
    std::uint32_t first = 0;
    const char* const end = what.data() + what.size();
    const char* at = std::from_chars(what.data(), end, first).ptr;
    std::uint32_t last = first;
    if (at != end && *at == ':') at = std::from_chars(at + 1, end, last).ptr;
    for (std::uint32_t uid = first; uid <= last; ++uid) {
      mailbox_cache().messages.erase(uid);
      if (!earlier) vanish(uid, line);
    }
    what.remove_prefix(static_cast<std::size_t>(at - what.data()));
    if (what.starts_with(',')) what.remove_prefix(1);
  }
}

// Of messages whose UID it does not know, it knows nothing else either: one among those that stand
// where the UID belongs is as good as another.
void ModelClient::vanish(std::uint32_t uid, const std::string& line) {
  const auto behind = std::ranges::find_if(
      messages_, [&](const Message& message) { return message.uid && *message.uid >= uid; });
  if (uidonly() && !messages_.empty()) {
    messages_.pop_back();
  } else if (behind != messages_.end() && *behind->uid == uid) {
    messages_.erase(behind);
  } else if (behind != messages_.begin() && !std::prev(behind)->uid) {
    messages_.erase(std::prev(behind));
  } else {
    error("no such message", line);
  }
}

void ModelClient::learn(Message& message, std::string_view line) {
  if (const std::size_t at = line.find("UID "); at != std::string_view::npos) {
    std::uint32_t uid = 0;
    std::from_chars(line.data() + at + 4, line.data() + line.size(), uid);
    if (message.uid && *message.uid != uid)
      error("the UID of a message changes", std::string(line));
    message.uid = uid;
  } else if (!uidonly()) {
    error("FETCH without UID", std::string(line));
  }
  if (const std::size_t at = line.find("FLAGS ("); at != std::string_view::npos) {
    const std::string_view list = line.substr(at + 7);
    message.flags = flag_set(list.substr(0, list.find(')')));
  }
  if (const std::size_t at = line.find("MODSEQ ("); at != std::string_view::npos) {
    std::uint64_t modseq = 0;
    std::from_chars(line.data() + at + 8, line.data() + line.size(), modseq);
    if (modseq < message.modseq.value_or(0)) error("MODSEQ shrinks", std::string(line));
    message.modseq = modseq;
    highest_modseq_item_ = std::max(highest_modseq_item_, modseq);
  } else if (condstore() && command_ != "FETCH" && command_ != "UID") {
    error("FETCH without MODSEQ", std::string(line));
  }
  if (qresync() && message.uid) remember(message);
}

// What it knows of a message in its place, by UID as well. With UIDONLY it is there already.
void ModelClient::remember(const Message& message) {
  Message& cached = mailbox_cache().messages[*message.uid];
  cached.uid = message.uid;
  if (message.flags) cached.flags = message.flags;
  if (message.modseq) cached.modseq = message.modseq;
}

void ModelClient::error(std::string_view what, const std::string& line) {
  errors_.push_back(std::string(what) + ": " + line);
}

}  // namespace roost::push_model
