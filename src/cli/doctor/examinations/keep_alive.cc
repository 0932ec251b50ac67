// RFC 2177 section 3: clients are advised to begin anew every 29 minutes; RFC 9051 section 5.4:
// nobody is logged out before 30. No RFC asks for a word meanwhile; networks do.
//
// Its interval is the time from one word to the next: servers speak to all connections of an
// address at once, so the first word comes after IDLE by chance.
#include <vector>

#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

namespace {

constexpr client::Duration kTooOften = std::chrono::seconds(60);
constexpr client::Duration kAutologout = std::chrono::minutes(30);

struct Silence {
  std::vector<Heard> words;                     // two at most
  std::optional<imap::response::Status> ended;  // IDLE, by BYE or by itself
};

Silence listened(Dialogue& idler, client::Duration time) {
  Silence silence;
  idler.listen(time, [&](const Heard& heard) {
    const auto* status = heard.as<imap::response::Status>();
    if (status == nullptr) return false;
    if (!status->tag.empty() || status->condition == imap::Condition::kBye) {
      silence.ended = *status;
    } else {
      silence.words.push_back(heard);
    }
    return silence.ended || silence.words.size() == 2;
  });
  return silence;
}

Finding cut_off(std::string text) {
  Finding finding = fault(std::move(text));
  finding.meaning = "Who waits hears nothing until the client has logged in again.";
  return finding;
}

Finding judged(const std::vector<Heard>& words, client::Time begun, client::Time ended) {
  if (words.empty()) return warn("it says nothing for " + in_words(ended - begun));
  const client::Time first = words.front().at;
  const std::string text = "\"" + words.front().as<imap::response::Status>()->text + "\"";
  Finding finding = pass(text + " after " + in_words(first - begun) + ", and nothing for " +
                         in_words(ended - first) + " then");
  finding.measures = {{"after_ms", (first - begun).count()}};
  if (words.size() == 1) return finding;
  const client::Duration interval = words.back().at - first;
  finding.measures.push_back({"interval_ms", interval.count()});
  finding.text = text + " every " + in_words(interval);
  if (interval < kTooOften) {
    finding.verdict = Verdict::kWarn;
    finding.meaning = "Each time a phone wakes up.";
  }
  return finding;
}

}  // namespace

Finding keep_alive(Ward& ward) {
  Dialogue& idler = ward.plan().write ? ward.selected(ward.mailbox()) : ward.examined();
  const client::Time begun = idler.now();
  idler.idle();
  if (idler.problem()) return {};
  const auto [words, ended] = listened(idler, ward.plan().keep_alive);
  const client::Duration took = idler.now() - begun;
  const std::string after = " after " + in_words(took);
  const bool bye = ended && ended->condition == imap::Condition::kBye;
  if (const auto lost = idler.excuse()) return cut_off(lost->text + after);
  if (ended && !bye) return cut_off("it ends IDLE by itself" + after);
  if (bye && took < kAutologout) {
    return cut_off("it logs the client out" + after + ": " + ended->text);
  }
  Finding finding = judged(words, begun, idler.now());
  if (bye) finding.text += "; it logs the client out" + after + ", as it may";
  return finding;
}

}  // namespace roost::doctor
