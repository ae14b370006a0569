#include "api/v1alpha1/credential_issuer_validation.h"

#include <cmath>
#include <set>

#include "api/v1alpha1/internal/checks.h"
#include "api/v1alpha1/internal/http_issuer_checks.h"
#include "api/v1alpha1/internal/selector_checks.h"

namespace keysteward::api::v1alpha1 {

using internal::Checks;

namespace {

// NIST SP 800-131A: less than 112 bits is not acceptable; 128 is today's usual floor.
constexpr double kLeastEntropyBits = 128;

void CheckGenerated(Checks& checks, const GeneratedIssuer& generated) {
  checks.Range("length", generated.length, 16, 512);
  checks.Length("alphabet", generated.alphabet, 10, 95);
  const std::set<char> distinct(generated.alphabet.begin(), generated.alphabet.end());
  checks.Require("alphabet", distinct.size() == generated.alphabet.size(),
                 "must not repeat a character: some would come up more often");
  checks.Require("alphabet",
                 internal::IsPrintableAscii(generated.alphabet) && !distinct.contains(' '),
                 "must be printable ASCII without spaces");
  checks.Require("length", EntropyBits(generated.length, generated.alphabet) >= kLeastEntropyBits,
                 "gives less than 128 bits with this alphabet: choose more characters");
  if (!generated.probe) return;
  Checks probe = checks.At("probe");
  internal::CheckEndpoint(probe, generated.probe->base_url, generated.probe->ca_bundle);
  internal::CheckHttpProbe(probe, generated.probe->probe, {});
  checks.Add(std::move(probe));
}

void CheckName(Checks& checks, const ObjectMeta& metadata) {
  checks.Require("name", metadata.name.size() <= 52,
                 "must be at most 52 characters, choose a shorter name: other objects are named "
                 "after it");
}

void CheckSpec(Checks& checks, const IssuerSpec& spec) {
  checks.Require("", spec.generated.has_value() != spec.http.has_value(),
                 "must set exactly one of generated and http: it says where keys come from");
  if (spec.generated) {
    Checks generated = checks.At("generated");
    CheckGenerated(generated, *spec.generated);
    checks.Add(std::move(generated));
  }
  if (spec.http) {
    Checks http = checks.At("http");
    internal::CheckHttpIssuer(http, *spec.http);
    checks.Add(std::move(http));
  }
  checks.Range("rateLimit.requestsPerSecond", spec.rate_limit.requests_per_second, 1, 1000);
  checks.Range("rateLimit.burst", spec.rate_limit.burst, 1, 1000);
  checks.Range("maxLiveKeys", spec.max_live_keys, 2, 10);
  checks.Range("maxCredentialsPerNamespace", spec.max_credentials_per_namespace.value_or(1), 1,
               10000);
  checks.Between("consistencyWindow", spec.consistency_window, "0s", "1h", "1m");
  checks.Between("timeout", spec.timeout, "1s", "5m", "30s");
}

}  // namespace

double EntropyBits(int64_t length, std::string_view alphabet) {
  const std::set<char> distinct(alphabet.begin(), alphabet.end());
  if (length <= 0 || distinct.empty()) return 0;
  return static_cast<double>(length) * std::log2(static_cast<double>(distinct.size()));
}

FieldErrors Validate(const CredentialIssuer& issuer) {
  Checks checks("metadata");
  CheckName(checks, issuer.metadata);
  Checks spec("spec");
  CheckSpec(spec, issuer.spec);
  checks.Add(std::move(spec));
  return checks.Take();
}

FieldErrors Validate(const ClusterCredentialIssuer& issuer) {
  Checks checks("metadata");
  CheckName(checks, issuer.metadata);
  Checks spec("spec");
  CheckSpec(spec, issuer.spec);
  internal::CheckSelector(spec, "allowedNamespaces", issuer.spec.allowed_namespaces);
  checks.Add(std::move(spec));
  return checks.Take();
}

}  // namespace keysteward::api::v1alpha1
