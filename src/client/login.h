// Login: what a client does between the greeting and its first mailbox (RFC 9051 sections 6.1 to
// 6.3.1): STARTTLS, authentication, and then, where the server offers it, ID (RFC 2971), ENABLE
// (RFC 5161) and COMPRESS (RFC 4978). No I/O: responses in, commands out, one at a time.
//
// What a server offers is asked anew after each step that may change it (sections 6.1.1, 6.2.1),
// and nothing it said before TLS counts after it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "client/command.h"
#include "client/problem.h"
#include "client/sasl_client.h"
#include "imap/protocol/response.h"
#include "mail/mailbox_name.h"

namespace roost::client {

// Owner: a Watcher.
class Login {
 public:
  enum class Security : std::uint8_t {
    kTls,       // from the first octet
    kStartTls,  // required: without it nothing is told
    kNone,      // whoever listens hears everything but the password
  };
  struct Settings {
    std::string host;
    std::uint16_t port = 993;
    Security security = Security::kTls;
    // Without TLS a password goes as it is (PLAIN, LOGIN) to this machine only, and a token
    // nowhere; elsewhere it takes SCRAM, which does not show it, or a user who has said that this
    // is all right.
    bool bare_password = false;
    Credentials credentials;
    bool extensions = true;  // ID, ENABLE
    bool compress = true;
  };
  // What the server has agreed to.
  struct Abilities {
    bool condstore = false;  // RFC 7162
    bool qresync = false;
    bool idle = false;    // RFC 2177
    bool notify = false;  // RFC 5465
    mail::NameEncoding names = mail::NameEncoding::kModifiedUtf7;
  };

  explicit Login(Settings settings) : settings_(std::move(settings)) {}

  // The next command; nothing: the server has to speak first, or done(), or wants_tls().
  // Requires: the one before has been completed.
  [[nodiscard]] Outcome<std::optional<Command>> next();
  [[nodiscard]] Outcome<void> untagged(const imap::Response& response);
  // The answer to "+ text" that is no literal's.
  [[nodiscard]] Outcome<Secret> respond(std::string_view text);
  // The last command has been answered.
  [[nodiscard]] Outcome<void> completed(const imap::response::Status& status);

  // STARTTLS was agreed to: the stream is to become TLS, then secured() is due.
  [[nodiscard]] bool wants_tls() const { return step_ == Step::kHandshake; }
  void secured();
  [[nodiscard]] bool compresses() const { return compresses_; }
  [[nodiscard]] bool done() const { return step_ == Step::kDone; }
  [[nodiscard]] Abilities abilities() const;

 private:
  enum class Step : std::uint8_t {
    kGreeting,
    kCapability,
    kStartTls,
    kHandshake,
    kSasl,
    kLogin,
    kId,
    kEnable,
    kCompress,
    kDone,
  };
  [[nodiscard]] bool offers(std::string_view capability) const;
  void learn(const std::vector<std::string>& capabilities);
  [[nodiscard]] bool may_show_password() const;
  [[nodiscard]] Outcome<std::optional<Command>> authenticate();
  [[nodiscard]] Secret take_initial_response();  // in base64
  [[nodiscard]] Outcome<std::unique_ptr<SaslClient>> choose_mechanism() const;
  [[nodiscard]] Outcome<void> greeting(const imap::response::Status& status);
  [[nodiscard]] Outcome<void> authentication_completed(const imap::response::Status& status);
  [[nodiscard]] std::optional<Command> extension();

  Settings settings_;
  Step step_ = Step::kGreeting;
  bool greeted_ = false;
  bool secured_ = false;
  bool authenticated_ = false;
  bool compresses_ = false;
  bool capabilities_known_ = false;
  bool scram_refused_ = false;
  bool challenged_ = false;                          // the server has begun with the mechanism
  std::set<std::string, std::less<>> capabilities_;  // upper case
  std::set<Step> tried_;                             // of the extensions
  std::set<std::string, std::less<>> enabled_;
  std::unique_ptr<SaslClient> sasl_;
  std::optional<Secret> initial_response_;  // not sent yet
};

}  // namespace roost::client
