// The same proof for what a client of IMAP4rev2 hears of mailboxes it has not selected: clients
// idle and do other things, writers change mailboxes and their names, octets and turns of the baton
// come in any order, some clients do not read for a while. At rest all idle, and each must know all
// names and states as the store has them, by nothing but the LIST and STATUS it was sent unasked.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "imap/in_process_server.h"
#include "mail/mailbox_name.h"

namespace roost::push_model {

namespace {

using Random = std::mt19937_64;

constexpr std::string_view kAccount = "alice";
constexpr std::string_view kNames[] = {"a", "a/b", "a/b/c", "d", "d/e", "f"};
constexpr int kRounds = 150;
constexpr int kStepsARound = 400;
constexpr std::size_t kClients = 4;
constexpr std::size_t kLoops = 2;

std::size_t below(Random& random, std::size_t bound) {
  return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
}

std::string_view any_name(Random& random) { return kNames[below(random, std::size(kNames))]; }

// What can be known of a name.
struct Known {
  std::set<std::string> attributes;
  std::string state;  // "MESSAGES 1 UIDNEXT 2 UIDVALIDITY 3 UNSEEN 1"; empty: none was told
  bool operator==(const Known&) const = default;
};
using Account = std::map<std::string, Known>;

std::set<std::string> words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

std::string state_of(const store::MailboxStatus& status) {
  return "MESSAGES " + std::to_string(status.messages) + " UIDNEXT " +
         std::to_string(status.uid_next.value) + " UIDVALIDITY " +
         std::to_string(status.uid_validity.value) + " UNSEEN " + std::to_string(status.unseen);
}

std::string empty_state(const std::string& validity) {
  return "MESSAGES 0 UIDNEXT 1 UIDVALIDITY " + validity + " UNSEEN 0";
}

std::string validity_of(const Known& known) {
  constexpr std::string_view kItem = "UIDVALIDITY ";
  const std::size_t at = known.state.find(kItem);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + kItem.size();
  return known.state.substr(begin, known.state.find(' ', begin) - begin);
}

// As the store has it.
Account stored(store::Store& store, mail::AccountId account) {
  Account all;
  const auto mailboxes = *store.mailboxes(account);
  for (const store::Mailbox& mailbox : mailboxes) {
    Known& known = all[mailbox.name];
    known.attributes.insert("\\HasNoChildren");
    if (!mailbox.selectable) known.attributes.insert("\\Noselect");
    if (mailbox.special_use != mail::SpecialUse::kNone) {
      known.attributes.emplace(mail::attribute_of(mailbox.special_use));
    }
    if (mailbox.selectable) known.state = state_of(*store.status(mailbox.id));
  }
  for (auto& [name, known] : all) {
    if (const auto parent = mail::parent_of(name)) {
      all[std::string(*parent)].attributes.erase("\\HasNoChildren");
      all[std::string(*parent)].attributes.insert("\\HasChildren");
    }
  }
  const auto subscriptions = *store.subscriptions(account);
  for (const std::string& name : subscriptions) {
    const auto [at, missing] = all.try_emplace(name);
    if (missing) at->second.attributes = {"\\NonExistent", "\\HasNoChildren"};
    at->second.attributes.insert("\\Subscribed");
  }
  return all;
}

// A client: from the first "+ idling" after what it has done itself, it keeps what it is told.
class Client {
 public:
  Client(imap::InProcessServer& server, mail::AccountId account)
      : server_(server), account_(account), connection_(server.connect()) {
    say("l LOGIN alice secret\r\ne ENABLE IMAP4rev2\r\n");
  }

  [[nodiscard]] imap::FakeConnection& connection() { return connection_; }
  [[nodiscard]] bool idling() const { return idling_ && !done_ && to_send_.empty(); }
  [[nodiscard]] bool free() const { return !busy_ && to_send_.empty(); }

