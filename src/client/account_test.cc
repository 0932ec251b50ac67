#include "client/account.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "client/fake_session.h"
#include "client/state_file.h"
#include "client/unique_path.h"
#include "net/tls_context.h"

namespace roost::client {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// FakeSessions behind a socket, with TLS where there is a certificate.
class SocketServer {
 public:
  SocketServer(asio::io_context& context, asio::ssl::context* tls)
      : tls_(tls), acceptor_(context, tcp::endpoint(tcp::v4(), 0)) {
    accept();
  }
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void changed() {
    fake.changed("INBOX");
    for (const auto& peer : peers_) peer->flush();
  }
  void cut_all() {
    for (const auto& peer : peers_) peer->close();
    peers_.clear();
  }
  void close() {
    acceptor_.close();
    cut_all();
  }

  FakeServer fake;
  int accepted = 0;

 private:
  struct Peer : std::enable_shared_from_this<Peer> {
    Peer(tcp::socket socket, asio::ssl::context* tls, FakeServer& server)
        : raw(std::move(socket)), session(server) {
      if (tls != nullptr) secured.emplace(raw, *tls);
    }
    void start() {
      if (!secured) return run();
      secured->async_handshake(asio::ssl::stream_base::server,
                               [self = shared_from_this()](const error_code& error) {
                                 if (!error) self->run();
                               });
    }
    void run() {
      flush();
      const auto handler = [self = shared_from_this()](const error_code& error,
                                                       std::size_t octets) {
        if (error) return;
        self->session.receive({self->buffer.data(), octets});
        self->run();
      };
      if (secured) {
        secured->async_read_some(asio::buffer(buffer), handler);
      } else {
        raw.async_read_some(asio::buffer(buffer), handler);
      }
    }
    void flush() {
      const std::string out = session.take_output();
      error_code ignored;
      if (secured) {
        asio::write(*secured, asio::buffer(out), ignored);
      } else {
        asio::write(raw, asio::buffer(out), ignored);
      }
    }
    void close() {
      error_code ignored;
      raw.close(ignored);
    }
    tcp::socket raw;
    std::optional<asio::ssl::stream<tcp::socket&>> secured;
    FakeSession session;
    std::array<char, 4096> buffer;
  };

  void accept() {
    acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
      if (error) return;
      ++accepted;
      peers_.push_back(std::make_shared<Peer>(std::move(socket), tls_, fake));
      peers_.back()->start();
      accept();
    });
  }

  asio::ssl::context* tls_;
  tcp::acceptor acceptor_;
  std::vector<std::shared_ptr<Peer>> peers_;
};

class Recorder : public Listener {
 public:
  void on_events(const std::vector<Event>& events) override {
    for (const Event& event : events) {
      reported.push_back(std::string(name_of(event.kind)) + " " + std::to_string(event.uid.value));
    }
    if (then) then();
  }
  void on_problem(const Problem& problem) override {
    problems.push_back(problem);
    if (then) then();
  }
  void on_caught_up() override {
    ++caught_up;
    if (then) then();
  }
  std::vector<std::string> reported;
  std::vector<Problem> problems;
  int caught_up = 0;
  std::function<void()> then;
};

class AccountTest : public ::testing::Test {
 protected:
  AccountTest() {
    std::filesystem::remove(state_);
    settings_.watcher.login = {.host = "localhost",
                               .security = Login::Security::kNone,
                               .credentials = {.user = "u", .secret = "p"}};
    settings_.watcher.mailboxes = {"INBOX"};
    settings_.state_file = state_;
  }
  ~AccountTest() override {
    std::filesystem::remove(state_);
    std::filesystem::remove(state_ + ".lock");
  }

  void serve(asio::ssl::context* tls = nullptr) {
    server_.emplace(context_, tls);
    settings_.watcher.login.port = server_->port();
  }
  // Runs until done() holds; fails after a minute.
  void run(Account& account, const std::function<bool()>& done) {
    asio::steady_timer limit(context_, std::chrono::minutes(1));
    limit.async_wait([&](const error_code& error) {
      if (error) return;
      ADD_FAILURE() << "took too long";
      stop(account);
    });
    bool finished = false;
    recorder_.then = [&] {
      if (finished || !done()) return;
      finished = true;
      limit.cancel();
      asio::post(context_, [&] { stop(account); });
    };
    context_.restart();
    context_.run();
    recorder_.then = nullptr;
  }
  void stop(Account& account) {
    account.stop();
    server_->close();
  }

