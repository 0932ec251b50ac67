#include "cli/doctor/reception.h"

#include <chrono>
#include <optional>
#include <utility>

namespace roost::doctor {

namespace re = imap::response;
using client::Command;
using client::Login;
using client::ProblemKind;

namespace {

constexpr client::Duration kGreeting = std::chrono::seconds(30);

const std::vector<std::string>* capabilities_in(const imap::Response& response) {
  if (const auto* capability = std::get_if<re::Capability>(&response)) return &capability->names;
  const auto* status = std::get_if<re::Status>(&response);
  const bool coded = status != nullptr && !status->code.capabilities.empty();
  return coded ? &status->code.capabilities : nullptr;
}

// One command of the login with what it takes: literals, and the steps of SASL.
class Step {
 public:
  Step(Dialogue& dialogue, Login& login, Command command, std::vector<std::string>& offered)
      : dialogue_(dialogue), login_(login), command_(std::move(command)), offered_(offered) {}

  // True: it was answered with OK.
  bool take(client::Duration patience) {
    tag_ = dialogue_.begin(command_.pieces().front().view());
    const bool answered =
        dialogue_.listen(patience, [this](const Heard& heard) { return hear(heard); });
    if (!answered) dialogue_.fail(ProblemKind::kSilent, "the login is not answered");
    return agreed_;
  }
  [[nodiscard]] bool told() const { return told_; }

 private:
  bool hear(const Heard& heard) {
    if (const auto* offered = capabilities_in(heard.response)) offered_ = *offered;
    if (const auto* continuation = heard.as<re::Continuation>()) return go_on(*continuation);
    const auto* status = heard.as<re::Status>();
    if (status == nullptr || status->tag != tag_) {
      if (auto taken = login_.untagged(heard.response); !taken) return end(taken.error());
      return false;
    }
    agreed_ = status->condition == imap::Condition::kOk;
    told_ = !status->code.capabilities.empty();
    if (auto taken = login_.completed(*status); !taken) return end(taken.error());
    return true;
  }

  bool go_on(const re::Continuation& continuation) {
    if (sent_ < command_.pieces().size()) {
      dialogue_.send_line(command_.pieces()[sent_++].view());
      return false;
    }
    auto response = login_.respond(continuation.text);
    if (!response) return end(response.error());
    dialogue_.send_line(response->view());
    return false;
  }

  bool end(const client::Problem& problem) {
    dialogue_.fail(problem.kind, problem.text);
    return true;
  }

  Dialogue& dialogue_;
  Login& login_;
  Command command_;
  std::vector<std::string>& offered_;
  std::string tag_;
  std::size_t sent_ = 1;
  bool agreed_ = false;
  bool told_ = false;
};

}  // namespace

re::Status greeting_of(Dialogue& dialogue) {
  std::optional<re::Status> greeting;
  const bool greeted = dialogue.listen(kGreeting, [&](const Heard& heard) {
    if (const auto* status = heard.as<re::Status>()) greeting = *status;
    return true;
  });
  if (!greeted) dialogue.fail(ProblemKind::kSilent, "there is no greeting");
  if (!greeting || !greeting->tag.empty()) {
    dialogue.fail(ProblemKind::kProtocol, "what answers there is no IMAP server");
    return {};
  }
  return *std::move(greeting);
}

Reception admit(Dialogue& dialogue, const Login::Settings& settings) {
  Reception reception;
  reception.greeting = greeting_of(dialogue);
  std::vector<std::string> offered = reception.greeting.code.capabilities;
  Login login(settings);
  if (auto taken = login.untagged(reception.greeting); !taken) {
    dialogue.fail(taken.error().kind, taken.error().text);
  }
  while (!dialogue.problem() && !login.done()) {
    auto command = login.next();
    if (!command) {
      dialogue.fail(command.error().kind, command.error().text);
    } else if (*command) {
      const std::string_view text = (*command)->pieces().front().view();
      const bool credentials = text.starts_with("AUTHENTICATE ") || text.starts_with("LOGIN ");
      const std::vector<std::string> before = offered;
      Step step(dialogue, login, **command, offered);
      if (step.take(kGreeting) && credentials) {
        reception.before = before;
        reception.told_after = step.told();
      }
    } else if (login.wants_tls()) {
      dialogue.secure();
      login.secured();
    } else if (!login.done()) {
      dialogue.fail(ProblemKind::kProtocol, "the login comes to nothing");
    }
  }
  reception.after = std::move(offered);
  const bool preauth = reception.greeting.condition == imap::Condition::kPreauth;
  if (preauth) reception.before = reception.after;
  reception.protection = dialogue.protection();
  return reception;
}

}  // namespace roost::doctor
