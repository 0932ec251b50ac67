#include "client/login.h"

#include <arpa/inet.h>

#include <utility>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/version.h"
#include "client/refusal.h"

namespace roost::client {

namespace re = imap::response;
using imap::Condition;

namespace {

// By the name that the user gave: what a resolver makes of another may be anything.
bool is_loopback(const std::string& host) {
  in_addr address{};
  if (::inet_pton(AF_INET, host.c_str(), &address) == 1) return host.starts_with("127.");
  return host == "::1" || equal_ignoring_case(host, "localhost");
}

}  // namespace

bool Login::offers(std::string_view capability) const { return capabilities_.contains(capability); }

void Login::learn(const std::vector<std::string>& capabilities) {
  capabilities_ = {capabilities.begin(), capabilities.end()};
  capabilities_known_ = true;
}

Login::Abilities Login::abilities() const {
  const bool qresync = enabled_.contains("QRESYNC");
  return {
      .condstore = qresync || offers("CONDSTORE"),
      .qresync = qresync,
      .idle = offers("IDLE"),
      .notify = offers("NOTIFY"),
      .names = offers("IMAP4REV1") ? mail::NameEncoding::kModifiedUtf7 : mail::NameEncoding::kUtf8};
}

Outcome<std::optional<Command>> Login::next() {
  if (!greeted_ || step_ == Step::kHandshake) return std::nullopt;
  if (!capabilities_known_) {
    step_ = Step::kCapability;
    return Command("CAPABILITY");
  }
  if (settings_.security == Security::kStartTls && !secured_) {
    if (!offers("STARTTLS")) {
      return problem(ProblemKind::kInsecure, "the server does not offer STARTTLS");
    }
    step_ = Step::kStartTls;
    return Command("STARTTLS");
  }
  if (!authenticated_) return authenticate();
  if (auto command = extension()) return command;
  step_ = Step::kDone;
  return std::nullopt;
}

// What may be asked for once logged in, each once.
std::optional<Command> Login::extension() {
  const auto first_time = [this](Step step) {
    step_ = step;
    return tried_.insert(step).second;
  };
  if (settings_.extensions && offers("ID") && first_time(Step::kId)) {
    return Command("ID (\"name\" \"roost\" \"version\" \"" + std::string(kVersion) + "\")");
  }
  if (settings_.extensions && offers("ENABLE") && offers("QRESYNC") && first_time(Step::kEnable)) {
    return Command("ENABLE QRESYNC");
  }
  if (settings_.compress && offers("COMPRESS=DEFLATE") && first_time(Step::kCompress)) {
    return Command("COMPRESS DEFLATE");
  }
  return std::nullopt;
}

Outcome<std::optional<Command>> Login::authenticate() {
  auto mechanism = choose_mechanism();
  if (!mechanism) return std::unexpected(mechanism.error());
  sasl_ = std::move(*mechanism);
  if (sasl_ == nullptr) {
    step_ = Step::kLogin;
    Command login("LOGIN ");
    login.string(settings_.credentials.user).raw(" ").string(settings_.credentials.secret.view());
    return login;
  }
  step_ = Step::kSasl;
  challenged_ = false;
  Command command("AUTHENTICATE " + std::string(sasl_->name()));
  initial_response_ = sasl_->initial_response();
  if (offers("SASL-IR")) {  // RFC 4959
    command.raw(" ").raw(take_initial_response().view());
  }
  return command;
}

Secret Login::take_initial_response() {
  return base64::encode(std::exchange(initial_response_, std::nullopt)->view());
}

bool Login::may_show_password() const {
  return settings_.security != Security::kNone || settings_.bare_password ||
         is_loopback(settings_.host);
}

// The best that both sides know; null is the LOGIN command.
Outcome<std::unique_ptr<SaslClient>> Login::choose_mechanism() const {
  const Credentials& credentials = settings_.credentials;
  if (credentials.kind == Credentials::Kind::kToken) {
    if (settings_.security == Security::kNone) {
      return problem(ProblemKind::kInsecure, "a token is not sent without TLS");
    }
    if (offers("AUTH=OAUTHBEARER")) {
      return sasl_oauthbearer(credentials, settings_.host, settings_.port);
    }
    if (offers("AUTH=XOAUTH2")) return sasl_xoauth2(credentials);
    return problem(ProblemKind::kMechanism, "the server takes no tokens (OAUTHBEARER, XOAUTH2)");
  }
  if (offers("AUTH=SCRAM-SHA-256") && !scram_refused_) {
    auto scram = sasl_scram_sha_256(credentials, scram_nonce());
    if (scram) return std::move(*scram);
    // A password that SCRAM cannot take may go as it is, where it may be shown.
    if (!may_show_password()) return problem(ProblemKind::kCredentials, scram.error().detail);
  }
  if (!may_show_password()) {
    return problem(ProblemKind::kInsecure,
                   "the server does not offer SCRAM-SHA-256, and without TLS everybody would see "
                   "the password");
  }
  if (offers("AUTH=PLAIN")) return sasl_plain(credentials);
  if (!offers("LOGINDISABLED")) return nullptr;
  return problem(ProblemKind::kMechanism,
                 "the server takes no passwords here (SCRAM-SHA-256, PLAIN, LOGIN)");
}

Outcome<void> Login::untagged(const imap::Response& response) {
  if (const auto* capability = std::get_if<re::Capability>(&response)) {
    learn(capability->names);
  } else if (const auto* enabled = std::get_if<re::Enabled>(&response)) {
    if (step_ == Step::kEnable) enabled_.insert(enabled->names.begin(), enabled->names.end());
  } else if (const auto* status = std::get_if<re::Status>(&response)) {
    if (!greeted_) return greeting(*status);
    if (!status->code.capabilities.empty()) learn(status->code.capabilities);
  } else if (!greeted_) {
    return problem(ProblemKind::kProtocol, "what answers there is no IMAP server");
  }
  return {};
}

Outcome<void> Login::greeting(const re::Status& status) {
  greeted_ = true;
  if (status.condition == Condition::kPreauth) {
    // Somebody in between could say so, too, to keep the client from TLS (section 11.1).
    if (settings_.security == Security::kStartTls) {
      return problem(ProblemKind::kInsecure, "the server skips STARTTLS (PREAUTH)");
    }
    authenticated_ = true;
  } else if (status.condition != Condition::kOk) {
    return problem(ProblemKind::kProtocol, "what answers there is no IMAP server");
  }
  if (!status.code.capabilities.empty()) learn(status.code.capabilities);
  return {};
}

Outcome<Secret> Login::respond(std::string_view text) {
  if (step_ != Step::kSasl) {
    return problem(ProblemKind::kProtocol, "the server asks for something nobody spoke of");
  }
  if (initial_response_) return take_initial_response();
  challenged_ = true;
  const auto challenge = base64::decode(trim(text));
  if (!challenge) return problem(ProblemKind::kProtocol, "a challenge that is not base64");
  auto response = sasl_->respond(*challenge);
  if (response) return base64::encode(*response);
  if (response.error().code == ErrorCode::kUnauthenticated) {
    return problem(ProblemKind::kCredentials, response.error().detail);
  }
  return problem(ProblemKind::kProtocol, response.error().detail);
}

Outcome<void> Login::completed(const re::Status& status) {
  const bool agreed = status.condition == Condition::kOk;
  switch (step_) {
    case Step::kCapability:
      if (agreed && capabilities_known_) return {};
      return problem(ProblemKind::kProtocol, "the server does not say what it offers");
    case Step::kStartTls:
      if (!agreed) return problem(ProblemKind::kInsecure, "STARTTLS was refused: " + status.text);
      step_ = Step::kHandshake;
      return {};
    case Step::kSasl:
    case Step::kLogin:
      return authentication_completed(status);
    case Step::kCompress:
      compresses_ = agreed;
      return {};
    case Step::kId:
    case Step::kEnable:
      return {};  // refused is as good as not offered
    case Step::kGreeting:
    case Step::kHandshake:
    case Step::kDone:
      break;
  }
  return problem(ProblemKind::kProtocol, "an answer to nothing");
}

Outcome<void> Login::authentication_completed(const re::Status& status) {
  if (status.condition != Condition::kOk) {
    const Problem refusal =
        problem_of_refusal(status, ProblemKind::kCredentials,
                           sasl_ != nullptr ? sasl_->refusal() : std::string_view());
    // A server may know SCRAM and have no SCRAM secret of this account. Where TLS protects it the
    // password can go as it is; but not to one that has begun with SCRAM and cannot end it, which
    // is how somebody would behave who does not know the password and wants to.
    const bool may_go_on = !challenged_ && refusal.kind == ProblemKind::kCredentials &&
                           sasl_ != nullptr && sasl_->name() == "SCRAM-SHA-256" &&
                           settings_.security != Security::kNone;
    if (!may_go_on) return std::unexpected(refusal);
    scram_refused_ = true;
    return {};
  }
  if (sasl_ != nullptr) {
    if (auto proved = sasl_->succeeded(); !proved) {
      return problem(ProblemKind::kCredentials, proved.error().detail);
    }
    sasl_.reset();
  }
  authenticated_ = true;
  settings_.credentials.secret.clear();
  capabilities_known_ = false;
  if (!status.code.capabilities.empty()) learn(status.code.capabilities);
  return {};
}

void Login::secured() {
  secured_ = true;
  capabilities_.clear();
  capabilities_known_ = false;
  step_ = Step::kCapability;
}

}  // namespace roost::client
