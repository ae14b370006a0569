// Process: the operator put together: informers, controllers, sweeper, certificate, health, in the
// order the manager starts them.
//
//   KS_ASSIGN_OR_RETURN(auto process, Process::Create(settings, ports));
//   KS_RETURN_IF_ERROR(process->Run(stop));
#pragma once

#include <memory>
#include <stop_token>

#include "kube/runtime.h"
#include "operator/issuers/issuer_factory.h"
#include "operator/settings.h"

namespace keysteward::op {

class Process {
 public:
  // Reads or makes the installation's identity, so the API server must answer. The runtime must
  // outlive the process.
  static Result<std::unique_ptr<Process>> Create(const Settings& settings,
                                                 const kube::Runtime& runtime,
                                                 TransportMaker make_transport,
                                                 const kube::Call& call);
  ~Process();

  // Blocks until `stop` fires or a part fails.
  Result<void> Run(const std::stop_token& stop);

 private:
  struct Parts;
  explicit Process(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace keysteward::op
