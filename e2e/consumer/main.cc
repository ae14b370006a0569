// consumer: a sample application for tests and the demo. It calls the key service at a steady pace
// and says which key it used and whether any call was refused.
//
//   API_KEY=… consumer --provider https://keyserver:9443 --ca-file ca.pem --key-env API_KEY
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <mutex>
#include <sstream>
#include <thread>

#include "e2e/consumer/caller.h"
#include "e2e/consumer/status_api.h"
#include "http/beast/beast_transport.h"
#include "observability/log.h"

namespace keysteward::consumer {
namespace {

struct Flags {
  std::string provider;
  std::string ca_file;
  std::string unready_if_key_id_not;
  std::string listen_address = "::";
  uint16_t port = 8080;
  KeyPlace key;
  CallerOptions caller;
};

void AddFlags(CLI::App& app, Flags& flags) {
  app.add_option("--provider", flags.provider, "URL of the key service")->required();
  app.add_option("--ca-file", flags.ca_file, "who signed its certificate, PEM");
  app.add_option("--key-env", flags.key.environment, "variable that holds the key");
  app.add_option("--key-file", flags.key.file, "file that holds the key");
  app.add_flag("--watch", flags.key.watch, "read the file again before each call");
  app.add_option("--rate", flags.caller.per_second, "calls a second")
      ->check(CLI::Range(0.01, 10000.0));
  app.add_option("--target", flags.caller.target, "path that is called");
  app.add_option("--listen-address", flags.listen_address, "of /readyz, /healthz and /stats");
  app.add_option("--port", flags.port, "likewise; 0: any");
  app.add_option("--fail-on-key-prefix", flags.caller.fail_on_key_prefix,
                 "exit when the key begins so");
  app.add_option("--unready-if-key-id-not", flags.unready_if_key_id_not,
                 "be ready only with this key id");
}

// PEM of the CA that is trusted; "" without a file: the machine's own.
Result<std::string> ReadCa(const std::string& path) {
  if (path.empty()) return std::string();
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error::NotFound(path + " cannot be read");
  std::ostringstream pem;
  pem << file.rdbuf();
  return pem.str();
}

Result<std::unique_ptr<http::BeastTransport>> Connect(const Flags& flags, http::Resolver& resolver,
                                                      const Clock& clock) {
  http::TransportOptions options;
  KS_ASSIGN_OR_RETURN(options.endpoint, http::Endpoint::Parse(flags.provider));
  KS_ASSIGN_OR_RETURN(options.trust.ca_pem, ReadCa(flags.ca_file));
  return http::BeastTransport::Create(std::move(options), std::nullopt, resolver, clock);
}

// Runs the calls and the status server until a signal or the caller ends.
Result<void> Work(Caller& caller, http::HttpServer& server, const sigset_t& signals) {
  Result<void> outcome;
  std::jthread serving([&](const std::stop_token& stop) { return server.Run(stop); });
  std::jthread calling([&](const std::stop_token& stop) {
    outcome = caller.Run(stop);
    // A caller that gave up ends the process like a signal does.
    if (!stop.stop_requested()) kill(getpid(), SIGTERM);
  });
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  calling.request_stop();
  calling.join();
  return outcome;
}

Result<void> Run(const Flags& flags, const sigset_t& signals) {
  const SystemClock clock;
  const std::unique_ptr<Logger> log = MakeLogger(LogLevel::kWarn, LogFormat::kJson, clock);
  const std::unique_ptr<Metrics> metrics = MakeMetrics();
  http::SystemResolver resolver(clock);
  KS_ASSIGN_OR_RETURN(const auto transport, Connect(flags, resolver, clock));
  Stats stats(clock);
  KeySource source(flags.key);
  std::mutex output;
  const auto print = [&](const std::string& line) {
    const std::lock_guard<std::mutex> lock(output);
    std::cout << line << std::endl;
  };
  const StatusApi status(stats, flags.unready_if_key_id_not);
  KS_ASSIGN_OR_RETURN(
      const auto server,
      http::HttpServer::Create(
          {.name = "status", .bind_address = flags.listen_address, .port = flags.port},
          [&](const http::ServerRequest& request) { return status.Handle(request); }, *log,
          *metrics, clock));
  print("{\"event\":\"listening\",\"port\":" + std::to_string(server->port()) + "}");
  Caller caller(flags.caller, source, *transport, stats, {clock, print});
  Result<void> outcome = Work(caller, *server, signals);
  print(stats.Json());
  return outcome;
}

}  // namespace
}  // namespace keysteward::consumer

int main(int argc, char** argv) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  CLI::App app("A sample application that uses an API key");
  keysteward::consumer::Flags flags;
  AddFlags(app, flags);
  CLI11_PARSE(app, argc, argv);
  if (flags.key.environment.empty() == flags.key.file.empty()) {
    std::cerr << "consumer: exactly one of --key-env and --key-file is needed" << std::endl;
    return 2;
  }
  const keysteward::Result<void> ran = keysteward::consumer::Run(flags, signals);
  if (ran) return 0;
  std::cerr << "consumer: " << ran.error().ToString() << std::endl;
  return 1;
}
