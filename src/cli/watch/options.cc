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

// A command is a line that is cut into words, or else the words.
Result<std::vector<std::string>> arguments(const std::optional<std::string>& line,
                                           const std::vector<std::string>& words,
                                           std::string_view what) {
  if (!line) return words;
  auto split = split_words(*line);
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

Result<WatchedAccount> new_account(const imap::MailboxUrl& url, const std::string& written,
                                   const AccountWords& words) {
  WatchedAccount account{
      .source = source_of(url), .password_file = words.password_file, .url = written};
  const auto kind = kind_of(url.mechanism);
  if (!kind) return fail(kind.error());
  const auto security = security_of(url, words.tls);
  if (!security) return fail(security.error());
  auto command = arguments(words.password_command, words.password_program, "password command");
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

bool same_way(const imap::MailboxUrl& one, const imap::MailboxUrl& other) {
  return one.tls == other.tls && one.port == other.port && one.mechanism == other.mechanism;
}

// URLs of the same user at the same server are one account. One that is there already has settings
// of its own.
Result<void> add_accounts(std::vector<WatchedAccount>& accounts, const AccountWords& words) {
  const std::size_t earlier = accounts.size();
  for (const std::string& text : words.urls) {
    const auto url = imap::mailbox_url(text);
    if (!url) return fail(url.error());
    auto it = std::ranges::find(accounts, source_of(*url), &WatchedAccount::source);
    if (it != accounts.end()) {
      const std::string both = it->url + " and " + text + ": they are one account, ";
      if (static_cast<std::size_t>(it - accounts.begin()) < earlier) {
        return invalid(both + "which has one [[account]]; its url may be an array");
      }
      if (!same_way(*imap::mailbox_url(it->url), *url)) {
        return invalid(both + "and differ in more than the mailbox");
      }
    } else {
      auto account = new_account(*url, text, words);
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

// What is said in words, instead of what was said before.
Result<void> take(WatchOptions& options, const WatchWords& words) {
  if (words.exec && !words.program.empty()) {
    return invalid("a program is given by exec or behind --, not both");
  }
  auto program = arguments(words.exec, words.program, "exec");
  if (!program) return fail(program.error());
  if (!program->empty()) options.program = *std::move(program);
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
  if (!words.health.empty()) options.health = words.health;
  options.json = options.json || words.json;
  options.once = options.once || words.once;
  if (words.envelope) {
    for (WatchedAccount& account : options.accounts) {
      account.settings.watcher.details = {true, true, true};
    }
  }
  return {};
}

struct FileWords {
  WatchWords all;
  std::vector<AccountWords> accounts;
  std::string hook_ca;
};

Result<FileWords> read_file(std::string_view toml, std::string_view file_name) {
  FileWords file;
  const auto read = read_toml(toml, file_name, [&](TableReader& root) {
    root.read("exec", file.all.exec, file.all.program);
    root.read("hook", file.all.hook);
    root.read("hook_ca", file.hook_ca);
    root.read("settle", file.all.settle);
    root.read("health", file.all.health);
    root.read("json", file.all.json);
    root.read("envelope", file.all.envelope);
    root.tables("account", [&](TableReader& table) {
      AccountWords& account = file.accounts.emplace_back();
      table.read("url", account.urls);
      table.read("password_command", account.password_command, account.password_program);
      table.read("password_file", account.password_file);
      table.read("state", account.state);
      table.read("ca", account.ca);
      table.read("pin", account.pins);
      table.read("tls", account.tls);
    });
  });
  if (!read) return fail(read.error());
  return file;
}

Result<WatchOptions> options_of(const FileWords& file) {
  WatchOptions options;
  options.hook_ca = file.hook_ca;
  if (file.accounts.empty()) return invalid("what is to be watched? [[account]] with its url");
  for (std::size_t i = 0; i < file.accounts.size(); ++i) {
    const AccountWords& account = file.accounts[i];
    if (account.urls.empty()) return invalid("[[account]] " + std::to_string(i + 1) + ": no url");
    if (auto added = add_accounts(options.accounts, account); !added) return fail(added.error());
  }
  if (auto taken = take(options, file.all); !taken) return fail(taken.error());
  return options;
}

}  // namespace

Result<WatchOptions> watch_options(const WatchWords& words) {
  WatchOptions options;
  if (words.account.urls.empty()) {
    return invalid("what is to be watched? imaps://USER@HOST/MAILBOX");
  }
  if (auto added = add_accounts(options.accounts, words.account); !added) {
    return fail(added.error());
  }
  options.hook_ca = words.account.ca;
  if (auto taken = take(options, words); !taken) return fail(taken.error());
  if (auto states = check_states(options); !states) return fail(states.error());
  return options;
}

Result<WatchOptions> watch_options(const WatchWords& words, std::string_view toml,
                                   std::string_view file_name) {
  if (words.account != AccountWords()) {
    return invalid("with --config the accounts and their settings stand in the file");
  }
  const auto file = read_file(toml, file_name);
  if (!file) return fail(file.error());
  auto options = options_of(*file);
  if (!options) {
    return fail(options.error().code, std::string(file_name) + ": " + options.error().detail);
  }
  if (auto taken = take(*options, words); !taken) return fail(taken.error());
  if (auto states = check_states(*options); !states) return fail(states.error());
  return options;
}

}  // namespace roost::cli
