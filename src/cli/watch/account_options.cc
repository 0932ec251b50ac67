#include "cli/watch/account_options.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/new_password.h"
#include "cli/watch/secrets.h"

namespace roost::cli {

void add_account_options(CLI::App& app, AccountWords& account, const std::string& url) {
  app.add_option("URL", account.urls, url)->type_name("");
  app.add_option_function<std::string>(
         "--password-command",
         [&account](const std::string& command) { account.password_command = command; },
         "prints the password or token; asked anew for each connection")
      ->type_name("CMD");
  app.add_option("--password-file", account.password_file,
                 "its first line is the password; nobody else may read it")
      ->type_name("FILE");
  app.add_option("--ca", account.ca, "whom to trust instead of the system's authorities, PEM")
      ->type_name("FILE");
  app.add_option("--pin", account.pins,
                 "the server's public key, by its SHA-256; nothing else then")
      ->type_name("SHA256")
      ->allow_extra_args(false);
  app.add_flag_callback(
      "--no-tls", [&account] { account.tls = false; }, "let imap:// do without STARTTLS");
}

Result<std::string> secret_of(const WatchedAccount& account) {
  if (!account.password_file.empty()) return read_password_file(account.password_file);
  return read_password("Password of " + account.source.user + "@" + account.source.host + ": ");
}

}  // namespace roost::cli
