// CPU per request of HttpServer beside Go's net/http: the same reply, over TLS, driven by wrk.
//
//   apt-get install wrk golang-go
//   go build -o /tmp/peer bench/peers/http_server/main.go
//   http_server_bench /tmp/peer          (a Release build; nothing else should run)
//
// Both servers echo a body of 4 KiB or 14 KiB. CPU is what the kernel accounts to the server's
// process until its end; requests are what wrk counted.
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <thread>

#include "http/server.h"
#include "observability/log.h"
#include "tls/self_signed_source.h"

namespace keysteward::http {
namespace {

struct Files {
  std::string certificate = "/tmp/http_server_bench.crt";
  std::string key = "/tmp/http_server_bench.key";
  std::string script = "/tmp/http_server_bench.lua";
};

struct Load {
  int connections;
  size_t body_bytes;
};

struct Measured {
  double requests = 0;
  double cpu_us = 0;  // per request
  std::string p50, p99;
};

HttpReply Echo(const ServerRequest& request) { return HttpReply::Json(200, request.body); }

class DroppedMetrics final : public Metrics {
  void Increment(const MetricSpec&, const Labels&, double) override {}
  void Set(const MetricSpec&, const Labels&, double) override {}
  void Observe(const MetricSpec&, const Labels&, double) override {}
  void Remove(const MetricSpec&, const Labels&) override {}
  std::string Render() const override { return ""; }
};

// In a process of its own: prints the port to `out` and serves until SIGTERM.
[[noreturn]] void ServeOurs(size_t workers, bool count, int out) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  const SystemClock clock;
  const auto log = MakeNullLogger();
  const std::unique_ptr<Metrics> metrics =
      count ? MakeMetrics() : std::make_unique<DroppedMetrics>();
  auto source = tls::SelfSignedSource::Create(
      {.common_name = "bench", .dns_names = {"localhost"}, .ip_addresses = {"127.0.0.1"}}, clock);
  ServerOptions options{.certificates = source->get(), .workers = workers};
  options.limits.connections_per_address = 512;
  auto server = HttpServer::Create(options, Echo, *log, *metrics, clock);
  const std::string port = std::to_string((*server)->port()) + "\n";
  if (write(out, port.data(), port.size()) < 0) _exit(1);
  std::jthread running([&](const std::stop_token& stop) { return (*server)->Run(stop); });
  int signal = 0;
  sigwait(&signals, &signal);
  running.request_stop();
  running.join();
  _exit(0);
}

std::string RunAndRead(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  std::string out;
  std::array<char, 4096> bytes;  // NOLINT: overwritten by the read
  for (size_t n = 0; (n = fread(bytes.data(), 1, bytes.size(), pipe)) > 0;) {
    out.append(bytes.data(), n);
  }
  pclose(pipe);
  return out;
}

std::string WordAfter(const std::string& text, const std::string& label) {
  size_t at = text.find(label);
  if (at == std::string::npos) return "?";
  at = text.find_first_not_of(" \n", at + label.size());
  return text.substr(at, text.find_first_of(" \n", at) - at);
}

double NumberBefore(const std::string& text, const std::string& label) {
  const size_t at = text.find(label);
  if (at == std::string::npos) return 0;
  const size_t start = text.find_last_of(" \n", at - 1) + 1;
  return std::stod(text.substr(start, at - start));
}

double CpuMicroseconds(const rusage& usage) {
  const auto us = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

Measured Measure(const std::function<void(int out)>& serve, const Load& load, const Files& files) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    serve(ends[1]);
    _exit(1);
  }
  close(ends[1]);
  char port[16] = {};
  if (read(ends[0], port, sizeof port - 1) <= 0) std::abort();
  std::ofstream(files.script)
      << "wrk.method='POST'\nwrk.headers['Content-Type']='application/json'\n"
      << "wrk.body=string.rep('x'," << load.body_bytes << ")\n";
  const std::string report =
      RunAndRead("wrk -t1 -d4s --latency -c" + std::to_string(load.connections) + " -s " +
                 files.script + " https://127.0.0.1:" + std::to_string(std::atoi(port)) + "/echo");
  kill(child, SIGTERM);
  rusage usage{};
  wait4(child, nullptr, 0, &usage);
  close(ends[0]);
  Measured measured;
  measured.requests = NumberBefore(report, " requests in");
  measured.cpu_us = CpuMicroseconds(usage) / std::max(1.0, measured.requests);
  measured.p50 = WordAfter(report, "  50%");
  measured.p99 = WordAfter(report, "  99%");
  if (report.find("Non-2xx") != std::string::npos) std::cout << "errors:\n" << report;
  return measured;
}

void Print(const char* name, const Load& load, const Measured& measured, double peer_us) {
  std::printf("%-26s c=%-3d %5zu B  %8.0f req  %6.1f us CPU/req  ratio %.2f  p50 %s p99 %s\n", name,
              load.connections, load.body_bytes, measured.requests, measured.cpu_us,
              measured.cpu_us / peer_us, measured.p50.c_str(), measured.p99.c_str());
  std::fflush(stdout);
}

int Main(const std::string& peer) {
  const Files files;
  const SystemClock clock;
  auto source =
      tls::SelfSignedSource::Create({.common_name = "bench", .dns_names = {"localhost"}}, clock);
  std::ofstream(files.certificate) << (*source)->Current()->chain.Pem();
  std::ofstream(files.key) << (*source)->Current()->key.PrivatePem().view();
  for (const Load& load : {Load{8, 4096}, Load{64, 4096}, Load{8, 14336}}) {
    const Measured go = Measure(
        [&](int out) {
          dup2(out, STDOUT_FILENO);
          execl(peer.c_str(), peer.c_str(), files.certificate.c_str(), files.key.c_str(), nullptr);
        },
        load, files);
    Print("Go net/http", load, go, go.cpu_us);
    for (const size_t workers : {0u, 2u}) {
      const Measured ours = Measure([&](int out) { ServeOurs(workers, true, out); }, load, files);
      Print(workers == 0 ? "ours, handler inline" : "ours, 2 workers", load, ours, go.cpu_us);
    }
    const Measured bare = Measure([&](int out) { ServeOurs(0, false, out); }, load, files);
    Print("ours, inline, no metrics", load, bare, go.cpu_us);
  }
  return 0;
}

}  // namespace
}  // namespace keysteward::http

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: http_server_bench PEER   (see the head of bench/http_server_bench.cc)\n";
    return 2;
  }
  return keysteward::http::Main(argv[1]);
}
