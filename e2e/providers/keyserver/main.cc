// keyserver: a small API-key service for tests and the demo. It behaves like real ones and, asked
// to, misbehaves like real ones. Never for production: keys live in memory.
//
//   keyserver --listen 127.0.0.1:9443 --admin-token-file token --write-ca ca.pem
#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>
#include <thread>

#include "common/duration.h"
#include "e2e/providers/keyserver/admin_api.h"
#include "e2e/providers/keyserver/flags.h"
#include "e2e/providers/keyserver/listen_address.h"
#include "e2e/providers/keyserver/public_api.h"
#include "e2e/providers/keyserver/state_file.h"
#include "tls/file_source.h"
#include "tls/self_signed_source.h"

namespace keysteward::keyserver {
namespace {

Result<std::unique_ptr<tls::CertificateSource>> MakeSource(const Flags& flags, Logger& log,
                                                           const Clock& clock) {
  if (!flags.tls_cert.empty()) {
    auto files = std::make_unique<tls::FileSource>(
        tls::FileSourceOptions{.certificate_file = flags.tls_cert, .key_file = flags.tls_key}, log,
        clock);
    KS_RETURN_IF_ERROR(files->Poll());
    return std::unique_ptr<tls::CertificateSource>(std::move(files));
  }
  const tls::SelfSignedSpec spec{
      .common_name = "keyserver", .dns_names = flags.names, .ip_addresses = flags.addresses};
  KS_ASSIGN_OR_RETURN(auto made, tls::SelfSignedSource::Create(spec, clock));
  if (!flags.write_ca.empty()) {
    KS_RETURN_IF_ERROR(WriteTextFile(flags.write_ca, made->BundlePem()));
  }
  return std::unique_ptr<tls::CertificateSource>(std::move(made));
}

http::ServerOptions ServiceOptions(const ListenAddress& address, tls::CertificateSource* source) {
  http::ServerOptions options{.name = source != nullptr ? "keys" : "admin",
                              .bind_address = address.host,
                              .port = address.port,
                              .certificates = source};
  // Faults that wait hold a worker each.
  options.workers = source != nullptr ? 32 : 2;
  options.limits.connections_per_address = 512;
  // The test interface is called by `kubectl create --raw`, which names no content type.
  options.json_bodies_only = source != nullptr;
  return options;
}

void Announce(const http::HttpServer& keys, const http::HttpServer& admin) {
  std::cout << R"({"listening":)" << keys.port() << R"(,"admin":)" << admin.port() << "}"
            << std::endl;
}

// Until SIGTERM or SIGINT, which are blocked in every thread.
void WaitForSignal(const sigset_t& signals) {
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
}

Result<void> Serve(Flags flags, const sigset_t& signals) {
  const SystemClock clock;
  SystemRandom random;
  const std::unique_ptr<Logger> log = MakeLogger(LogLevel::kInfo, LogFormat::kJson, clock);
  const std::unique_ptr<Metrics> metrics = MakeMetrics();
  KS_ASSIGN_OR_RETURN(flags.keys.key_lifetime, ParseDuration(flags.key_lifetime));
  KS_ASSIGN_OR_RETURN(const std::string token, ReadTextFile(flags.admin_token_file));
  if (token.empty()) return Error::InvalidArgument("the admin token file is empty");
  KS_ASSIGN_OR_RETURN(const ListenAddress listen, ParseListenAddress(flags.listen));
  KS_ASSIGN_OR_RETURN(const ListenAddress admin_listen, ParseListenAddress(flags.admin_listen));
  KS_ASSIGN_OR_RETURN(const auto source, MakeSource(flags, *log, clock));

  KeyStore store(flags.keys, random, clock);
  Faults faults;
  Journal journal(clock);
  StateFile state(flags.state_file, store);
  KS_RETURN_IF_ERROR(state.Load());
  const auto changed = [&] {
    if (const Result<void> saved = state.Save(); !saved) {
      log->Error("state not saved", {{"error", saved.error().ToString()}});
    }
  };
  const Service service{store, faults, journal, clock};
  PublicApi api(service, SecretBytes::CopyOf(token), changed);
  AdminApi admin_api(service, changed);
  KS_ASSIGN_OR_RETURN(const auto keys,
                      http::HttpServer::Create(
                          ServiceOptions(listen, source.get()),
                          [&](const http::ServerRequest& request) { return api.Handle(request); },
                          *log, *metrics, clock));
  KS_ASSIGN_OR_RETURN(const auto admin, http::HttpServer::Create(
                                            ServiceOptions(admin_listen, nullptr),
                                            [&](const http::ServerRequest& request) {
                                              return admin_api.Handle(request);
                                            },
                                            *log, *metrics, clock));
  Announce(*keys, *admin);
  const auto run = [&](http::HttpServer& server) {
    return std::jthread([&](const std::stop_token& stop) {
      if (const Result<void> ended = server.Run(stop); !ended) {
        log->Error("server ended", {{"error", ended.error().ToString()}});
      }
    });
  };
  const std::jthread keys_thread = run(*keys);
  const std::jthread admin_thread = run(*admin);
  WaitForSignal(signals);
  return {};
}

}  // namespace
}  // namespace keysteward::keyserver

int main(int argc, char** argv) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  CLI::App app("A small API-key service for tests");
  keysteward::keyserver::Flags flags;
  AddFlags(app, flags);
  CLI11_PARSE(app, argc, argv);
  const keysteward::Result<void> served = keysteward::keyserver::Serve(std::move(flags), signals);
  if (served) return 0;
  std::cerr << "keyserver: " << served.error().ToString() << std::endl;
  return 1;
}
