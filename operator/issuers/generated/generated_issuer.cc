#include "operator/issuers/generated/generated_issuer.h"

namespace keysteward::op {
namespace {

Error Unsupported(const char* verb) {
  return Error::FailedPrecondition(std::string("a generated key has no provider to ") + verb +
                                   " it at");
}

}  // namespace

IssuerCapabilities GeneratedIssuer::capabilities() const {
  // Repeating create makes another random value, which nobody has seen: as good as idempotent.
  return {.probes = prober_ != nullptr, .idempotent = true};
}

Result<void> GeneratedIssuer::Check(const kube::Call&) { return {}; }

Result<IssuedKey> GeneratedIssuer::Create(const CreateRequest& request, const kube::Call&) {
  std::string text = random_.Text(static_cast<size_t>(spec_.length), spec_.alphabet);
  IssuedKey key;
  key.id = request.label.substr(request.label.rfind('/') + 1);
  key.value = SecretBytes::CopyOf(text);
  WipeString(text);
  return key;
}

Result<std::vector<ListedKey>> GeneratedIssuer::List(const std::string&, const kube::Call&) {
  return Unsupported("list");
}

Result<void> GeneratedIssuer::Disable(const std::string&, const kube::Call&) {
  return Unsupported("disable");
}

Result<void> GeneratedIssuer::Enable(const std::string&, const kube::Call&) {
  return Unsupported("enable");
}

Result<void> GeneratedIssuer::Delete(const std::string&, const kube::Call&) {
  return Unsupported("delete");
}

Result<ProbeReply> GeneratedIssuer::Probe(const SecretBytes& value, const kube::Call& call) {
  if (prober_ == nullptr) return Unsupported("probe");
  return prober_->Probe(value, call);
}

Result<LastUse> GeneratedIssuer::LastUsed(const std::string&, const kube::Call&) {
  return LastUse{};
}

}  // namespace keysteward::op
