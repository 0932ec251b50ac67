#include "cli/watch.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>
#include <utility>

#include "base/text_file.h"
#include "cli/watch/account_options.h"
#include "cli/watch/options.h"
#include "cli/watch/watch_run.h"

namespace roost::cli {

namespace {

Result<WatchOptions> options_of(const WatchWords& words) {
  if (words.config.empty()) return watch_options(words);
  const auto toml = read_text_file(words.config);
  if (!toml) return fail(toml.error());
  return watch_options(words, *toml, words.config);
}

Result<void> fill_in_secrets(WatchOptions& options) {
  for (WatchedAccount& account : options.accounts) {
    if (!account.settings.secret_command.empty()) continue;
    auto secret = secret_of(account);
    if (!secret) return fail(secret.error());
    account.settings.watcher.login.credentials.secret = *std::move(secret);
  }
  return {};
}

ExitCode run(const WatchWords& words) {
  auto options = options_of(words);
  if (!options) {
    const bool usage = options.error().code == ErrorCode::kInvalid;
    const ExitCode code = failed(options.error());
    return usage ? ExitCode::kUsage : code;
  }
  if (const auto secrets = fill_in_secrets(*options); !secrets) return failed(secrets.error());
  return run_watch(*options);
}

}  // namespace

Run watch(CLI::App& app, const std::vector<std::string>& program) {
  const auto words = std::make_shared<WatchWords>();
  add_account_options(app, words->account,
                      "imap[s]://USER@HOST[:PORT]/MAILBOX; also a pattern, as Lists/*");
  app.add_option("--state", words->account.state,
                 "what has been reported, so that a restart goes on there")
      ->type_name("FILE");
  app.add_option("--config", words->config, "several accounts, instead of all above: watch.toml")
      ->type_name("FILE");
  app.add_flag("--json", words->json, "a line of JSON for each event");
  app.add_flag("--envelope", words->envelope,
               "ask for date, size and envelope of new messages, too");
  app.add_option_function<std::string>(
         "--exec", [words](const std::string& command) { words->exec = command; },
         "run it for events, without a shell; or give it behind --")
      ->type_name("CMD");
  app.add_option("--hook", words->hook, "post events there as JSON")->type_name("URL");
  app.add_option("--settle", words->settle,
                 "act when a mailbox was quiet for so long, as 500ms (that is the default) or 2s")
      ->type_name("TIME");
  app.add_flag("--once", words->once, "report what has come since the last time, and end");
  app.add_option("--health", words->health, "say there whether all is well: a file, or HTTP")
      ->type_name("FILE|ADDR:PORT");
  app.footer(
      "Reports each message once, also over lost connections and, with --state, restarts. What is\n"
      "in a mailbox when it is first watched is not reported. Without a command or a file the\n"
      "password is asked for, or is the first line of standard input. docs/watch.md has recipes.");
  return [words, &program] {
    words->program = program;
    return run(*words);
  };
}

}  // namespace roost::cli