  const std::string state_ = unique_path("roost_account_test");
  asio::io_context context_;
  Account::Settings settings_;
  Recorder recorder_;
  std::optional<SocketServer> server_;
};

TEST_F(AccountTest, ReportsAcrossConnections) {
  serve();
  FakeMailbox& inbox = server_->fake.mailboxes["INBOX"];
  inbox.deliver();
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  int step = 0;
  run(account, [&] {
    if (step == 0 && recorder_.caught_up == 1) {
      ++step;
      inbox.deliver();
      server_->changed();
    } else if (step == 1 && recorder_.reported.size() == 1) {
      ++step;
      asio::post(context_, [&] {
        server_->cut_all();
        inbox.deliver();
        inbox.expunge(0);
      });
    }
    return recorder_.reported.size() == 3;
  });
  EXPECT_EQ(recorder_.reported,
            (std::vector<std::string>{"MessageNew 2", "MessageExpunge 1", "MessageNew 3"}));
  EXPECT_EQ(server_->accepted, 2);
  EXPECT_TRUE(recorder_.problems.empty());
}

TEST_F(AccountTest, GoesOnFromItsFile) {
  for (int round = 0; round < 2; ++round) {
    serve();
    FakeMailbox& inbox = server_->fake.mailboxes["INBOX"];
    for (int i = 0; i <= round; ++i) inbox.deliver();
    Account account(context_, settings_, recorder_);
    ASSERT_TRUE(account.start().has_value());
    recorder_.caught_up = 0;
    run(account, [&] { return recorder_.caught_up == 1; });
  }
  EXPECT_EQ(recorder_.reported, std::vector<std::string>{"MessageNew 2"});
}

TEST_F(AccountTest, SeveralMailboxesTakeSeveralConnections) {
  serve();
  for (const char* name : {"a", "b"}) {
    server_->fake.mailboxes[name];
    settings_.watcher.mailboxes.emplace_back(name);
  }
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, [&] { return recorder_.caught_up == 1; });
  EXPECT_EQ(server_->accepted, 3);
}

TEST_F(AccountTest, WhatIsBeyondTheConnectionsIsAskedInTurn) {
  serve();
  for (char name = 'b'; name <= 'l'; ++name) {
    settings_.watcher.mailboxes.emplace_back(1, name);
    server_->fake.mailboxes[std::string(1, name)];
  }
  FakeMailbox& eleventh = server_->fake.mailboxes["k"];
  FakeMailbox& twelfth = server_->fake.mailboxes["l"];
  eleventh.uid_next = 1100;
  twelfth.uid_next = 1200;
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  int step = 0;
  run(account, [&] {
    if (step == 0 && recorder_.caught_up == 1) {
      ++step;
      asio::post(context_, [&] {
        eleventh.deliver();
        twelfth.deliver();
        account.probe();
      });
    } else if (step == 1 && recorder_.reported.size() == 2) {
      ++step;
      asio::post(context_, [&] {
        twelfth.deliver();
        server_->cut_all();
      });
    }
    return recorder_.caught_up == 2;
  });
  std::ranges::sort(recorder_.reported);
  EXPECT_EQ(recorder_.reported,
            (std::vector<std::string>{"MessageNew 1100", "MessageNew 1200", "MessageNew 1201"}));
  EXPECT_EQ(recorder_.problems,
            (std::vector<Problem>{{ProblemKind::kLate,
                                   "without NOTIFY each mailbox takes a connection; what is "
                                   "beyond 9 is asked in turn, every 5 minutes"}}));
  EXPECT_EQ(server_->accepted, 2 * static_cast<int>(Account::kMaxConnections));
}

TEST_F(AccountTest, TenMailboxesHaveAConnectionEach) {
  serve();
  for (char name = 'b'; name <= 'j'; ++name) {
    settings_.watcher.mailboxes.emplace_back(1, name);
    server_->fake.mailboxes[std::string(1, name)];
  }
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, [&] { return recorder_.caught_up == 1; });
  EXPECT_TRUE(recorder_.problems.empty());
  EXPECT_EQ(server_->accepted, static_cast<int>(Account::kMaxConnections));
}

