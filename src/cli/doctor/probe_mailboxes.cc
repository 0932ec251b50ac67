#include "cli/doctor/probe_mailboxes.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <random>

#include "client/command.h"

namespace roost::doctor {

namespace re = imap::response;
using client::Command;

namespace {

constexpr client::Duration kPause = std::chrono::seconds(1);

// "INBOX." with the server's delimiter; empty where it has none.
std::string below_inbox(Dialogue& dialogue) {
  const Answer answer = dialogue.command("LIST \"\" \"\"");
  for (const Heard& heard : answer.untagged) {
    const auto* list = heard.as<re::List>();
    if (list != nullptr && list->delimiter) return std::string("INBOX") + *list->delimiter;
  }
  return {};
}

Answer list(Dialogue& dialogue, const std::string& pattern) {
  return dialogue.command(Command("LIST \"\" ").string(pattern));
}

std::vector<std::string> names_in(const Answer& answer) {
  std::vector<std::string> names;
  for (const Heard& heard : answer.untagged) {
    if (const auto* list = heard.as<re::List>()) names.push_back(list->mailbox);
  }
  return names;
}

// DELETEs it, or it was gone before. False also where the server does not say.
bool remove(Dialogue& dialogue, const std::string& name) {
  if (dialogue.command(Command("DELETE ").string(name)).ok()) return true;
  const Answer answer = list(dialogue, name);
  return answer.ok() && names_in(answer).empty();
}

// When it was made; 0: it is no such name.
std::int64_t made_at(std::string_view name, std::string_view prefix) {
  std::int64_t seconds = 0;
  if (!name.starts_with(prefix)) return 0;
  const std::string_view rest = name.substr(prefix.size());
  const auto [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), seconds);
  const std::string_view random = rest.substr(static_cast<std::size_t>(stop - rest.data()));
  const bool good = error == std::errc() && random.size() == 9 && random.starts_with('-') &&
                    random.find_first_not_of("0123456789abcdef", 1) == std::string_view::npos;
  return good ? seconds : 0;
}

}  // namespace

std::string ProbeMailboxes::reserve() {
  char random[9];
  std::snprintf(random, sizeof random, "%08x", static_cast<unsigned>(std::random_device()()));
  names_.push_back(where_ + std::string(kPrefix) + std::to_string(network_.seconds_since_1970()) +
                   "-" + random);
  return names_.back();
}

std::string ProbeMailboxes::make(Dialogue& dialogue) {
  if (dialogue.problem()) return {};
  std::string name = reserve();
  const Answer answer = dialogue.command(Command("CREATE ").string(name));
  if (answer.ok()) {
    found_ = true;
    return name;
  }
  // Without an answer it may be there all the same.
  if (answer.status) names_.pop_back();
  if (!found_ && answer.is(imap::Condition::kNo)) {
    found_ = true;
    where_ = below_inbox(dialogue);
    if (!where_.empty()) return make(dialogue);
  }
  dialogue.fail(client::ProblemKind::kMailbox,
                "no mailbox can be made for the probes: " + answer.words());
  return {};
}

std::vector<std::string> ProbeMailboxes::remove_all(Dialogue& dialogue) {
  const auto removed = [&](const std::string& name) { return remove(dialogue, name); };
  std::erase_if(names_, removed);
  // The sessions that were in it may not have ended yet.
  if (!names_.empty()) dialogue.pause(kPause);
  std::erase_if(names_, removed);
  return names_;
}

void ProbeMailboxes::remove_leftovers(Dialogue& dialogue) {
  std::vector<std::string> places = {""};
  if (std::string below = below_inbox(dialogue); !below.empty()) places.push_back(below);
  for (const std::string& place : places) {
    const std::string prefix = place + std::string(kPrefix);
    for (const std::string& name : names_in(list(dialogue, prefix + "*"))) {
      const std::int64_t made = made_at(name, prefix);
      const std::chrono::seconds age(network_.seconds_since_1970() - made);
      if (made == 0 || age < kInUse) continue;
      (void)dialogue.command(Command("DELETE ").string(name));
    }
  }
}

}  // namespace roost::doctor
