#include "cli/watch/options.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "base/toml_reader.h"
#include "cli/watch/words.h"
#include "client/patterns.h"
#include "imap/protocol/mailbox_url.h"

namespace roost::cli {

namespace {

using client::Credentials;
using client::Login;

std::unexpected<Error> invalid(std::string why) {
  return fail(ErrorCode::kInvalid, std::move(why));
}

// A command is an array of arguments, or one string that is cut into them.
Result<std::vector<std::string>> arguments(const std::vector<std::string>& words,
                                           std::string_view what) {
  if (words.size() != 1) return words;
  auto split = split_words(words.front());
  if (!split) return invalid(std::string(what) + ": " + split.error().detail);
  return split;
}

// "500ms", "2s".
Result<client::Duration> duration(std::string_view text) {
  constexpr std::uint32_t kMost = 600;  // seconds
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error == std::errc() && unit == "ms" && number <= kMost * 1000) {
    return std::chrono::milliseconds(number);
  }
  if (error == std::errc() && unit == "s" && number <= kMost) return std::chrono::seconds(number);
  return invalid("settle: " + std::string(text) + ": is no time up to 600s, as 500ms or 2s");
}

Result<Credentials::Kind> kind_of(std::string_view mechanism) {
  using enum Credentials::Kind;
  if (mechanism == "OAUTHBEARER" || mechanism == "XOAUTH2") return kToken;
  if (mechanism.empty() || mechanism == "PLAIN" || mechanism == "SCRAM-SHA-256") return kPassword;
  return invalid("AUTH=" + std::string(mechanism) +
                 ": not known (PLAIN, SCRAM-SHA-256, OAUTHBEARER, XOAUTH2)");
}

Result<Login::Security> security_of(const imap::MailboxUrl& url, bool tls) {
  if (url.tls && !tls) return invalid("imaps:// is with TLS");
  if (url.tls) return Login::Security::kTls;
  return tls ? Login::Security::kStartTls : Login::Security::kNone;
}

// The port only where it is not the usual one.
Source source_of(const imap::MailboxUrl& url) {
  const bool usual = url.port == (url.tls ? imap::kImapsPort : imap::kImapPort);
  return {.user = url.user, .host = usual ? url.host : url.host + ":" + std::to_string(url.port)};
}

void add_mailbox(client::Watcher::Settings& settings, const std::string& mailbox) {
  auto& list = client::is_pattern(mailbox) ? settings.patterns : settings.mailboxes;
  if (std::ranges::find(list, mailbox) == list.end()) list.push_back(mailbox);
}

Result<WatchedAccount> new_account(const imap::MailboxUrl& url, const AccountWords& words) {
  WatchedAccount account{.source = source_of(url), .password_file = words.password_file};
  const auto kind = kind_of(url.mechanism);
  if (!kind) return fail(kind.error());
  const auto security = security_of(url, words.tls);
  if (!security) return fail(security.error());
  auto command = arguments(words.password_command, "password command");
  if (!command) return fail(command.error());
  if (!command->empty() && !words.password_file.empty()) {
    return invalid("a password comes from a command or a file, not both");
  }
  account.settings.secret_command = *std::move(command);
  account.settings.state_file = words.state;
  account.settings.trust = {.ca_file = words.ca, .pins = words.pins};
  account.settings.watcher.login = {.host = url.host,
                                    .port = url.port,
                                    .security = *security,
                                    .credentials = {.user = url.user, .kind = *kind}};
  return account;
}

// URLs of the same user at the same server are one account.
Result<void> add_accounts(std::vector<WatchedAccount>& accounts, const AccountWords& words) {
  for (const std::string& text : words.urls) {
    const auto url = imap::mailbox_url(text);
    if (!url) return fail(url.error());
    auto it = std::ranges::find(accounts, source_of(*url), &WatchedAccount::source);
    if (it != accounts.end() && it->settings.watcher.login.port != url->port) {
      return invalid(text + ": this account is watched in another way already");
    }
    if (it == accounts.end()) {
      auto account = new_account(*url, words);
      if (!account) return fail(account.error());
      it = accounts.insert(accounts.end(), *std::move(account));
    }
    add_mailbox(it->settings.watcher, url->mailbox);
  }
  return {};
}

Result<void> check_states(const WatchOptions& options) {
  std::set<std::string> seen;
  for (const WatchedAccount& account : options.accounts) {
    const std::string& file = account.settings.state_file;
    if (file.empty() && options.once) {
      return invalid("--once reports what came since the last time, which takes a state file");
    }
    if (!file.empty() && !seen.insert(file).second) {
      return invalid(file + ": each account takes a state file of its own");
    }
  }
  return {};
}

Result<WatchOptions> finished(WatchOptions options, const WatchWords& words) {
  if (options.accounts.empty()) return invalid("what is to be watched? imaps://USER@HOST/MAILBOX");
  options.program = words.program;
  if (!words.exec.empty()) {
    if (!words.program.empty()) return invalid("a program is given by exec or behind --, not both");
    auto program = arguments({words.exec}, "exec");
    if (!program) return fail(program.error());
    options.program = *std::move(program);
  }
  if (!words.hook.empty()) {
    auto hook = hook_url(words.hook);
    if (!hook) return fail(hook.error());
    options.hook = *std::move(hook);
  }
  if (!words.settle.empty()) {
    const auto settle = duration(words.settle);
    if (!settle) return fail(settle.error());
    options.settle = *settle;
  }
  options.health = words.health;
  options.json = words.json;
  options.once = words.once;
  for (WatchedAccount& account : options.accounts) {
    const bool details = words.envelope;
    account.settings.watcher.details = {details, details, details};
  }
  if (auto states = check_states(options); !states) return fail(states.error());
  return options;
}

}  // namespace

