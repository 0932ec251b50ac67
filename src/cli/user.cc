#include "cli/user.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "admin/json.h"
#include "base/text_file.h"
#include "cli/new_password.h"
#include "cli/open_store.h"
#include "cli/store_options.h"

namespace roost::cli {
namespace {

struct UserOptions {
  StoreOptions store;
  std::string name;
  std::string file;
  bool json = false;
};

Result<OpenUsers> open(const UserOptions& options, Missing missing) {
  const auto config = configuration(options.store);
  if (!config) return fail(config.error());
  return open_users(*config, missing);
}

ExitCode outcome(const Result<void>& result) {
  return result ? ExitCode::kDone : failed(result.error());
}

ExitCode add(const UserOptions& options) {
  const auto password = read_new_password();
  if (!password) return failed(password.error());
  const auto open_now = open(options, Missing::kMake);
  if (!open_now) return failed(open_now.error());
  return outcome(open_now->users->add(options.name, *password));
}

ExitCode passwd(const UserOptions& options) {
  const auto password = read_new_password();
  if (!password) return failed(password.error());
  const auto open_now = open(options, Missing::kFail);
  if (!open_now) return failed(open_now.error());
  return outcome(open_now->users->set_password(options.name, *password));
}

ExitCode del(const UserOptions& options) {
  const auto open_now = open(options, Missing::kFail);
  if (!open_now) return failed(open_now.error());
  return outcome(open_now->users->remove(options.name));
}

ExitCode list(const UserOptions& options) {
  const auto open_now = open(options, Missing::kFail);
  if (!open_now) return failed(open_now.error());
  const auto names = open_now->users->names();
  if (!names) return failed(names.error());
  if (options.json) {
    std::puts(admin::to_text(*names).c_str());
    return ExitCode::kDone;
  }
  for (const std::string& name : *names) std::puts(name.c_str());
  return ExitCode::kDone;
}

Result<std::string> read_all(const std::string& file) {
  using Octets = std::istreambuf_iterator<char>;
  if (file == "-") return std::string(Octets(std::cin), Octets());
  return read_text_file(file);
}

ExitCode import(const UserOptions& options) {
  const auto text = read_all(options.file);
  if (!text) return failed(text.error());
  const auto open_now = open(options, Missing::kMake);
  if (!open_now) return failed(open_now.error());
  const auto count = open_now->users->import(*text);
  if (!count) return failed({count.error().code, options.file + ": " + count.error().detail});
  std::fprintf(stderr, "%zu users imported\n", *count);
  return ExitCode::kDone;
}

constexpr const char* kPasswordFooter =
    "The password is asked for on a terminal; otherwise it is the first line of standard input:\n"
    "  pass show mail/wren | roost user add wren@example.org --data ./mail";

constexpr const char* kImportFooter =
    "A line is NAME:{SCHEME}HASH, as in a passwd-file of Dovecot; further fields are ignored:\n"
    "  wren@example.org:{SHA512-CRYPT}$6$…\n"
    "  rook@example.org:{PLAIN}secret\n"
    "Schemes: CRYPT (also without a scheme), SHA512-CRYPT, SHA256-CRYPT, BLF-CRYPT, MD5-CRYPT,\n"
    "PLAIN. Users that exist get the new password. One bad line, and nothing is imported.\n"
    "At the first login of each user the hash becomes a yescrypt hash, and Drafts, Sent, Junk,\n"
    "Trash and Archive are made.";

}  // namespace

Run user(CLI::App& app) {
  const auto options = std::make_shared<UserOptions>();
  add_store_options(app, options->store);
  app.footer(
      "With a server running on the data directory it is asked to do it; with none, the store is\n"
      "opened. Either way a change holds from the next login on.");
  app.require_subcommand(1);
  const auto action = std::make_shared<ExitCode (*)(const UserOptions&)>();
  const auto verb = [&](const char* name, const char* summary,
                        ExitCode (*act)(const UserOptions&)) {
    CLI::App* parser = app.add_subcommand(name, summary)->fallthrough();
    parser->callback([action, act] { *action = act; });
    return parser;
  };
  const auto add_name = [&](CLI::App* parser) {
    parser->add_option("NAME", options->name, "the user's name, as for login")->required();
    return parser;
  };

  add_name(verb("add", "Make a user with INBOX, Drafts, Sent, Junk, Trash and Archive", add))
      ->footer(kPasswordFooter);
  add_name(verb("passwd", "Set a user's password", passwd))->footer(kPasswordFooter);
  add_name(verb("del", "Remove a user with all mail", del));
  verb("list", "List the users, one a line", list)
      ->add_flag("--json", options->json, "as a JSON array");
  CLI::App* from = verb("import", "Make or update many users at once", import);
  from->add_option("FILE", options->file, "the passwd-file; - for standard input")->required();
  from->footer(kImportFooter);

  return [options, action] { return (*action)(*options); };
}

}  // namespace roost::cli
