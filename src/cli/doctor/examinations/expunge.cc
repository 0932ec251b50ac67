// RFC 9051 section 7.5.1: each EXPUNGE renumbers what is behind it. Two of five messages go and one
// comes; a client that follows must end with the UIDs that are there.
#include <algorithm>
#include <vector>

#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

namespace {

using Uids = std::vector<std::uint32_t>;  // by message number; 0: not known

// What a client makes of it. False: it makes no sense.
bool follow(Uids& uids, const Heard& heard) {
  if (const auto* expunge = heard.as<imap::response::Expunge>()) {
    if (expunge->seq.value == 0 || expunge->seq.value > uids.size()) return false;
    uids.erase(uids.begin() + expunge->seq.value - 1);
  } else if (const auto* exists = heard.as<imap::response::Exists>()) {
    if (exists->count < uids.size() || exists->count > uids.size() + 1000) return false;
    uids.resize(exists->count, 0);
  }
  return true;
}

// What is there by the answer to UID SEARCH, in which the server may tell of changes as well.
Uids uids_in(const Answer& answer) {
  Uids uids;
  for (const Heard& heard : answer.untagged) {
    if (const auto* search = heard.as<imap::response::Search>()) {
      uids = search->numbers;
      std::ranges::sort(uids);
    } else {
      (void)follow(uids, heard);
    }
  }
  return uids;
}

bool same(const Uids& believed, const Uids& there) {
  return std::ranges::equal(believed, there,
                            [](std::uint32_t a, std::uint32_t b) { return a == 0 || a == b; });
}

}  // namespace

Finding expunge(Ward& ward) {
  const std::string mailbox = ward.new_mailbox();
  for (int i = 0; i < 5; ++i) ward.append(mailbox);
  Dialogue& idler = ward.selected(mailbox);
  Dialogue& other = ward.selected(mailbox);
  const client::Command search("UID SEARCH ALL");
  Uids uids = uids_in(idler.must(search));
  idler.idle();
  (void)other.must(client::Command("STORE 2,4 +FLAGS.SILENT (\\Deleted)"));
  (void)other.must(client::Command("EXPUNGE"));
  ward.append(mailbox);
  std::string nonsense;
  int expunges = 0;
  idler.listen(ward.plan().push, [&](const Heard& heard) {
    if (heard.as<imap::response::Expunge>() != nullptr) ++expunges;
    if (!follow(uids, heard)) nonsense = heard.text;
    return !nonsense.empty() || (expunges == 2 && uids.size() == 4);
  });
  if (!nonsense.empty()) {
    return fault("it says \"" + nonsense + "\" of " + std::to_string(uids.size()) + " messages");
  }
  for (const Heard& heard : idler.done().untagged) (void)follow(uids, heard);
  const Answer answer = idler.must(search);
  for (const Heard& heard : answer.untagged) (void)follow(uids, heard);
  const Uids there = uids_in(answer);
  if (idler.problem() || other.problem()) return {};
  if (expunges == 0) return fault("nothing is told within " + in_words(ward.plan().push));
  if (expunges != 2)
    return fault(std::to_string(expunges) + " of 2 are told within " + in_words(ward.plan().push));
  if (!same(uids, there))
    return fault("who follows what it says has other messages than are there");
  return pass("they are, and the numbers are right");
}

}  // namespace roost::doctor