TEST_F(AccountTest, AMailboxThatIsMissingDoesNotHoldUpTheTurn) {
  serve();
  for (char name = 'b'; name <= 'j'; ++name) {
    settings_.watcher.mailboxes.emplace_back(1, name);
    if (name != 'j') server_->fake.mailboxes[std::string(1, name)];
  }
  settings_.watcher.patterns = {"L/*"};
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  bool cut = false;
  run(account, [&] {
    if (!cut && recorder_.problems.size() == 1) {
      cut = true;
      asio::post(context_, [&] {
        server_->fake.mailboxes["L/z"].deliver();
        server_->cut_all();
      });
    }
    return !recorder_.reported.empty();
  });
  ASSERT_EQ(recorder_.problems.size(), 2U);
  EXPECT_EQ(recorder_.problems.front().text, "j: [NONEXISTENT] no such mailbox");
  EXPECT_EQ(recorder_.problems.back().kind, ProblemKind::kLate) << "and the first not again";
  EXPECT_EQ(recorder_.reported, std::vector<std::string>{"MessageNew 1"});
}

TEST_F(AccountTest, TheTurnGoesOnWhateverComesAndGoes) {
  serve();
  settings_.watcher.mailboxes.clear();
  settings_.watcher.patterns = {"L/*"};
  settings_.watcher.poll = std::chrono::milliseconds(10);
  for (char name = 'a'; name <= 'k'; ++name) {
    server_->fake.mailboxes["L/" + std::string(1, name)].uid_next = 1100;
  }
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  int step = 0;
  int accepted = 0;
  run(account, [&] {
    if (step == 0 && recorder_.caught_up == 1) {
      ++step;
      asio::post(context_, [&] {
        server_->fake.mailboxes["L/z"].deliver();
        server_->cut_all();
      });
    } else if (step == 1 && recorder_.caught_up == 2) {
      ++step;
      accepted = server_->accepted;
      asio::post(context_, [&] { server_->fake.mailboxes.erase("L/z"); });
    } else if (step == 2 && recorder_.problems.size() == 2) {
      ++step;
      asio::post(context_, [&] { server_->fake.mailboxes["L/k"].deliver(); });
    }
    return recorder_.reported.size() == 2;
  });
  EXPECT_EQ(recorder_.reported, (std::vector<std::string>{"MessageNew 1", "MessageNew 1100"}));
  EXPECT_EQ(accepted, 2 * static_cast<int>(Account::kMaxConnections));
  ASSERT_EQ(recorder_.problems.size(), 2U);
  EXPECT_EQ(recorder_.problems.front().kind, ProblemKind::kLate);
  EXPECT_EQ(recorder_.problems.back().text, "L/z: [NONEXISTENT] no such mailbox");
}

TEST_F(AccountTest, AMailboxThatAppearsIsFoundByTheNextConnection) {
  serve();
  settings_.watcher.mailboxes.clear();
  settings_.watcher.patterns = {"L/*"};
  server_->fake.mailboxes["L/a"].deliver();
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  bool cut = false;
  run(account, [&] {
    if (!cut && recorder_.caught_up == 1) {
      cut = true;
      asio::post(context_, [&] {
        server_->fake.mailboxes["L/b"].deliver();
        server_->cut_all();
      });
    }
    return !recorder_.reported.empty();
  });
  EXPECT_EQ(recorder_.reported, std::vector<std::string>{"MessageNew 1"});
  EXPECT_EQ(server_->accepted, 3);
}

TEST_F(AccountTest, AMailboxThatMatchesAndCannotBeReadIsSaidOnce) {
  serve();
  settings_.watcher.mailboxes.clear();
  settings_.watcher.patterns = {"L/*"};
  server_->fake.mailboxes["L/a"];
  server_->fake.mailboxes["L/b"];
  server_->fake.forbidden = {"L/b"};
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  int cuts = 0;
  run(account, [&] {
    if (recorder_.caught_up == cuts + 1 && cuts < 2) {
      ++cuts;
      asio::post(context_, [&] { server_->cut_all(); });
    }
    return recorder_.caught_up == 3;
  });
  ASSERT_EQ(recorder_.problems.size(), 1U);
  EXPECT_EQ(recorder_.problems.front().text, "L/b: [NOPERM] not yours");
  EXPECT_EQ(server_->accepted, 4);
}

