// RFC 2177 section 3 and RFC 9051 section 7.2.2: the list may change with the login, which a
// client knows without asking if the OK of the login has the new one.
#include <algorithm>
#include <set>

#include "cli/doctor/examinations/all.h"

namespace roost::doctor {

namespace {

// Without what is of the login itself, which ends with it.
std::set<std::string> lasting(const std::vector<std::string>& names) {
  std::set<std::string> kept;
  for (const std::string& name : names) {
    const bool of_login = name.starts_with("AUTH=") || name == "SASL-IR" || name == "STARTTLS" ||
                          name == "LOGINDISABLED" || name == "LOGIN-REFERRALS";
    if (!of_login) kept.insert(name);
  }
  return kept;
}

std::string missing_in(const std::set<std::string>& those, const std::set<std::string>& these) {
  std::vector<std::string> missing;
  std::ranges::set_difference(those, these, std::back_inserter(missing));
  std::string words;
  for (const std::string& name : missing) words += (words.empty() ? "" : " ") + name;
  return words;
}

}  // namespace

Finding capabilities(Ward& ward) {
  const Reception& reception = ward.reception();
  if (!ward.offers("IDLE"))
    return fault("IDLE is not offered: clients have to ask again and again");
  Dialogue& dialogue = ward.patient();
  std::vector<std::string> asked;
  for (const Heard& heard : dialogue.command("CAPABILITY").untagged) {
    if (const auto* list = heard.as<imap::response::Capability>()) asked = list->names;
  }
  if (lasting(asked) != lasting(reception.after)) {
    return warn("what the login is told is not what CAPABILITY says: \"" +
                missing_in(lasting(asked), lasting(reception.after)) + "\" and \"" +
                missing_in(lasting(reception.after), lasting(asked)) + "\"");
  }
  const std::string more = missing_in(lasting(reception.after), lasting(reception.before));
  const std::string less = missing_in(lasting(reception.before), lasting(reception.after));
  if ((!more.empty() || !less.empty()) && !reception.told_after) {
    std::string words = "the list changes with the login, and its OK does not say so:";
    if (!more.empty()) words += " there is " + more + " then";
    if (!less.empty()) words += (more.empty() ? " there is no " : ", and no ") + less;
    return warn(words + (more.empty() ? " then" : ""));
  }
  Finding finding = pass("IDLE and " + std::to_string(asked.size() - 1) + " others");
  finding.measures = {{"capabilities", static_cast<std::int64_t>(asked.size())}};
  return finding;
}

}  // namespace roost::doctor