  // The next thing, of those that it may do.
  void choose(Random& random) {
    if (idling()) {
      done_ = true;
      return say("DONE\r\n");
    }
    if (!free()) return;
    const std::string name(any_name(random));
    switch (below(random, 12)) {
      case 0:
        changes_ = true;
        return say("x APPEND " + name + " {5+}\r\nhello\r\n");
      case 1:
        selected_.clear();
        return say("x SELECT " + (below(random, 3) == 0 ? name : "INBOX") + "\r\n");
      case 4:
        if (selected_.empty()) return say("i IDLE\r\n");
        selected_.clear();
        return say(below(random, 2) == 0 ? "x CLOSE\r\n" : "x UNSELECT\r\n");
      case 2:
        return say("x STATUS INBOX (MESSAGES)\r\n");
      case 3:
        return say("x NOOP\r\n");
      default:
        return say("i IDLE\r\n");
    }
  }
  void idle() {
    if (free()) say("i IDLE\r\n");
  }
  // One of the connection. In its first turn with a worker IDLE reads what there is, if nothing is
  // known: not earlier, what others have begun may come before it.
  bool step() {
    if (connection_.offloaded() && begins_ && !knows_ && !read_) {
      read_ = stored(*server_.store, account_);
    }
    return connection_.step();
  }
  void feed(std::size_t octets) {
    octets = std::min(octets, to_send_.size());
    connection_.feed(to_send_.substr(0, octets));
    to_send_.erase(0, octets);
  }
  void hear() {
    heard_ += connection_.take_output();
    for (std::size_t end; (end = heard_.find("\r\n")) != std::string::npos;) {
      const std::string line = heard_.substr(0, end);
      heard_.erase(0, end + 2);
      take(line);
    }
  }
  // At rest, and idling.
  void check() {
    Account told = account_known_;
    Account there = stored(*server_.store, account_);
    // Of the selected one EXISTS and FETCH have told.
    if (const auto name = name_in(there, selected_)) told[*name].state = there[*name].state;
    for (const auto& [name, known] : there) {
      ASSERT_TRUE(told.contains(name)) << name << "\n" << transcript_;
      // Told as new when it had been renamed already.
      if (told[name].state == empty_state("?")) told[name].state = empty_state(validity_of(known));
      ASSERT_EQ(told[name].attributes, known.attributes) << name << "\n" << transcript_;
      ASSERT_EQ(told[name].state, known.state) << name << "\n" << transcript_;
    }
    ASSERT_EQ(told.size(), there.size()) << transcript_;
    transcript_.clear();
  }

 private:
  void say(const std::string& octets) {
    transcript_ += "C: " + octets;
    to_send_ += octets;
    busy_ = true;
    begins_ = octets.starts_with("i ");
    if (begins_) read_.reset();
  }

  void take(const std::string& line) {
    transcript_ += "S: " + line + "\n";
    if (line == "+ idling") {
      idling_ = true;
      begins_ = false;
      if (!knows_) account_known_ = *read_;  // whatever happened since then is told
      knows_ = true;
    } else if (line.starts_with("* OK [CLOSED]")) {
      selected_.clear();
    } else if (line.starts_with("* OK [UIDVALIDITY ")) {
      selected_ = line.substr(6, line.find(']') - 6) + " ";
    } else if (line.starts_with("i ")) {
      if (idling_) know_selected();
      idling_ = done_ = busy_ = false;
    } else if (line.starts_with("x ") || line.starts_with("e ")) {
      busy_ = false;
      if (changes_ && line.starts_with("x OK")) knows_ = false;
      changes_ = false;
    } else if (line.starts_with("* LIST (")) {
      if (idling_) take_list(line);
    } else if (line.starts_with("* STATUS ")) {
      if (idling_) take_status(line);
    }
  }

