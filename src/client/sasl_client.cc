#include "client/sasl_client.h"

#include <utility>

namespace roost::client {
namespace {

constexpr std::string_view kNul("\0", 1);
constexpr std::string_view kControlA = "\x01";

class Plain final : public SaslClient {
 public:
  explicit Plain(const Credentials& credentials) : message_(kNul) {
    message_ += credentials.user;
    message_ += kNul;
    message_ += credentials.secret.view();
  }

  [[nodiscard]] std::string_view name() const override { return "PLAIN"; }
  [[nodiscard]] Secret initial_response() override { return std::move(message_); }
  [[nodiscard]] Result<std::string> respond(std::string_view) override {
    return fail(ErrorCode::kInvalid, "the server goes on after a PLAIN message");
  }

 private:
  Secret message_;
};

// A token in one message. A server that refuses it says why in a challenge, and wants an answer
// before it says NO: RFC 7628 section 3.2.3.
class Bearer final : public SaslClient {
 public:
  Bearer(std::string_view name, Secret message, std::string_view answer_to_refusal)
      : name_(name), message_(std::move(message)), answer_to_refusal_(answer_to_refusal) {}

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] Secret initial_response() override { return std::move(message_); }
  [[nodiscard]] Result<std::string> respond(std::string_view challenge) override {
    if (!refusal_.empty()) return fail(ErrorCode::kInvalid, "the server goes on after its refusal");
    refusal_ = challenge.empty() ? "no reason given" : challenge;
    return std::string(answer_to_refusal_);
  }
  [[nodiscard]] std::string_view refusal() const override { return refusal_; }

 private:
  std::string_view name_;
  Secret message_;
  std::string_view answer_to_refusal_;
  std::string refusal_;
};

Secret bearer(std::string_view head, const Credentials& credentials) {
  Secret message(head);
  for (const std::string_view part : {kControlA, std::string_view("auth=Bearer "),
                                      credentials.secret.view(), kControlA, kControlA}) {
    message += part;
  }
  return message;
}

}  // namespace

std::string sasl_name(std::string_view name) {
  std::string escaped;
  for (const char c : name) {
    if (c == '=') {
      escaped += "=3D";
    } else if (c == ',') {
      escaped += "=2C";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::unique_ptr<SaslClient> sasl_plain(const Credentials& credentials) {
  return std::make_unique<Plain>(credentials);
}

std::unique_ptr<SaslClient> sasl_oauthbearer(const Credentials& credentials, std::string_view host,
                                             std::uint16_t port) {
  std::string head = "n,a=" + sasl_name(credentials.user) + ",";
  head.append(kControlA).append("host=").append(host);
  head.append(kControlA).append("port=").append(std::to_string(port));
  return std::make_unique<Bearer>("OAUTHBEARER", bearer(head, credentials), kControlA);
}

std::unique_ptr<SaslClient> sasl_xoauth2(const Credentials& credentials) {
  return std::make_unique<Bearer>("XOAUTH2", bearer("user=" + credentials.user, credentials), "");
}

}  // namespace roost::client
