#include "base/config.h"

#include <fmt/format.h>

#include "base/toml_reader.h"

namespace roost {
namespace {

void read_root(TableReader& reader, Config& config) {
  reader.read("data", config.data);
  reader.table("listen", [&](TableReader& listen) {
    listen.read("imap", config.listen.imap);
    listen.read("imaps", config.listen.imaps);
    listen.read("lmtp", config.listen.lmtp);
    listen.read("http", config.listen.http);
  });
  reader.table("tls", [&](TableReader& tls) {
    tls.read("cert", config.tls.cert);
    tls.read("key", config.tls.key);
  });
  reader.table("limits", [&](TableReader& limits) {
    limits.read("connections_per_user", config.limits.connections_per_user);
    limits.read("connections_per_user_and_address", config.limits.connections_per_user_and_address);
    limits.read("unauthenticated_per_address", config.limits.unauthenticated_per_address);
    limits.read("mailboxes_per_account", config.limits.mailboxes_per_account);
    limits.read("append_size", config.limits.append_size);
    limits.read("account_size", config.limits.account_size);
    limits.read("command_line", config.limits.command_line);
    limits.read("preauth_timeout", config.limits.preauth_timeout);
  });
  reader.table("idle", [&](TableReader& idle) {
    idle.read("keepalive", config.idle.keepalive);
    idle.read("autologout", config.idle.autologout);
  });
  reader.table("imap",
               [&](TableReader& imap) { imap.read("unauthenticate", config.imap.unauthenticate); });
  reader.table("threads", [&](TableReader& threads) {
    threads.read("loops", config.threads.loops);
    threads.read("workers", config.threads.workers);
    threads.read("own_files", config.threads.own_files);
  });
  reader.table("shutdown", [&](TableReader& shutdown) {
    shutdown.read("spread", config.shutdown.spread);
    shutdown.read("grace", config.shutdown.grace);
  });
}

}  // namespace

Result<Config> parse_config(std::string_view toml, std::string_view file_name) {
  Config config;
  const auto read =
      read_toml(toml, file_name, [&config](TableReader& root) { read_root(root, config); });
  if (!read) return fail(read.error());
  if (config.tls.cert.empty() != config.tls.key.empty()) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{}: tls.cert and tls.key go together", file_name));
  }
  return config;
}

Result<Config> load_config(const std::filesystem::path& file) {
  const auto text = read_text_file(file);
  if (!text) return fail(text.error());
  return parse_config(*text, file.string());
}

}  // namespace roost