  // In which all have a UIDVALIDITY of their own.
  static std::optional<std::string> name_in(const Account& all, const std::string& mailbox) {
    const auto found = std::ranges::find_if(all, [&](const auto& name_and_known) {
      return !mailbox.empty() && name_and_known.second.state.contains(mailbox);
    });
    return found != all.end() ? std::optional(found->first) : std::nullopt;
  }

  // While it idled it was not told the state of the mailbox that it has selected, but all that
  // happened in that; so it knows what is there when it leaves it, until it is told something
  // newer.
  void know_selected() {
    const Account there = stored(*server_.store, account_);
    const auto now = name_in(there, selected_);
    if (!now) return;
    const auto known = account_known_.find(name_in(account_known_, selected_).value_or(*now));
    if (known != account_known_.end()) known->second.state = there.at(*now).state;
  }

  // "* LIST (ATTRIBUTES) "/" NAME", "… ("OLDNAME" (NAME))"
  void take_list(const std::string& line) {
    const std::size_t close = line.find(')');
    const std::set<std::string> attributes = words(line.substr(8, close - 8));
    std::string name = line.substr(close + 6);
    constexpr std::string_view kOldName = " (\"OLDNAME\" (";
    if (const std::size_t at = name.find(kOldName); at != std::string::npos) {
      const std::size_t begin = at + kOldName.size();
      rename(name.substr(begin, name.size() - begin - 2), name.substr(0, at));
      name.resize(at);
    }
    Known& known = account_known_[name];
    const bool gone = attributes.contains("\\NonExistent") && !attributes.contains("\\Subscribed");
    const bool was_there = !known.state.empty();
    known.attributes = attributes;
    if (attributes.contains("\\NonExistent") || attributes.contains("\\Noselect")) {
      known.state.clear();
    } else if (!was_there) {
      // A new mailbox is empty. Its UIDVALIDITY is known with the first STATUS.
      const auto mailbox = server_.store->find_mailbox(account_, name);
      known.state = empty_state(mailbox ? std::to_string(mailbox->uid_validity.value) : "?");
    }
    if (gone) account_known_.erase(name);
  }

  // With its inferiors. What is subscribed to stays subscribed to, as a name.
  void rename(const std::string& from, const std::string& to) {
    Account moved;
    for (auto at = account_known_.begin(); at != account_known_.end();) {
      const bool goes = at->first == from || mail::is_inferior_of(at->first, from);
      const bool exists = !at->second.attributes.contains("\\NonExistent");
      if (!goes || !exists) {
        ++at;
        continue;
      }
      moved[to + at->first.substr(from.size())] = at->second;
      at = account_known_.erase(at);
    }
    for (auto& [name, known] : moved) account_known_[name] = known;
  }

  void take_status(const std::string& line) {
    const std::size_t open = line.find(" (");
    const std::string name = line.substr(9, open - 9);
    EXPECT_TRUE(selected_.empty() || !line.contains(selected_)) << transcript_;
    EXPECT_EQ(line.find("UIDNEXT 0 "), std::string::npos) << transcript_;
    EXPECT_EQ(line.find("UIDVALIDITY 0 "), std::string::npos) << transcript_;
    account_known_[name].state = line.substr(open + 2, line.size() - open - 3);
  }

  imap::InProcessServer& server_;
  const mail::AccountId account_;
  imap::FakeConnection& connection_;
  std::string to_send_;
  std::string heard_;
  std::string transcript_;
  std::string selected_;  // "UIDVALIDITY 3 ", by which it is recognised whatever its name is
  bool busy_ = false;
  bool idling_ = false;
  bool done_ = false;  // DONE is said
  bool knows_ = false;
  bool changes_ = false;         // a command is said that changes other mailboxes
  bool begins_ = false;          // IDLE is said, and not answered
  std::optional<Account> read_;  // what IDLE found
  Account account_known_;
};

class OthersModel {
 public:
  explicit OthersModel(std::uint64_t seed) : random_(seed) {
    account_ = server_.add_account(kAccount);
    for (std::size_t i = 0; i < kClients; ++i) clients_.emplace_back(server_, account_);
  }

