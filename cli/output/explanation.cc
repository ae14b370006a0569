#include "cli/output/explanation.h"

#include "cli/exit_codes.h"
#include "cli/output/table.h"

namespace keysteward::cli {
namespace {

struct Advice {
  std::string why;   // may be empty: the message says it all
  std::string next;  // a command or a sentence; may be empty
};

// A server without our kinds answers so for the collection, which names no object.
bool KindIsMissing(const Error& error) {
  return error.message.find("could not find the requested resource") != std::string::npos ||
         error.message.find("answered without a Kubernetes status") != std::string::npos;
}

Advice NotFound(const Error& error, const Scene& scene) {
  if (KindIsMissing(error)) {
    return {"this cluster has no Keysteward kinds, so Keysteward is not installed in it",
            scene.program + " check"};
  }
  if (scene.server.empty()) return {"", "kubectl config get-contexts"};
  return {"", scene.program + " list -n " + scene.namespace_name};
}

Advice Unreachable(const Scene& scene) {
  const std::string server = scene.server.empty() ? "the API server" : scene.server;
  return {"no answer from " + server + ": wrong kubeconfig or context, no network, or it is down",
          "kubectl cluster-info"};
}

Advice AdviceFor(const Error& error, const Scene& scene) {
  switch (error.code) {
    case ErrorCode::kNotFound:
      return NotFound(error, scene);
    case ErrorCode::kUnauthenticated:
      return {"the API server does not accept your login (401): it is missing, wrong or expired",
              "log in again, then: kubectl auth whoami"};
    case ErrorCode::kPermissionDenied:
      return {"you are known, but not allowed to do this (403)",
              "kubectl auth can-i --list -n " + scene.namespace_name +
                  "; roles that help are listed in docs/cli.md"};
    case ErrorCode::kUnavailable:
      return Unreachable(scene);
    case ErrorCode::kDeadlineExceeded:
      return {"no answer in time", "try again with a longer --request-timeout"};
    case ErrorCode::kResourceExhausted:
      return {"the API server is overloaded (429)", "try again in a minute"};
    case ErrorCode::kUnknownOutcome:
      return {"the request was sent but its answer was lost: it may or may not have taken effect",
              scene.program + " list -n " + scene.namespace_name + ", before you try again"};
    case ErrorCode::kInvalidArgument:
      return {"", scene.program + " --help"};
    case ErrorCode::kFailedPrecondition:
      return {"", scene.program + " check"};
    case ErrorCode::kInternal:
      return {"this is a defect of keysteward", scene.program + " version"};
    default:
      return {};
  }
}

}  // namespace

std::string Explain(const Error& error, const Scene& scene) {
  const Advice advice = AdviceFor(error, scene);
  std::string text = "error: " + Clean(error.message) + "\n";
  if (!advice.why.empty()) text += "why:   " + advice.why + "\n";
  if (!advice.next.empty()) text += "next:  " + advice.next + "\n";
  return text;
}

int ExitCodeOf(const Error& error) {
  switch (error.code) {
    case ErrorCode::kNotFound:
      return kExitNo;
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kTooLarge:
      return kExitUsage;
    case ErrorCode::kDeadlineExceeded:
    case ErrorCode::kCancelled:
      return kExitOpen;
    default:
      return kExitFault;
  }
}

}  // namespace keysteward::cli
