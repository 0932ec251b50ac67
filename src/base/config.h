// roost.toml: what the server is told once, when it starts. roost.toml.example documents each key;
// the defaults here and there are the same (tested). A flag of the command line wins over the file.
//
// For every limit and time 0 means none; no other number has a meaning of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace roost {

struct Config {
  struct Listen {
    // ADDR:PORT, or unix:PATH for lmtp and http. Empty: not offered.
    std::vector<std::string> imap{"127.0.0.1:1143"};
    std::vector<std::string> imaps{"127.0.0.1:1993"};
    std::vector<std::string> lmtp{"127.0.0.1:1024"};
    std::vector<std::string> http;
    bool operator==(const Listen&) const = default;
  };
  struct Tls {
    std::string cert;  // PEM files; both or neither. Neither: self-signed, in data
    std::string key;
    bool operator==(const Tls&) const = default;
  };
  struct Limits {
    std::uint32_t connections_per_user = 64;
    std::uint32_t connections_per_user_and_address = 32;
    // From one address (of IPv6: one /64 network), and not logged in yet.
    std::uint32_t unauthenticated_per_address = 1000;
    std::uint32_t mailboxes_per_account = 10'000;
    std::uint64_t append_size = 64ULL << 20;   // octets of one message
    std::uint64_t account_size = 0;            // octets of all messages of an account
    std::uint64_t command_line = 64ULL << 10;  // octets of a command without its literals
    std::chrono::seconds preauth_timeout{60};
    bool operator==(const Limits&) const = default;
  };
  struct Idle {
    std::chrono::seconds keepalive{240};
    std::chrono::seconds autologout{1800};
    bool operator==(const Idle&) const = default;
  };
  struct Imap {
    bool unauthenticate = true;  // RFC 8437
    bool operator==(const Imap&) const = default;
  };
  struct Threads {
    std::uint32_t loops = 0;    // 0: one for each core
    std::uint32_t workers = 0;  // 0: 64
    bool own_files = false;     // each loop has a table of open files of its own
    bool operator==(const Threads&) const = default;
  };
  struct Shutdown {
    std::chrono::seconds spread{5};  // the BYEs of very many clients are spread over so long
    std::chrono::seconds grace{10};  // for clients to take their BYE
    bool operator==(const Shutdown&) const = default;
  };

  std::string data = "/var/lib/roost";
  Listen listen;
  Tls tls;
  Limits limits;
  Idle idle;
  Imap imap;
  Threads threads;
  Shutdown shutdown;
  bool operator==(const Config&) const = default;
};

// kInvalid: no TOML, an unknown key, a wrong type or a number out of range; the detail names the
// first such place, "roost.toml:12: unknown key limits.apend_size".
[[nodiscard]] Result<Config> parse_config(std::string_view toml, std::string_view file_name);
// kNotFound, kUnavailable (cannot be read), and all of the above.
[[nodiscard]] Result<Config> load_config(const std::filesystem::path& file);

}  // namespace roost
