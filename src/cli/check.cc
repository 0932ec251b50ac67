#include "cli/check.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cinttypes>
#include <cstdio>
#include <memory>

#include "admin/json.h"
#include "cli/open_store.h"
#include "cli/store_options.h"

namespace roost::cli {
namespace {

struct CheckOptions {
  StoreOptions store;
  bool json = false;
};

void print(const store::CheckReport& report) {
  for (const std::string& problem : report.problems) std::puts(problem.c_str());
  std::printf("%" PRIu64 " accounts, %" PRIu64 " mailboxes, %" PRIu64 " messages, %" PRIu64
              " blobs: %zu problems\n",
              report.accounts, report.mailboxes, report.messages, report.blobs,
              report.problems.size());
}

void print_json(const store::CheckReport& report) {
  const admin::Json json = {{"accounts", report.accounts},
                            {"mailboxes", report.mailboxes},
                            {"messages", report.messages},
                            {"blobs", report.blobs},
                            {"problems", report.problems}};
  std::puts(admin::to_text(json).c_str());
}

ExitCode run_check(const CheckOptions& options) {
  const auto config = configuration(options.store);
  if (!config) return failed(config.error());
  const auto store = open_store(*config, Missing::kFail);
  if (!store) return failed(store.error());
  const auto report = (*store)->check();
  if (!report) return failed(report.error());
  options.json ? print_json(*report) : print(*report);
  return report->problems.empty() ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

Run check(CLI::App& app) {
  const auto options = std::make_shared<CheckOptions>();
  add_store_options(app, options->store);
  app.add_flag("--json", options->json, "the report as JSON");
  app.footer(
      "Reads all mail and changes none. The server must not be running. Exits with 1 if "
      "there\n"
      "are problems.");
  return [options] { return run_check(*options); };
}

}  // namespace roost::cli
