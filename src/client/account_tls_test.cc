// Whom an account trusts.
#include <gtest/gtest.h>

#include <boost/asio/ssl.hpp>
#include <string>

#include "client/account_fixture.h"
#include "net/tls_context.h"

namespace roost::client {
namespace {

class AccountTlsTest : public AccountTest {
 protected:
  AccountTlsTest() : tls_(asio::ssl::context::tls_server) {
    EXPECT_TRUE(net::make_self_signed({.certificate = certificate_, .key = key_}).has_value());
    tls_.use_certificate_chain_file(certificate_);
    tls_.use_private_key_file(key_, asio::ssl::context::pem);
    settings_.watcher.login.security = Login::Security::kTls;
    serve(&tls_);
  }
  Problem refused() {
    Account account(context_, settings_, recorder_);
    EXPECT_TRUE(account.start().has_value());
    run(account, [&] { return recorder_.problems.size() + recorder_.caught_up > 0; });
    return recorder_.problems.empty() ? Problem{} : recorder_.problems.front();
  }

  const std::string certificate_ = directory_ / "cert.pem";
  const std::string key_ = directory_ / "key.pem";
  asio::ssl::context tls_;
};

TEST_F(AccountTlsTest, AnAuthorityThatIsTrusted) {
  settings_.trust.ca_file = certificate_;
  EXPECT_EQ(refused(), Problem{});
  EXPECT_EQ(recorder_.caught_up, 1);
}

TEST_F(AccountTlsTest, NoNameIsNoServer) {
  for (const std::string& host : {std::string(), std::string("."), std::string("a\0b", 3)}) {
    settings_.watcher.login.host = host;
    Account account(context_, settings_, recorder_);
    EXPECT_EQ(account.start().error().code, ErrorCode::kInvalid);
  }
  server_->close();
}

TEST_F(AccountTlsTest, AnotherNameIsAnotherServer) {
  settings_.trust.ca_file = certificate_;
  settings_.watcher.login.host = "127.0.0.2";
  EXPECT_EQ(refused().kind, ProblemKind::kCertificate);
}

TEST_F(AccountTlsTest, AnUnknownAuthorityIsNotTrusted) {
  EXPECT_EQ(refused().kind, ProblemKind::kCertificate);
}

TEST_F(AccountTlsTest, APinnedKeyIsEnough) {
  settings_.trust.pins = {std::string(64, '0')};
  const Problem other = refused();
  EXPECT_EQ(other.kind, ProblemKind::kCertificate);
  EXPECT_TRUE(other.text.contains("pinned")) << other.text;
}

}  // namespace
}  // namespace roost::client
