#include "cli/serve.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "cli/demo.h"
#include "cli/running_server.h"
#include "cli/store_options.h"

namespace roost::cli {

namespace {

struct ServeOptions {
  StoreOptions store;
  std::vector<std::string> imap;
  std::vector<std::string> imaps;
  std::vector<std::string> lmtp;
  std::vector<std::string> http;
  std::string cert;
  std::string key;
  std::string log_level;
  bool demo = false;
};

// What the flags say wins over what the file says.
void override_listen(std::vector<std::string>& listen, const std::vector<std::string>& flags) {
  if (flags.empty()) return;
  listen = flags;
  std::erase(listen, "none");
}

Result<Config> configuration(const ServeOptions& options) {
  auto config = configuration(options.store);
  if (!config) return config;
  if (options.demo) prepare_demo(*config, options.store.data);
  override_listen(config->listen.imap, options.imap);
  override_listen(config->listen.imaps, options.imaps);
  override_listen(config->listen.lmtp, options.lmtp);
  override_listen(config->listen.http, options.http);
  if (!options.cert.empty()) config->tls = {options.cert, options.key};
  return config;
}

void print_listening(const RunningServer& server) {
  for (const RunningServer::Listening& listening : server.listening()) {
    std::printf("listening %s %s\n", std::string(listening.protocol).c_str(),
                listening.address.c_str());
  }
  std::fflush(stdout);
}

bool reload(RunningServer& server) {
  const auto reloaded = server.reload();
  if (!reloaded)
    log::error("the certificate cannot be reread, the old one stays: {}", reloaded.error().detail);
  return reloaded.has_value();
}

// Until SIGTERM or SIGINT; SIGHUP rereads the certificate, which is also done once an hour.
void serve_until_signal(RunningServer& server, boost::asio::io_context& context,
                        boost::asio::signal_set& signals) {
  boost::asio::steady_timer hour(context);
  std::function<void(const boost::system::error_code&)> on_hour =
      [&](const boost::system::error_code& error) {
        if (error) return;
        reload(server);
        hour.expires_after(std::chrono::hours(1));
        hour.async_wait(on_hour);
      };
  hour.expires_after(std::chrono::hours(1));
  hour.async_wait(on_hour);
  std::function<void(const boost::system::error_code&, int)> on_signal =
      [&](const boost::system::error_code& error, int signal) {
        if (error) return;
        if (signal != SIGHUP) return context.stop();
        if (reload(server)) log::info("certificate reread");
        signals.async_wait(on_signal);
      };
  signals.async_wait(on_signal);
  context.run();
}

ExitCode run_serve(const ServeOptions& options) {
  if (!options.log_level.empty()) log::set_level(*log::level_named(options.log_level));
  const auto config = configuration(options);
  if (!config) return failed(config.error());
  // Before the loops, whose tables of files then hold the pipe that a signal on any thread writes
  // to.
  boost::asio::io_context context;
  boost::asio::signal_set signals(context, SIGTERM, SIGINT, SIGHUP);
  auto server = RunningServer::start(*config);
  if (!server) return failed(server.error());
  print_listening(**server);
  if (options.demo) {
    const auto wish = run_demo(**server, *config);
    if (!wish) return failed(wish.error());
    if (*wish == AfterDemo::kLeave) return ExitCode::kDone;
  }
  serve_until_signal(**server, context, signals);
  (*server)->stop();
  return ExitCode::kDone;
}

}  // namespace

Run serve(CLI::App& app) {
  const auto options = std::make_shared<ServeOptions>();
  add_store_options(app, options->store);
  const auto listener = [&app](const char* name, std::vector<std::string>& addresses,
                               const char* what) {
    app.add_option(name, addresses, what)->type_name("ADDR:PORT")->take_all();
  };
  listener("--imap", options->imap, "IMAP with STARTTLS; `none` for none, port 0 for a free one");
  listener("--imaps", options->imaps, "IMAP over TLS");
  listener("--lmtp", options->lmtp, "mail in from your MTA; also unix:PATH");
  listener("--http", options->http, "GET /health and /metrics for monitoring");
  auto* cert = app.add_option("--tls-cert", options->cert, "certificate with its chain, PEM");
  auto* key = app.add_option("--tls-key", options->key, "its key, PEM");
  cert->type_name("FILE")->needs(key);
  key->type_name("FILE")->needs(cert);
  app.add_option("--log", options->log_level, "how much to log (default: info)")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
  app.add_flag("--demo", options->demo,
               "show a delivery reaching an idling client, with an account of its own");
  app.footer(
      "Prints one line per listener when it is ready. SIGTERM says BYE to all clients and ends;\n"
      "SIGHUP rereads the certificate and touches no connection; it is reread each hour, too.\n"
      "Without a certificate a self-signed one is made in the data directory. See "
      "roost.toml.example for all settings.");
  return [options] { return run_serve(*options); };
}

}  // namespace roost::cli
