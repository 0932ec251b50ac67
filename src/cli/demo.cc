#include "cli/demo.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

#include "admin/admin_client.h"

namespace roost::cli {

namespace {

constexpr std::string_view kName = "demo";
constexpr std::string_view kPassword = "demo";
constexpr std::chrono::seconds kPatience{20};

bool on_terminal() { return ::isatty(STDOUT_FILENO) == 1; }

std::string port_of(const RunningServer& server, std::string_view protocol) {
  for (const RunningServer::Listening& listening : server.listening()) {
    if (listening.protocol == protocol) {
      return listening.address.substr(listening.address.rfind(':') + 1);
    }
  }
  return {};
}

// A client that shows what it says and hears.
class ShownClient {
 public:
  ShownClient(const char* label, const std::string& port) : label_(label) {
    stream_.expires_after(kPatience);
    stream_.connect("127.0.0.1", port);
    // Or what is said in two pieces waits for the acknowledgement of the first.
    boost::system::error_code ignored;
    stream_.socket().set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  }

  void say(std::string_view line) {
    fmt::print("  {} > {}\n", label_, line);
    stream_ << line << "\r\n" << std::flush;
  }
  void say_unseen(std::string_view octets) { stream_ << octets << std::flush; }
  // Lines up to one that begins with `expected`, which is returned; nothing if none comes.
  std::optional<std::string> hear(std::string_view expected) {
    std::string line;
    while (std::getline(stream_, line)) {
      if (line.ends_with('\r')) line.pop_back();
      fmt::print("  {} < {}\n", label_, line);
      if (line.starts_with(expected)) return line;
    }
    return std::nullopt;
  }

 private:
  const char* label_;
  boost::asio::ip::tcp::iostream stream_;
};

std::unexpected<Error> lost(std::string_view what) {
  return fail(ErrorCode::kUnavailable, fmt::format("the demo was not answered: {}", what));
}

Result<void> make_account(const Config& config) {
  auto users = admin::AdminClient::connect(config.data);
  if (!users) return fail(std::move(users.error()));
  auto added = (*users)->add(kName, kPassword);
  if (!added && added.error().code != ErrorCode::kAlreadyExists) return added;
  return {};
}

Result<void> idle(ShownClient& client) {
  if (!client.hear("* OK")) return lost("no greeting");
  client.say(fmt::format("a1 LOGIN {} {}", kName, kPassword));
  if (!client.hear("a1 OK")) return lost("LOGIN");
  client.say("a2 SELECT INBOX");
  if (!client.hear("a2 OK")) return lost("SELECT");
  client.say("a3 IDLE");
  if (!client.hear("+ ")) return lost("IDLE");
  return {};
}

constexpr std::string_view kMessage =
    "From: Roost <roost@localhost>\r\n"
    "To: demo@localhost\r\n"
    "Subject: You have been told\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "\r\n"
    "This message reached a waiting client the moment it was on disk.\r\n";

// Up to the last octet of the message, which `deliver` sends.
Result<void> hand_over(ShownClient& client) {
  if (!client.hear("220")) return lost("no LMTP greeting");
  client.say("LHLO demo");
  if (!client.hear("250 ")) return lost("LHLO");
  client.say("MAIL FROM:<roost@localhost>");
  if (!client.hear("250")) return lost("MAIL");
  client.say(fmt::format("RCPT TO:<{}@localhost>", kName));
  if (!client.hear("250")) return lost("RCPT");
  client.say("DATA");
  if (!client.hear("354")) return lost("DATA");
  client.say_unseen(kMessage);
  return {};
}

void print_how_to_connect(const RunningServer& server) {
  const std::string imap = port_of(server, "imap");
  const std::string imaps = port_of(server, "imaps");
  fmt::print(
      "\nConnect a client of your own (user {0}, password {1}; the certificate is self-signed):\n"
      "  openssl s_client -quiet -connect 127.0.0.1:{3}\n"
      "      then: a LOGIN {0} {1}   b SELECT INBOX   c IDLE\n"
      "  neomutt -f imap://{0}:{1}@127.0.0.1:{2}/INBOX\n"
      "  Thunderbird: server 127.0.0.1, port {3}, SSL/TLS, normal password\n"
      "Deliver to it by LMTP on 127.0.0.1:{4}. Certificate: {5}\n"
      "Serving until Ctrl-C.\n",
      kName, kPassword, imap, imaps, port_of(server, "lmtp"), server.certificate());
}

}  // namespace

void prepare_demo(Config& config, std::string_view data) {
  config.data = data.empty() ? "var/demo" : data;
  if (on_terminal()) return;
  config.listen.imap = config.listen.imaps = config.listen.lmtp = {"127.0.0.1:0"};
}

Result<AfterDemo> run_demo(const RunningServer& server, const Config& config) {
  if (auto made = make_account(config); !made) return fail(std::move(made.error()));
  fmt::print("\nA client logs in and waits:\n");
  ShownClient idler("imap", port_of(server, "imap"));
  if (auto idling = idle(idler); !idling) return fail(std::move(idling.error()));

  fmt::print("\nMail comes in:\n");
  ShownClient sender("lmtp", port_of(server, "lmtp"));
  if (auto ready = hand_over(sender); !ready) return fail(std::move(ready.error()));
  const auto sent = std::chrono::steady_clock::now();
  sender.say_unseen(".\r\n");
  fmt::print("  lmtp > (the message) .\n");
  if (!idler.hear("* ")) return lost("EXISTS");
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - sent;
  if (!sender.hear("250")) return lost("the delivery");
  fmt::print("\nDelivered, on disk and told in {:.2f} ms.\n", took.count());
  if (!on_terminal()) return AfterDemo::kLeave;
  print_how_to_connect(server);
  std::fflush(stdout);
  return AfterDemo::kServe;
}

}  // namespace roost::cli
