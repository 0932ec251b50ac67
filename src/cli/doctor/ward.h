// Ward: what an examination works with: as many connections to the server as it wants, in the
// state that it wants, and mailboxes to try things in. All are closed behind it.
//
// Owner and thread: those of a run. Trouble with a connection is that connection's problem (see
// Dialogue); discharge() says of all of them whether there was some.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/doctor/dialogue.h"
#include "cli/doctor/probe_mailboxes.h"
#include "cli/doctor/reception.h"

namespace roost::doctor {

struct Plan {
  client::Login::Settings login;  // extensions: none
  std::string mailbox = "INBOX";  // as on the wire; to be looked at, never changed
  bool write = false;             // make mailboxes of our own, and change those
  bool patient = false;           // take minutes
  client::Duration answer = std::chrono::seconds(15);     // for an answer
  client::Duration push = std::chrono::seconds(10);       // for what comes unasked
  client::Duration rest = std::chrono::seconds(3);        // a connection is left alone for so long
  client::Duration keep_alive = std::chrono::minutes(5);  // … and for so long, if patient
  std::uint32_t probes = 5;
  std::uint32_t trials = 20;
  std::uint32_t connections = 12;
};

class Ward {
 public:
  Ward(Network& network, const Plan& plan) : network_(network), plan_(plan), probes_(network) {}

  // The first connection. A problem here leaves nothing to be examined.
  [[nodiscard]] std::optional<client::Problem> open();
  // Removes what was made. The names of what could not be.
  [[nodiscard]] std::vector<std::string> close();

  [[nodiscard]] const Plan& plan() const { return plan_; }
  [[nodiscard]] const Reception& reception() const { return reception_; }
  [[nodiscard]] bool offers(std::string_view capability) const;
  [[nodiscard]] Irregularities& irregularities() { return irregularities_; }
  [[nodiscard]] Network& network() { return network_; }

  // --- connections, valid until discharge() ---
  [[nodiscard]] Dialogue& stranger();  // connected, and no more
  [[nodiscard]] Dialogue& patient();   // logged in
  [[nodiscard]] Dialogue& examined();  // … with Plan::mailbox, read-only
  [[nodiscard]] Dialogue& selected(const std::string& mailbox);
  // One for all that is only to be done: it has no mailbox selected.
  [[nodiscard]] Dialogue& writer();

  // --- what is changed; requires Plan::write ---
  [[nodiscard]] const std::string& mailbox();  // with three messages at least
  [[nodiscard]] std::string new_mailbox();     // empty
  [[nodiscard]] std::string new_name() { return probes_.reserve(); }
  void append(const std::string& mailbox);  // a message, by the writer

  // Closes the connections; the first problem that nobody has excused.
  [[nodiscard]] std::optional<client::Problem> discharge();

 private:
  Network& network_;
  const Plan& plan_;
  ProbeMailboxes probes_;
  Irregularities irregularities_;
  Reception reception_;
  std::deque<Dialogue> dialogues_;
  std::optional<Dialogue> writer_;
  std::string mailbox_;
};

// What is appended.
[[nodiscard]] std::string probe_message();

}  // namespace roost::doctor