  void run() {
    for (int round = 0; round < kRounds; ++round) {
      for (int i = 0; i < kStepsARound; ++i) step();
      come_to_rest();
      for (Client& client : clients_) client.check();
      if (testing::Test::HasFailure()) return;
    }
  }

 private:
  void step() {
    Client& client = clients_[below(random_, clients_.size())];
    switch (below(random_, 10)) {
      case 0:
      case 1:
        server_.run_task(server_.loops[below(random_, kLoops)]);
        break;
      case 2:
      case 3:
      case 4:
        client.step();
        break;
      case 5:
      case 6:
        client.feed(1 + below(random_, 12));
        break;
      case 7:
        if (below(random_, 4) == 0) write();
        break;
      case 8:
        if (below(random_, 10) == 0) client.connection().stall();
        if (below(random_, 5) == 0) client.connection().resume();
        if (below(random_, 10) == 0) server_.wait_for_workers();
        break;
      default:
        if (client.free() || below(random_, 10) == 0) client.choose(random_);
        break;
    }
    client.hear();
  }

  // Whether it can be done or not.
  void write() {
    store::Store& store = *server_.store;
    const std::string_view name = any_name(random_);
    switch (below(random_, 8)) {
      case 0:
      case 1:
        (void)store.create_mailbox(account_, name, mail::SpecialUse::kNone);
        break;
      case 2:
        (void)store.delete_mailbox(account_, name);
        break;
      case 3:
        (void)store.rename_mailbox(account_, name, any_name(random_));
        break;
      case 4:
        (void)store.set_subscribed(account_, name,
                                   below(random_, 2) == 0 ? store::Store::Subscribed::kYes
                                                          : store::Store::Subscribed::kNo);
        break;
      default:
        change(below(random_, 3) == 0 ? "INBOX" : name);
        break;
    }
  }

  void change(std::string_view name) {
    const auto mailbox = server_.store->find_mailbox(account_, name);
    if (!mailbox || !mailbox->selectable) return;
    const auto view = *server_.store->view(mailbox->id);
    if (view->empty() || below(random_, 2) == 0) return server_.deliver(mailbox->id);
    store::Batch batch{.mailbox = mailbox->id, .account = account_};
    const mail::Uid uid = view->at(mail::SeqNum(1)).uid;
    if (below(random_, 2) == 0) {
      batch.expunge.add(uid);
    } else {
      store::FlagUpdate update{.op = store::FlagUpdate::Op::kAdd};
      update.uids.add(uid);
      update.flags.system = static_cast<std::uint8_t>(mail::SystemFlag::kSeen);
      batch.flags.push_back(std::move(update));
    }
    EXPECT_TRUE(server_.store->commit(batch));
  }

  void come_to_rest() {
    for (Client& client : clients_) client.connection().resume();
    // What they have begun ends; then all idle.
    for (int turn = 0; turn < 4; ++turn) {
      for (Client& client : clients_) {
        client.feed(std::string::npos);
        settle();
        client.hear();
        if (!client.idling()) client.idle();
      }
    }
    settle();
    for (Client& client : clients_) {
      client.hear();
      EXPECT_TRUE(client.idling());
    }
  }

  // As the server's, but that the clients know of each step.
  void settle() {
    for (bool busy = true; busy;) {
      busy = false;
      server_.wait_for_workers();
      for (std::size_t i = 0; i < kLoops; ++i) busy |= server_.run_task(server_.loops[i]);
      for (Client& client : clients_) busy |= client.step();
    }
  }

  Random random_;
  imap::InProcessServer server_{{}, kLoops};
  mail::AccountId account_;
  std::vector<Client> clients_;
};

TEST(OthersModel, AtRestEveryIdlingClientKnowsAllMailboxes) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    OthersModel(seed).run();
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace

}  // namespace roost::push_model