TEST_F(AccountTest, AMissingMailboxIsSaidAgainOnceItHasBeenThere) {
  serve();
  server_->fake.capabilities = "IMAP4rev1 SASL-IR AUTH=PLAIN";  // all in turn
  settings_.watcher.mailboxes = {"INBOX", "a"};
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  std::vector<std::size_t> said;
  run(account, [&] {
    if (recorder_.caught_up == static_cast<int>(said.size())) return false;
    said.push_back(recorder_.problems.size());
    asio::post(context_, [&] {
      if (said.size() == 1) {
        server_->fake.mailboxes["a"];
      } else {
        server_->fake.mailboxes.erase("a");
      }
      server_->cut_all();
    });
    return said.size() == 3;
  });
  EXPECT_EQ(said, (std::vector<std::size_t>{1, 1, 2}));  // by connection
}

TEST_F(AccountTest, ThePasswordComesFromACommand) {
  serve();
  settings_.secret_command = {"printf", "p"};
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, [&] { return recorder_.caught_up == 1; });
}

TEST_F(AccountTest, NobodyWaitsForACommandOfAnAccountThatIsGone) {
  serve();
  const std::string runs = unique_path("roost_account_test.fifo");
  std::filesystem::remove(runs);
  ASSERT_EQ(::mkfifo(runs.c_str(), 0600), 0);
  settings_.secret_command = {"/bin/sh", "-c", "echo x > " + runs + "; exec sleep 1000"};
  const Time before = BootClock::now();
  {
    Account account(context_, settings_, recorder_);
    ASSERT_TRUE(account.start().has_value());
    EXPECT_EQ(std::ifstream(runs).get(), 'x');
  }
  context_.poll();  // what it has left there
  std::filesystem::remove(runs);
  EXPECT_LT(BootClock::now() - before, Account::kSecretCommand);
}

TEST_F(AccountTest, AChangeOfTheNetworkWhileTheCommandRunsMakesNoSecondConnection) {
  serve();
  settings_.secret_command = {"printf", "p"};
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  account.probe();  // before its answer can be heard
  run(account, [&] { return recorder_.caught_up == 1; });
  EXPECT_EQ(server_->accepted, 1);
}

TEST_F(AccountTest, ACommandThatIsNotThereNeedsTheUser) {
  serve();
  settings_.secret_command = {"no-such-program-here"};
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, [&] { return recorder_.problems.size() == 1; });
  EXPECT_EQ(recorder_.problems.front().kind, ProblemKind::kCredentials);
}

// The server speaks from a thread of its own, and the socket never runs dry.
TEST_F(AccountTest, AServerThatNeverStopsSpeakingIsStoppedListeningTo) {
  asio::io_context context;
  tcp::acceptor acceptor(context, tcp::endpoint(tcp::v4(), 0));
  settings_.watcher.login.port = acceptor.local_endpoint().port();
  std::jthread speaker([&] {
    tcp::socket socket = acceptor.accept();
    std::string talk = "* PREAUTH [CAPABILITY IMAP4rev1] in\r\n";
    error_code error;
    for (asio::write(socket, asio::buffer(talk), error); !error;) {
      talk.clear();
      for (int i = 0; i < 10'000; ++i) talk += "* OK and on\r\n";
      asio::write(socket, asio::buffer(talk), error);
      asio::post(context_, [this] { context_.stop(); });
    }
  });
  {
    Account account(context_, settings_, recorder_);
    ASSERT_TRUE(account.start().has_value());
    context_.run();
  }
  speaker.join();
  for (context_.restart(); context_.poll() > 0;) context_.restart();
}

TEST_F(AccountTest, AnotherNetworkDoesNotMakeAWrongPasswordRight) {
  serve();
  settings_.watcher.login.credentials.kind = Credentials::Kind::kToken;  // and no TLS
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, [&] {
    account.probe();
    return recorder_.problems.size() == 1;
  });
  EXPECT_EQ(server_->accepted, 1);
}

TEST_F(AccountTest, TheListenerMayDestroyIt) {
  for (const char* when : {"events", "problem", "caught up"}) {
    serve();
    settings_.state_file.clear();
    settings_.watcher.login.credentials.kind = Credentials::Kind::kPassword;
    if (when == std::string("problem")) {
      settings_.watcher.login.credentials.kind = Credentials::Kind::kToken;  // and no TLS
    }
    const std::size_t events = recorder_.reported.size();
    std::optional<Account> account;
    account.emplace(context_, settings_, recorder_);
    ASSERT_TRUE(account->start().has_value());
    recorder_.then = [&] {
      if (when == std::string("events") && recorder_.reported.size() == events) {
        server_->fake.mailboxes["INBOX"].deliver();
        return asio::post(context_, [&] { server_->changed(); });
      }
      account.reset();
      server_->close();
    };
    context_.restart();
    context_.run();
    EXPECT_FALSE(account.has_value());
  }
  EXPECT_EQ(recorder_.reported.size(), 1U);
  EXPECT_EQ(recorder_.problems.size(), 1U);
}

