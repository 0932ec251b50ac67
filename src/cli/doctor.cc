#include "cli/doctor.h"

#include <unistd.h>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/doctor/report.h"
#include "cli/doctor/tcp_network.h"
#include "cli/doctor/ward.h"
#include "cli/watch/account_options.h"
#include "cli/watch/options.h"
#include "cli/watch/report.h"
#include "client/secret_command.h"
#include "mail/mailbox_name.h"

namespace roost::cli {
namespace {

using doctor::Examination;
using doctor::Examined;
using doctor::Verdict;

struct DoctorOptions {
  AccountWords account;
  std::vector<std::string> only;
  doctor::Plan plan;
  bool json = false;
  bool table = false;
};

std::unexpected<Error> invalid(std::string why) {
  return fail(ErrorCode::kInvalid, std::move(why));
}

Result<std::vector<const Examination*>> chosen(const std::vector<std::string>& names) {
  std::vector<const Examination*> chosen;
  for (const Examination& one : doctor::examinations()) {
    if (names.empty() || std::ranges::find(names, one.name) != names.end()) chosen.push_back(&one);
  }
  for (const std::string& name : names) {
    if (std::ranges::find(chosen, name, &Examination::name) == chosen.end()) {
      return invalid(name + ": there is no examination of that name");
    }
  }
  return chosen;
}

Result<WatchedAccount> account_of(const AccountWords& words) {
  if (words.urls.empty()) return invalid("what is to be examined? imaps://USER@HOST");
  auto options = watch_options(WatchWords{.account = words});
  if (!options) return fail(options.error());
  WatchedAccount account = std::move(options->accounts.front());
  const auto& settings = account.settings.watcher;
  if (options->accounts.size() > 1 || settings.mailboxes.size() != 1 ||
      !settings.patterns.empty()) {
    return invalid("one server is examined, in one mailbox");
  }
  client::Login::Settings& login = account.settings.watcher.login;
  login.extensions = login.compress = false;
  return account;
}

ExitCode unreachable(const client::Problem& problem) {
  (void)failed({ErrorCode::kUnavailable, printable(problem.text)});
  return ExitCode::kUnreachable;
}

// What is said while it goes on: the report itself, or how far it is.
void say(const DoctorOptions& options, const std::string& text) {
  if (options.json && ::isatty(STDERR_FILENO) != 1) return;
  std::FILE* const where = options.json ? stderr : stdout;
  std::fprintf(where, "%s\n", text.c_str());
  std::fflush(where);
}

std::vector<Examined> examine_all(const DoctorOptions& options, doctor::Ward& ward,
                                  const std::vector<const Examination*>& examinations) {
  std::vector<Examined> all;
  for (const Examination* one : examinations) {
    all.push_back({one, doctor::examine(*one, ward)});
    say(options, doctor::text_of(all.back()));
  }
  return all;
}

ExitCode examine(DoctorOptions& options, const WatchedAccount& account,
                 const std::vector<const Examination*>& examinations) {
  const auto tls = client::TlsClient::make(account.settings.trust);
  if (!tls) return failed(tls.error());
  options.plan.login = account.settings.watcher.login;
  options.plan.mailbox = mail::encode_mailbox_name(account.settings.watcher.mailboxes.front(),
                                                   mail::NameEncoding::kModifiedUtf7);
  const auto network =
      doctor::TcpNetwork::make(options.plan.login, **tls, doctor::ProbeMailboxes::kLongestRun);
  if (!network) return unreachable(network.error());
  doctor::Ward ward(**network, options.plan);
  if (const auto problem = ward.open()) {
    if ((*network)->interrupted()) return failed({ErrorCode::kUnavailable, "interrupted"});
    return unreachable(*problem);
  }

  const std::string who = account.source.user + "@" + account.source.host;
  const std::string greeting = ward.reception().greeting.text;
  say(options, printable(who + ": " + greeting));
  const std::vector<Examined> all = examine_all(options, ward, examinations);
  const bool interrupted = (*network)->interrupted();
  const std::vector<std::string> left = ward.close();
  say(options, doctor::summary_of(all));
  if (options.json) {
    admin::Json json = doctor::json_of(all);
    json["user"] = account.source.user;
    json["host"] = account.source.host;
    json["greeting"] = greeting;
    std::puts(admin::to_text(json).c_str());
  }
  for (const std::string& name : left) {
    (void)failed({ErrorCode::kUnavailable, name + " could not be removed"});
  }
  const bool ill = std::ranges::any_of(
      all, [](const Examined& examined) { return examined.finding.verdict == Verdict::kFail; });
  return ill || interrupted || !left.empty() ? ExitCode::kFailed : ExitCode::kDone;
}

ExitCode run_doctor(DoctorOptions& options) {
  if (options.table) {
    std::fputs(doctor::table_of(doctor::examinations()).c_str(), stdout);
    return ExitCode::kDone;
  }
  const auto examinations = chosen(options.only);
  auto account = examinations ? account_of(options.account)
                              : Result<WatchedAccount>(fail(examinations.error()));
  if (!account) {
    const bool usage = account.error().code == ErrorCode::kInvalid;
    const ExitCode code = failed(account.error());
    return usage ? ExitCode::kUsage : code;
  }
  const auto& command = account->settings.secret_command;
  const auto secret = command.empty()
                          ? secret_of(*account)
                          : client::run_secret_command(command, std::chrono::minutes(1));
  if (!secret) return failed(secret.error());
  account->settings.watcher.login.credentials.secret = *secret;
  return examine(options, *account, *examinations);
}

void add_seconds(CLI::App& app, const char* name, client::Duration& time, const char* what) {
  app.add_option_function<std::uint32_t>(
         name, [&time](const std::uint32_t& seconds) { time = std::chrono::seconds(seconds); },
         std::string(what) + " (default: " + std::to_string(time.count() / 1000) + ")")
      ->check(CLI::Range(1, 3600))
      ->type_name("SECONDS");
}

}  // namespace

Run doctor(CLI::App& app) {
  const auto options = std::make_shared<DoctorOptions>();
  doctor::Plan& plan = options->plan;
  add_account_options(app, options->account, "imap[s]://USER@HOST[:PORT][/MAILBOX]");
  app.add_flag("--json", options->json, "the report as JSON");
  app.add_flag("--write", plan.write,
               "examine with messages, too, in mailboxes that are made for it and removed");
  app.add_flag("--long", plan.patient, "examine what takes minutes, too");
  app.add_option("--only", options->only, "these examinations")
      ->type_name("NAME")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_flag("--examinations", options->table, "say what is examined, and end");
  add_seconds(app, "--wait", plan.push, "what is not told for so long is not told");
  add_seconds(app, "--rest", plan.rest,
              "leave a connection alone for so long, for the server to rest");
  add_seconds(app, "--keep-alive", plan.keep_alive,
              "with --long: wait for two words of the server");
  app.add_option("--trials", plan.trials, "messages between SELECT and IDLE")
      ->check(CLI::Range(1, 1000));
  app.add_option("--connections", plan.connections, "have so many at a time, if the server lets")
      ->check(CLI::Range(1, 200));
  app.footer(
      "Without --write it changes nothing. Without a command or a file the password is asked for, "
      "or\n"
      "is the first line of standard input. Exits with 1 if an examination fails, 3 if the server\n"
      "cannot be reached or does not let the user in. docs/doctor.md explains the findings.");
  return [options] { return run_doctor(*options); };
}

}  // namespace roost::cli
