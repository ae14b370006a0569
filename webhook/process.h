// Process: the webhook put together: informers, detection engine, handlers, server, health.
//
//   KS_ASSIGN_OR_RETURN(auto process, Process::Create(settings, runtime));
//   KS_RETURN_IF_ERROR(process->Run(stop));
#pragma once

#include <memory>
#include <stop_token>

#include "kube/runtime.h"
#include "webhook/settings.h"

namespace keysteward::webhook {

class Process {
 public:
  // Binds its ports. The runtime must outlive the process.
  static Result<std::unique_ptr<Process>> Create(const Settings& settings,
                                                 const kube::Runtime& runtime);
  ~Process();

  // Blocks until `stop` fires or a part fails; reviews in flight are answered first.
  Result<void> Run(const std::stop_token& stop);

 private:
  struct Parts;
  explicit Process(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace keysteward::webhook
