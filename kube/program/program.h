// RunProgram: what the main of each of our servers does alike: signals, logger, metrics, the
// connection to the API server, and how the process ends.
//
//   int main(int argc, char** argv) {
//     const Parsed parsed = ParseSettings(argc, argv);
//     if (!parsed.run) return parsed.exit_code;
//     return kube::RunProgram({.name = "keysteward-webhook", …}, [&](const kube::Launch& launch) {
//       KS_ASSIGN_OR_RETURN(auto process, Process::Create(parsed.settings, launch.runtime));
//       return process->Run(launch.stop);
//     });
//   }
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "kube/runtime.h"
#include "observability/log.h"

namespace keysteward::kube {

struct ProgramOptions {
  std::string name;                // also the front of the user agent
  std::string kubeconfig;          // empty: the pod's service account
  std::string context;             // of the kubeconfig; empty: its current one
  double requests_per_second = 0;  // to the API server; 0: the client's own limit
  double burst = 0;
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kJson;
};

// What the body of a program is given; valid while it runs.
struct Launch {
  const Runtime& runtime;
  const std::string& namespace_name;  // that of the service account or kubeconfig
  std::stop_token stop;               // SIGTERM or SIGINT came
};
using ProgramBody = std::function<Result<void>(const Launch& launch)>;

// The exit code, to be returned from main. Called before any thread exists, once per process.
int RunProgram(const ProgramOptions& options, const ProgramBody& body);

// 0 after success or an orderly stop; 1 with a log line and a line on stderr when a part failed.
int ExitCodeOf(const std::string& name, const Result<void>& done, bool asked_to_stop, Logger& log);

}  // namespace keysteward::kube