Result<WatchOptions> watch_options(const WatchWords& words) {
  WatchOptions options;
  if (auto added = add_accounts(options.accounts, words.account); !added) {
    return fail(added.error());
  }
  options.hook_ca = words.account.ca;
  return finished(std::move(options), words);
}

Result<WatchOptions> watch_options(const WatchWords& words, std::string_view toml,
                                   std::string_view file_name) {
  if (words.account != AccountWords()) {
    return invalid("with --config the accounts and their settings stand in the file");
  }
  WatchWords all;
  std::vector<AccountWords> accounts;
  std::string hook_ca;
  const auto read = read_toml(toml, file_name, [&](TableReader& root) {
    root.read("exec", all.program);
    root.read("hook", all.hook);
    root.read("hook_ca", hook_ca);
    root.read("settle", all.settle);
    root.read("health", all.health);
    root.read("json", all.json);
    root.read("envelope", all.envelope);
    root.tables("account", [&](TableReader& table) {
      AccountWords& account = accounts.emplace_back();
      table.read("url", account.urls);
      table.read("password_command", account.password_command);
      table.read("password_file", account.password_file);
      table.read("state", account.state);
      table.read("ca", account.ca);
      table.read("pin", account.pins);
      table.read("tls", account.tls);
    });
  });
  if (!read) return fail(read.error());
  if (all.program.size() == 1) all.exec = std::exchange(all.program, {}).front();
  if (!words.exec.empty() || !words.program.empty()) {
    all.exec = words.exec;
    all.program = words.program;
  }
  if (!words.hook.empty()) all.hook = words.hook;
  if (!words.health.empty()) all.health = words.health;
  if (!words.settle.empty()) all.settle = words.settle;
  all.json = all.json || words.json;
  all.envelope = all.envelope || words.envelope;
  all.once = words.once;
  WatchOptions options;
  options.hook_ca = std::move(hook_ca);
  for (const AccountWords& account : accounts) {
    if (auto added = add_accounts(options.accounts, account); !added) {
      return fail(ErrorCode::kInvalid, std::string(file_name) + ": " + added.error().detail);
    }
  }
  return finished(std::move(options), all);
}

}  // namespace roost::cli
