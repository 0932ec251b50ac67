#include "cli/watch/watch_run.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/watch/dispatcher.h"
#include "cli/watch/health_output.h"
#include "cli/watch/run_program.h"

namespace roost::cli {

namespace {

using client::BootClock;
using client::Event;
using client::Problem;

// With --once a server that is away is tried again for so long.
constexpr client::Duration kPatience = std::chrono::minutes(1);

void say(const std::string& text) { std::fprintf(stderr, "roost: %s\n", printable(text).c_str()); }

class WatchRun {
 public:
  explicit WatchRun(const WatchOptions& options)
      : options_(options), signals_(context_, SIGTERM, SIGINT) {}

  Result<void> start();
  ExitCode run();

 private:
  // Of one account. Owner: the run.
  class Watched final : public client::Listener {
   public:
    Watched(WatchRun& run, const WatchedAccount& watched)
        : run_(run), source_(watched.source), account_(run.context_, watched.settings, *this) {}

    bool on_events(const std::vector<Event>& events) override {
      return run_.report(source_, events);
    }
    void on_problem(const Problem& problem) override;
    void on_disconnected(const Problem& problem) override;
    void on_caught_up() override;

    [[nodiscard]] client::Account& account() { return account_; }
    [[nodiscard]] bool done() const { return done_; }

   private:
    void say(const std::string& text) { cli::say(source_.user + "@" + source_.host + ": " + text); }

    WatchRun& run_;
    const Source& source_;
    client::Account account_;
    bool begun_ = false;     // it has been caught up with once, or it was said why it is not
    bool troubled_ = false;  // … or not any more
    bool done_ = false;      // with --once
  };

  Result<void> start_actions();
  [[nodiscard]] bool report(const Source& source, const std::vector<Event>& events);
  [[nodiscard]] bool print(const Source& source, const std::vector<Event>& events);
  void health_changed();
  void wait_for_signal();
  void account_done();
  void stop();
  // From the context: who calls may be in the middle of something.
  void stop_soon(ExitCode code);

  const WatchOptions& options_;
  boost::asio::io_context context_;
  boost::asio::signal_set signals_;
  client::Time began_ = BootClock::now();
  Health health_;
  std::unique_ptr<HealthOutput> health_output_;
  std::vector<std::unique_ptr<Dispatcher>> dispatchers_;
  std::vector<std::unique_ptr<Watched>> watched_;
  ExitCode code_ = ExitCode::kDone;
  bool stopping_ = false;
};

void WatchRun::Watched::on_problem(const Problem& problem) {
  using client::ProblemKind;
  if (problem.kind == ProblemKind::kLate && run_.options_.once) return;  // all are asked now
  say(problem.text);
  if (problem.kind != ProblemKind::kMailbox && problem.kind != ProblemKind::kLate) troubled_ = true;
  if (client::needs_user(problem.kind) && run_.options_.once) run_.code_ = ExitCode::kFailed;
}

// Who has just begun, and perhaps mistyped the name of the server, does not wait for an hour to be
// told.
void WatchRun::Watched::on_disconnected(const Problem& problem) {
  const client::Time now = BootClock::now();
  run_.health_.disconnected(source_, problem.text, now);
  run_.health_changed();
  const bool user = client::needs_user(problem.kind);
  if (!std::exchange(begun_, true) && !user) {
    say(problem.text + "; it is tried again");
    troubled_ = true;
  }
  if (!run_.options_.once || done_) return;
  if (!user && now - run_.began_ < kPatience) return;
  if (!user) say("given up");
  done_ = true;
  run_.code_ = ExitCode::kFailed;
  run_.account_done();
}

void WatchRun::Watched::on_caught_up() {
  run_.health_.caught_up(source_, BootClock::now());
  run_.health_changed();
  begun_ = true;
  if (std::exchange(troubled_, false)) say("is being watched");
  if (!run_.options_.once) return;
  done_ = true;
  run_.account_done();
}

Result<void> WatchRun::start_actions() {
  const auto add = [this](std::unique_ptr<Action> action) {
    dispatchers_.push_back(
        std::make_unique<Dispatcher>(context_, options_.settle, std::move(action), say));
  };
  if (!options_.program.empty()) add(run_program(context_, options_.program));
  if (options_.hook) {
    auto hook = post_hook(context_, *options_.hook, options_.hook_ca);
    if (!hook) return fail(hook.error());
    add(*std::move(hook));
  }
  return {};
}

Result<void> WatchRun::start() {
  if (auto actions = start_actions(); !actions) return actions;
  for (const WatchedAccount& account : options_.accounts) health_.expect(account.source, began_);
  if (!options_.health.empty()) {
    auto output = HealthOutput::make(context_, options_.health, health_);
    if (!output) return fail(output.error());
    health_output_ = *std::move(output);
    if (const std::string at = health_output_->address(); !at.empty()) say("health at " + at);
  }
  for (const WatchedAccount& account : options_.accounts) {
    watched_.push_back(std::make_unique<Watched>(*this, account));
    if (auto started = watched_.back()->account().start(); !started) return started;
  }
  return {};
}

ExitCode WatchRun::run() {
  wait_for_signal();
  context_.run();
  std::size_t lost = 0;
  for (const auto& dispatcher : dispatchers_) lost += dispatcher->lost();
  if (lost > 0) {
    say(std::to_string(lost) + " events were not dealt with");
    code_ = ExitCode::kFailed;
  }
  return code_;
}

// What was printed or queued here is never told again; what could not be printed is.
bool WatchRun::report(const Source& source, const std::vector<Event>& events) {
  if ((dispatchers_.empty() || options_.json) && !print(source, events)) return false;
  for (const auto& dispatcher : dispatchers_) dispatcher->add(source, events);
  return true;
}

bool WatchRun::print(const Source& source, const std::vector<Event>& events) {
  for (const Event& event : events) {
    const std::string line =
        options_.json ? admin::to_text(json_of(source, event)) : text_of(source, event);
    std::printf("%s\n", line.c_str());
  }
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return true;
  if (!stopping_) {
    say("nobody reads what is said any more");
    stop_soon(ExitCode::kFailed);
  }
  return false;
}

void WatchRun::health_changed() {
  if (health_output_ != nullptr) health_output_->changed();
}

void WatchRun::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int) {
    if (!error) stop();
  });
}

void WatchRun::account_done() {
  const bool all = std::ranges::all_of(watched_, [](const auto& one) { return one->done(); });
  if (all && watched_.size() == options_.accounts.size()) stop_soon(code_);
}

void WatchRun::stop_soon(ExitCode code) {
  code_ = code;
  boost::asio::post(context_, [this] { stop(); });
}

void WatchRun::stop() {
  if (std::exchange(stopping_, true)) return;
  signals_.cancel();
  signals_.clear();  // the next one ends the process
  for (const auto& watched : watched_) watched->account().stop();
  for (const auto& dispatcher : dispatchers_) dispatcher->drain();
  health_output_.reset();
}

}  // namespace

ExitCode run_watch(const WatchOptions& options) {
  WatchRun run(options);
  if (const auto started = run.start(); !started) return failed(started.error());
  return run.run();
}

}  // namespace roost::cli
