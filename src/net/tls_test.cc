// TLS on loopback sockets, with OpenSSL's client on the other side.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <latch>
#include <thread>
#include <vector>

#include "base/temporary_directory.h"
#include "net/test_client.h"
#include "net/test_server.h"
#include "net/tls_context.h"

namespace roost::net {
namespace {

std::string pattern(std::size_t octets) {
  std::string text(octets, '\0');
  for (std::size_t i = 0; i < octets; ++i) text[i] = static_cast<char>('a' + i * 11 % 26);
  return text;
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class TlsTest : public testing::Test {
 protected:
  TlsTest() {
    files_ = {folder_ / "cert.pem", folder_ / "key.pem", {}};
    EXPECT_TRUE(make_self_signed(files_));
    auto loaded = TlsContext::load(files_, "imap");
    if (!loaded) {
      ADD_FAILURE() << loaded.error().detail;
      return;
    }
    context_ = std::move(*loaded);
  }

  [[nodiscard]] ListenerOptions implicit_tls() const { return {.tls = context_}; }

  TemporaryDirectory folder_;
  TlsFiles files_;
  std::shared_ptr<TlsContext> context_;
  Script script_;
};

TEST_F(TlsTest, SelfSignedCertificateIsForThisMachineAndItsKeyIsPrivate) {
  struct stat status{};
  ASSERT_EQ(::stat(files_.key.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  TestServer server(script_, implicit_tls());
  TestClient client(server.address());
  ASSERT_TRUE(client.start_tls());
  X509* certificate = SSL_get0_peer_certificate(client.ssl());
  EXPECT_EQ(X509_check_host(certificate, "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate, "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate, "::1", 0), 1);
  EXPECT_EQ(X509_check_host(certificate, "mail.example", 0, 0, nullptr), 0);
}

TEST_F(TlsTest, SelfSignedLeavesAPairAloneAndReplacesAHalf) {
  const auto content = [](const std::string& path) {
    std::ifstream file(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string certificate = content(files_.certificate);
  ASSERT_TRUE(make_self_signed(files_));
  EXPECT_EQ(content(files_.certificate), certificate);
  std::filesystem::remove(files_.key);
  ASSERT_TRUE(make_self_signed(files_));
  EXPECT_NE(content(files_.certificate), certificate);
  EXPECT_TRUE(TlsContext::load(files_, "imap"));
  EXPECT_FALSE(make_self_signed({folder_ / "no" / "cert.pem", folder_ / "no" / "key.pem"}));
}

TEST_F(TlsTest, UnusableFilesAreRefusedAndTheOldCertificateStays) {
  const TlsFiles other{folder_ / "other.pem", folder_ / "other.key", {}};
  ASSERT_TRUE(make_self_signed(other));
  const auto mismatch = TlsContext::load({files_.certificate, other.key, {}}, "imap");
  ASSERT_FALSE(mismatch);
  EXPECT_EQ(mismatch.error().code, ErrorCode::kInvalid);
  EXPECT_FALSE(TlsContext::load({folder_ / "none", folder_ / "none", {}}, "imap"));

  std::ofstream(files_.certificate) << "rubbish";
  EXPECT_FALSE(context_->reload());
  TestServer server(script_, implicit_tls());
  TestClient client(server.address());
  EXPECT_TRUE(client.start_tls());
}

TEST_F(TlsTest, ReloadServesTheNewCertificateAndConnectionsStand) {
  TestServer server(script_, implicit_tls());
  TestClient before(server.address());
  ASSERT_TRUE(before.start_tls());
  std::filesystem::remove(files_.key);
  ASSERT_TRUE(make_self_signed(files_));
  ASSERT_TRUE(context_->reload());
  TestClient after(server.address());
  ASSERT_TRUE(after.start_tls());
  EXPECT_NE(
      X509_cmp(SSL_get0_peer_certificate(before.ssl()), SSL_get0_peer_certificate(after.ssl())), 0);
  before.send("x");
  EXPECT_EQ(before.read(1), "x");
}

TEST_F(TlsTest, SpeaksTls12And13AndNothingOlder) {
  script_.on_open = [](Connection& connection) {
    EXPECT_TRUE(connection.is_tls());
    connection.write("* OK\r\n");
  };
  TestServer server(script_, implicit_tls());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TestClient client(server.address());
    ASSERT_TRUE(client.start_tls([&](SSL* ssl) {
      SSL_set_min_proto_version(ssl, version);
      SSL_set_max_proto_version(ssl, version);
    }));
    EXPECT_EQ(client.read(6), "* OK\r\n");
    client.send("hello");
    EXPECT_EQ(client.read(5), "hello");
  }
  TestClient old(server.address());
  EXPECT_FALSE(old.start_tls([](SSL* ssl) {
    SSL_set_security_level(ssl, 0);
    SSL_set_min_proto_version(ssl, TLS1_VERSION);
    SSL_set_max_proto_version(ssl, TLS1_1_VERSION);
  }));
}

TEST_F(TlsTest, LargeTransfersGoBothWaysAtOnce) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TestServer server(script_, implicit_tls());
    TestClient client(server.address());
    ASSERT_TRUE(client.start_tls([&](SSL* ssl) { SSL_set_max_proto_version(ssl, version); }));
    // Less than the buffers of both sockets hold: this client cannot read while it writes.
    const std::string sent = pattern(150'000);
    for (int i = 0; i < 10; ++i) {
      client.send(sent);
      EXPECT_EQ(client.read(sent.size()), sent);
    }
  }
}

TEST_F(TlsTest, OutputOfOneCallIsOneRecord) {
  script_.on_input = [](Connection& connection) {
    connection.consume(connection.input().size());
    if (connection.input_ended()) return connection.close();
    connection.write("* 1 EXPUNGE\r\n");
    connection.write(std::make_shared<const std::string>("* 22 EXISTS\r\n"));
    connection.write("* 0 RECENT\r\n");
  };
  TestServer server(script_, implicit_tls());
  TestClient client(server.address());
  ASSERT_TRUE(client.start_tls());
  client.send("x");
  // SSL_read yields no more than one record.
  EXPECT_EQ(client.read_some(), "* 1 EXPUNGE\r\n* 22 EXISTS\r\n* 0 RECENT\r\n");
}

TEST_F(TlsTest, KeyUpdateIsAnsweredWhileOutputIsBlocked) {
  const std::string all = pattern(3'000'000);
  script_.on_input = [&](Connection& connection) {
    const bool go = connection.input().contains("go");
    const bool more = connection.input().contains("+");
    connection.consume(connection.input().size());
    if (go) connection.write(all);
    if (more) connection.write("updated");
  };
  TestServer server(script_, implicit_tls());
  TestClient client(server.address(), 4096);
  ASSERT_TRUE(client.start_tls());
  client.send("go");
  EXPECT_EQ(client.read(1000), all.substr(0, 1000));  // the rest fills both sockets
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(SSL_key_update(client.ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
    client.send("+");
  }
  EXPECT_EQ(client.read(all.size() - 1000), all.substr(1000));
  EXPECT_EQ(client.read(35), "updatedupdatedupdatedupdatedupdated");
  EXPECT_EQ(SSL_key_update(client.ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
  client.send("+");
  EXPECT_EQ(client.read(7), "updated");
}

TEST_F(TlsTest, KeyUpdatesThatComeWhileARecordIsHalfSent) {
  const std::string piece = pattern(64 * 1024);  // two fill the output, one leaves it open to input
  script_.on_input = [&](Connection& connection) {
    for (const char octet : connection.input()) {
      if (octet == '+') connection.write(piece);
    }
    connection.consume(connection.input().size());
  };
  TestServer server(script_, implicit_tls());
  TestClient client(server.address(), 4096);
  ASSERT_TRUE(client.start_tls());
  constexpr int kPieces = 100;
  for (int i = 0; i < kPieces; ++i) {
    ASSERT_EQ(SSL_key_update(client.ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
    client.send("+");
  }
  for (int i = 0; i < kPieces; ++i) ASSERT_TRUE(client.read(piece.size()) == piece) << i;
}

TEST_F(TlsTest, RenegotiationIsRefused) {
  TestServer server(script_, implicit_tls());
  TestClient client(server.address());
  ASSERT_TRUE(client.start_tls([](SSL* ssl) { SSL_set_max_proto_version(ssl, TLS1_2_VERSION); }));
  SSL_renegotiate(client.ssl());
  EXPECT_NE(SSL_do_handshake(client.ssl()), 1);
}

struct SessionFree {
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using Session = std::unique_ptr<SSL_SESSION, SessionFree>;

// Of a connection that was served, with its ticket.
Session make_session(const std::string& address, int version) {
  TestClient client(address);
  EXPECT_TRUE(client.start_tls([&](SSL* ssl) { SSL_set_max_proto_version(ssl, version); }));
  client.send("x");
  EXPECT_EQ(client.read(1), "x");  // the ticket of TLS 1.3 comes before it
  SSL_shutdown(client.ssl());      // or OpenSSL's client holds the session for broken
  return Session(SSL_get1_session(client.ssl()));
}

// Whether a connection, which is served in any case, is a resumed one.
bool resumes(const std::string& address, int version, const Session& session) {
  TestClient client(address);
  EXPECT_TRUE(client.start_tls([&](SSL* ssl) {
    SSL_set_max_proto_version(ssl, version);
    SSL_set_session(ssl, session.get());
  }));
  client.send("y");
  EXPECT_EQ(client.read(1), "y");
  SSL_shutdown(client.ssl());
  return SSL_session_reused(client.ssl()) == 1;
}

TEST_F(TlsTest, SessionsAreResumed) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TestServer server(script_, implicit_tls());
    const Session session = make_session(server.address(), version);
    EXPECT_TRUE(resumes(server.address(), version, session));
  }
}

TEST_F(TlsTest, Row65_SessionsAreResumedAfterARestart) {
  files_.ticket_keys = folder_ / "ticket-keys";
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Session session;
    {
      TestServer server(script_, {.tls = *TlsContext::load(files_, "imap")});
      session = make_session(server.address(), version);
    }
    TestServer again(script_, {.tls = *TlsContext::load(files_, "imap")});
    EXPECT_TRUE(resumes(again.address(), version, session));
  }
  EXPECT_EQ(std::filesystem::status(files_.ticket_keys).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(TlsTest, TicketKeysAreChangedEachDayAndOpenTicketsForAnother) {
  namespace fs = std::filesystem;
  files_.ticket_keys = folder_ / "ticket-keys";
  const auto context = *TlsContext::load(files_, "imap");
  TestServer server(script_, {.tls = context});
  const auto grow_older = [&](std::chrono::hours by) {
    fs::last_write_time(files_.ticket_keys, fs::file_time_type::clock::now() - by);
    EXPECT_TRUE(context->reload());
  };
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const Session session = make_session(server.address(), version);
    const std::string keys = content(files_.ticket_keys);
    grow_older(std::chrono::hours(23));
    EXPECT_EQ(content(files_.ticket_keys), keys);
    EXPECT_TRUE(resumes(server.address(), version, session));
    grow_older(std::chrono::hours(25));
    EXPECT_NE(content(files_.ticket_keys), keys);
    EXPECT_TRUE(resumes(server.address(), version, session));
    grow_older(std::chrono::hours(25));
    EXPECT_FALSE(resumes(server.address(), version, session));
    const Session another = make_session(server.address(), version);
    grow_older(std::chrono::hours(49));
    EXPECT_FALSE(resumes(server.address(), version, another));
  }
}

TEST_F(TlsTest, TicketKeysAreRenewedWhateverHappensToTheFiles) {
  namespace fs = std::filesystem;
  files_.ticket_keys = folder_ / "ticket-keys";
  const auto context = *TlsContext::load(files_, "imap");
  TestServer server(script_, {.tls = context});
  const Session session = make_session(server.address(), TLS1_3_VERSION);
  const std::string keys = content(files_.ticket_keys);
  fs::resize_file(files_.ticket_keys, 79);
  EXPECT_TRUE(context->reload());
  EXPECT_EQ(content(files_.ticket_keys), keys);
  EXPECT_TRUE(resumes(server.address(), TLS1_3_VERSION, session));

  fs::permissions(files_.ticket_keys, fs::perms::others_read, fs::perm_options::add);
  EXPECT_TRUE(context->reload());
  EXPECT_EQ(fs::status(files_.ticket_keys).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);

  fs::last_write_time(files_.ticket_keys,
                      fs::file_time_type::clock::now() - std::chrono::hours(25));
  fs::remove(files_.certificate);
  EXPECT_FALSE(context->reload());
  EXPECT_NE(content(files_.ticket_keys), keys);

  EXPECT_TRUE(make_self_signed(files_));
  files_.ticket_keys = folder_ / "none" / "ticket-keys";
  TestServer homeless(script_, {.tls = *TlsContext::load(files_, "imap")});
  const Session kept_nowhere = make_session(homeless.address(), TLS1_3_VERSION);
  EXPECT_TRUE(resumes(homeless.address(), TLS1_3_VERSION, kept_nowhere));
}

// Counts the handshakes that begin within one turn of the loop.
class CountingContext final : public TlsContext {
 public:
  CountingContext(std::shared_ptr<TlsContext> real, Loop& loop)
      : real_(std::move(real)), loop_(loop) {}

  Result<void> reload() override { return real_->reload(); }
  [[nodiscard]] SSL* new_ssl() override {
    SSL* ssl = real_->new_ssl();
    SSL_set_app_data(ssl, this);
    SSL_set_info_callback(ssl, [](const SSL* of, int where, int) {
      if (where == SSL_CB_HANDSHAKE_START)
        static_cast<CountingContext*>(SSL_get_app_data(of))->count();
    });
    return ssl;
  }
  [[nodiscard]] int most() const { return most_; }

 private:
  void count() {
    if (this_turn_ == 0) loop_.when_sent([this] { this_turn_ = 0; });
    most_ = std::max(most_.load(), ++this_turn_);
  }

  const std::shared_ptr<TlsContext> real_;
  Loop& loop_;
  int this_turn_ = 0;
  std::atomic<int> most_ = 0;
};

TEST_F(TlsTest, ACrowdOfHandshakesLeavesTurnsToOthers) {
  constexpr std::size_t kCrowd = 12;
  Loops loops(1);
  const auto counting = std::make_shared<CountingContext>(context_, loops[0]);
  Event<int> all_open;
  std::size_t opened = 0;
  script_.on_open = [&](Connection&) {
    if (++opened == kCrowd) all_open.set(1);
  };
  const auto listener = Listener::open(
      loops, {.address = "127.0.0.1:0", .tls = counting, .handlers = [&](Loop&, const Peer&) {
                return std::make_unique<ScriptedHandler>(script_);
              }});
  ASSERT_TRUE(listener);
  std::vector<std::jthread> clients;
  std::latch all_have_begun(kCrowd);
  for (std::size_t i = 0; i < kCrowd; ++i) {
    clients.emplace_back([&] {
      TestClient client((*listener)->address());
      EXPECT_TRUE(client.start_tls([&](SSL* ssl) {
        ::fcntl(client.fd(), F_SETFL, O_NONBLOCK);
        EXPECT_NE(SSL_connect(ssl), 1);
        ::fcntl(client.fd(), F_SETFL, 0);
        all_have_begun.count_down();
      }));
      EXPECT_EQ(client.read_to_end(), "");
    });
  }
  all_have_begun.wait();
  loops.start();
  EXPECT_EQ(all_open.get(), 1);
  EXPECT_LE(counting->most(), 4);
  EXPECT_GT(counting->most(), 0);
  (*listener)->stop();
  loops.stop();
}

// Early data can be replayed (RFC 8446 section 8), so a client that sends some is not heard.
TEST_F(TlsTest, Row81_EarlyDataIsNotTaken) {
  TestServer server(script_, implicit_tls());
  TestClient first(server.address());
  ASSERT_TRUE(first.start_tls());
  first.send("x");
  EXPECT_EQ(first.read(1), "x");  // the ticket comes before it
  SSL_SESSION* session = SSL_get1_session(first.ssl());
  EXPECT_EQ(SSL_SESSION_get_max_early_data(session), 0U);
  SSL_SESSION_set_max_early_data(session, 1000);  // a client that thinks otherwise

  TestClient second(server.address());
  EXPECT_TRUE(second.start_tls([&](SSL* ssl) {
    SSL_set_session(ssl, session);
    std::size_t sent = 0;
    EXPECT_EQ(SSL_write_early_data(ssl, "early", 5, &sent), 1);
  }));
  SSL_SESSION_free(session);
  EXPECT_EQ(SSL_get_early_data_status(second.ssl()), SSL_EARLY_DATA_REJECTED);
  second.send("late");
  EXPECT_EQ(second.read(4), "late");
}

TEST_F(TlsTest, AlpnSelectsOurProtocolAndRefusesNobody) {
  TestServer server(script_, implicit_tls());
  const auto selected = [&](std::string_view offered) {
    TestClient client(server.address());
    EXPECT_TRUE(client.start_tls([&](SSL* ssl) {
      SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(offered.data()),
                          static_cast<unsigned>(offered.size()));
    }));
    const unsigned char* name = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(client.ssl(), &name, &length);
    return std::string(reinterpret_cast<const char*>(name), length);
  };
  EXPECT_EQ(selected("\x02h2\x04imap"), "imap");
  EXPECT_EQ(selected("\x04imap"), "imap");
  EXPECT_EQ(selected("\x02h2\x08http/1.1"), "");
}

TEST_F(TlsTest, CloseSaysCloseNotify) {
  script_.on_input = [](Connection& connection) {
    connection.write("* BYE\r\n");
    connection.close();
  };
  TestServer server(script_, implicit_tls());
  TestClient client(server.address());
  ASSERT_TRUE(client.start_tls());
  client.send("LOGOUT");
  EXPECT_EQ(client.read(7), "* BYE\r\n");
  EXPECT_EQ(client.read_some(), "");
  EXPECT_EQ(SSL_get_error(client.ssl(), 0), SSL_ERROR_ZERO_RETURN);
}

TEST_F(TlsTest, CloseNotifyAndBareFinAreTheEndOfInput) {
  Event<bool> ended;
  script_.on_input = [](Connection& connection) {
    if (connection.input_ended()) {
      connection.write("ended");
      connection.close();
    }
  };
  TestServer server(script_, implicit_tls());
  TestClient polite(server.address());
  ASSERT_TRUE(polite.start_tls());
  EXPECT_EQ(SSL_shutdown(polite.ssl()), 0);
  EXPECT_EQ(polite.read_to_end(), "ended");
  TestClient abrupt(server.address());
  ASSERT_TRUE(abrupt.start_tls());
  abrupt.finish();
  EXPECT_EQ(abrupt.read_to_end(), "ended");
}

TEST_F(TlsTest, AHandlerThatWasNeverOpenedIsDestroyedWithoutACall) {
  Event<bool> destroyed;
  script_.on_open = [](Connection&) { ADD_FAILURE(); };
  script_.on_closed = [](Connection&, CloseReason) { ADD_FAILURE(); };
  script_.on_destroyed = [&] { destroyed.set(true); };
  TestServer server(script_, implicit_tls());
  TestClient client(server.address());
  client.send("a1 LOGIN alice secret\r\n");
  EXPECT_TRUE(destroyed.get());
}

TEST_F(TlsTest, AHandshakeThatDoesNotGoOnIsEnded) {
  Event<bool> destroyed;
  script_.on_destroyed = [&] { destroyed.set(true); };
  TestServer server(
      script_, {.tls = context_, .connection = {.stall_timeout = std::chrono::milliseconds{50}}});
  TestClient client(server.address());
  EXPECT_TRUE(destroyed.get());
}

TEST_F(TlsTest, RubbishAfterTheHandshakeEndsTheConnection) {
  Event<CloseReason> closed;
  script_.on_closed = [&](Connection&, CloseReason reason) { closed.set(reason); };
  TestServer server(script_, implicit_tls());
  TestClient client(server.address());
  ASSERT_TRUE(client.start_tls());
  client.send("x");
  EXPECT_EQ(client.read(1), "x");
  EXPECT_EQ(::send(client.fd(), "plain text, not TLS", 19, MSG_NOSIGNAL), 19);
  EXPECT_EQ(closed.get(), CloseReason::kTls);
}

TEST_F(TlsTest, StartTlsDropsWhatWasPipelinedBeforeIt) {
  script_.on_input = [&](Connection& connection) {
    if (connection.input_ended()) return connection.close();
    if (!connection.is_tls()) {
      EXPECT_EQ(connection.input(), "STARTTLS\r\nINJECTED\r\n");
      connection.consume(10);
      connection.write("OK\r\n");
      connection.start_tls(context_);
      EXPECT_EQ(connection.input(), "");
      return;
    }
    connection.write("<" + std::string(connection.input()) + ">");
    connection.consume(connection.input().size());
  };
  script_.on_tls = [](Connection& connection) {
    EXPECT_TRUE(connection.is_tls());
    EXPECT_EQ(connection.input(), "");
  };
  TestServer server(script_);
  TestClient client(server.address());
  client.send("STARTTLS\r\nINJECTED\r\n");
  EXPECT_EQ(client.read(4), "OK\r\n");
  ASSERT_TRUE(client.start_tls());
  client.send("NOOP");
  EXPECT_EQ(client.read(6), "<NOOP>");
}

TEST_F(TlsTest, AFailedStartTlsIsReported) {
  Event<CloseReason> closed;
  script_.on_input = [&](Connection& connection) {
    connection.consume(connection.input().size());
    connection.write("OK\r\n");
    connection.start_tls(context_);
  };
  script_.on_tls = [](Connection&) { ADD_FAILURE(); };
  script_.on_closed = [&](Connection&, CloseReason reason) { closed.set(reason); };
  TestServer server(script_);
  TestClient client(server.address());
  client.send("STARTTLS\r\n");
  EXPECT_EQ(client.read(4), "OK\r\n");
  client.send("a2 NOOP\r\n");
  EXPECT_EQ(closed.get(), CloseReason::kTls);
}

}  // namespace
}  // namespace roost::net