TEST_F(AccountTest, TheMailboxesAreNamedOnce) {
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{}, {""}, {"a", "b", "a"}, {"INBOX", "inbox"}}) {
    settings_.watcher.mailboxes = names;
    Account account(context_, settings_, recorder_);
    EXPECT_EQ(account.start().error().code, ErrorCode::kInvalid);
  }
  serve();
  settings_.watcher.mailboxes = {"Inbox"};
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  run(account, [&] { return recorder_.caught_up == 1; });
}

// As a full disk: said once, and written when there is room again.
TEST_F(AccountTest, AStateFileThatCannotBeWrittenIsTriedAgain) {
  serve();
  const std::string in_the_way = state_ + ".new";
  std::filesystem::create_directories(in_the_way + "/x");
  FakeMailbox& inbox = server_->fake.mailboxes["INBOX"];
  Account account(context_, settings_, recorder_);
  ASSERT_TRUE(account.start().has_value());
  std::size_t delivered = 0;
  ToldByMailbox kept;
  run(account, [&] {
    if (recorder_.caught_up < 1 || recorder_.reported.size() < delivered) return false;
    if (delivered == 3) {
      asio::post(context_, [&] { kept = load_state(state_).value_or(ToldByMailbox()); });
      return true;
    }
    if (++delivered == 3) std::filesystem::remove_all(in_the_way);
    inbox.deliver();
    asio::post(context_, [&] { server_->changed(); });
    return false;
  });
  EXPECT_EQ(recorder_.reported,
            (std::vector<std::string>{"MessageNew 1", "MessageNew 2", "MessageNew 3"}));
  ASSERT_EQ(recorder_.problems.size(), 1U);
  EXPECT_TRUE(recorder_.problems.front().text.contains(in_the_way));
  EXPECT_EQ(kept["INBOX"].uids.to_string(), "1:3");
}

TEST_F(AccountTest, ADamagedStateFileIsSaid) {
  std::ofstream(state_) << "no";
  Account account(context_, settings_, recorder_);
  EXPECT_EQ(account.start().error().code, ErrorCode::kCorruption);
}

class AccountTlsTest : public AccountTest {
 protected:
  AccountTlsTest() : tls_(asio::ssl::context::tls_server) {
    EXPECT_TRUE(net::make_self_signed({.certificate = certificate_, .key = key_}).has_value());
    tls_.use_certificate_chain_file(certificate_);
    tls_.use_private_key_file(key_, asio::ssl::context::pem);
    settings_.watcher.login.security = Login::Security::kTls;
    serve(&tls_);
  }
  ~AccountTlsTest() override {
    std::filesystem::remove(certificate_);
    std::filesystem::remove(key_);
  }
  Problem refused() {
    Account account(context_, settings_, recorder_);
    EXPECT_TRUE(account.start().has_value());
    run(account, [&] { return recorder_.problems.size() + recorder_.caught_up > 0; });
    return recorder_.problems.empty() ? Problem{} : recorder_.problems.front();
  }

  const std::string certificate_ = unique_path("roost_account_test.pem");
  const std::string key_ = unique_path("roost_account_test.key");
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

TEST(TlsClient, AFullyQualifiedNameIsTheSame) {
  const net::OwnedSsl ssl = TlsClient::make({}).value()->new_ssl("mail.example.");
  EXPECT_STREQ(X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl.get()), 0), "mail.example");
  EXPECT_STREQ(SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name), "mail.example");
}

TEST(TlsClient, PinsAreChecked) {
  for (const char* pin : {"", "abc", "zz", "AAAA"}) {
    EXPECT_EQ(TlsClient::make({.pins = {pin}}).error().code, ErrorCode::kInvalid) << pin;
  }
  EXPECT_TRUE(
      TlsClient::make({.pins = {"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}}).has_value());
  EXPECT_EQ(TlsClient::make({.ca_file = "/nowhere"}).error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace roost::client
