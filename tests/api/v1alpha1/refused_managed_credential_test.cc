// Wrong objects of the kind ManagedCredential and what their authors are told: the field, and what
// belongs there.
#include <gtest/gtest.h>

#include "api/v1alpha1/managed_credential_validation.h"
#include "tests/api/v1alpha1/refusal.h"
#include "tests/builders/managed_credential_builder.h"

namespace keysteward::api::v1alpha1 {
namespace {

const Refused kRefused[] = {
    {R"({"kind": "Secret"})", "kind: must be ManagedCredential"},
    {R"({"metadata": {"name": "«53 n»"}})",
     "metadata.name: must be at most 52 characters, choose a shorter name: rotations are "
     "named after it"},
    {R"({"spec": {"owner": null}})", "spec.owner.team: is required"},
    {R"({"spec": {"owner": {"team": null}}})", "spec.owner.team: is required"},
    {R"({"spec": {"owner": {"team": ""}}})",
     "spec.owner.team: must be 1 to 63 letters, digits, -, _ or ., e.g. payments"},
    {R"({"spec": {"owner": {"team": "two words"}}})",
     "spec.owner.team: must be 1 to 63 letters, digits, -, _ or ., e.g. payments"},
    {R"({"spec": {"owner": {"team": "«64 t»"}}})",
     "spec.owner.team: must be 1 to 63 letters, digits, -, _ or ., e.g. payments"},
    {R"({"spec": {"owner": {"contact": "ab"}}})",
     "spec.owner.contact: must be 3 to 254 characters, is 2"},
    {R"({"spec": {"owner": {"contact": 7}}})", "spec.owner.contact: must be a string"},
    {R"({"spec": {"owner": []}})", "spec.owner: must be an object"},
    {R"({"spec": {"purpose": null}})", "spec.purpose: is required"},
    {R"({"spec": {"purpose": "too short"}})", "spec.purpose: must be 10 to 256 characters, is 9"},
    {R"({"spec": {"purpose": "«257 p»"}})", "spec.purpose: must be 10 to 256 characters, is 257"},
    {R"({"spec": {"classification": {"privilege": "Root"}}})",
     "spec.classification.privilege: must be Read, Write or Admin"},
    {R"({"spec": {"classification": {"exposure": true}}})",
     "spec.classification.exposure: must be a string"},
    {R"({"spec": {"standing": {}}})", "spec.standing.type: is required: Transitional or Permanent"},
    {R"({"spec": {"standing": {"type": "Permanent", "justification": "short",
 "approvedBy": "security@example.com"}}})",
     "spec.standing.justification: must be 10 to 512 characters, is 5"},
    {R"({"spec": {"standing": {"type": "Permanent",
 "justification": "No federation there",
 "approvedBy": "PAYMENTS-oncall@example.com"}}})",
     "spec.standing.approvedBy: must not be the owner.contact: name somebody else who "
     "approved this key"},
    {R"({"spec": {"standing": {"type": "Transitional",
 "justification": "No federation there",
 "approvedBy": "security@example.com"}}})",
     "spec.standing.until: is required when type is Transitional: add the date on which "
     "this static key ends, e.g. 2027-06-30T00:00:00Z"},
    {R"({"spec": {"standing": {"type": "Permanent",
 "justification": "No federation there", "approvedBy": "security@example.com",
 "until": "2027-06-30T00:00:00Z"}}})",
     "spec.standing.until: must be left out when type is Permanent: remove it, or set "
     "type to Transitional"},
    {R"({"spec": {"standing": {"type": "Transitional",
 "justification": "No federation there", "approvedBy": "security@example.com",
 "until": "30 June"}}})",
     "spec.standing.until: \"30 June\" is not an RFC 3339 time; write for example "
     "2027-06-30T00:00:00Z"},
    {R"({"spec": {"issuerRef": null}})",
     "spec.issuerRef.kind: is required: CredentialIssuer or ClusterCredentialIssuer"},
    {R"({"spec": {"issuerRef": {"kind": "Issuer"}}})",
     "spec.issuerRef.kind: must be CredentialIssuer or ClusterCredentialIssuer"},
    {R"({"spec": {"issuerRef": {"name": null}}})", "spec.issuerRef.name: is required"},
    {R"({"spec": {"issuerRef": {"name": "Stripe"}}})",
     "spec.issuerRef.name: must be an object name: lower case letters, digits, - and ., "
     "e.g. stripe-live"},
    {R"({"spec": {"issuerRef": {"name": "../stripe"}}})",
     "spec.issuerRef.name: must be an object name: lower case letters, digits, - and ., "
     "e.g. stripe-live"},
    {R"({"spec": {"parameters": {"2x": "a"}}})",
     "spec.parameters: names must be at most 63 letters, digits, - or _ and begin with a "
     "letter, e.g. scope"},
    {R"({"spec": {"parameters": {"scope": 7}}})", "spec.parameters.scope: must be a string"},
    {R"({"spec": {"parameters": {"scope": "«513 v»"}}})",
     "spec.parameters.scope: must be 0 to 512 characters, is 513"},
    {R"({"spec": {"parameters": ["scope"]}})", "spec.parameters: must be a map of strings"},
    {R"({"spec": {"lifetime": null}})", "spec.lifetime: is required, e.g. 2160h"},
    {R"({"spec": {"lifetime": "4m"}})",
     "spec.lifetime: must be a duration between 5m and 87600h, e.g. 2160h"},
    {R"({"spec": {"lifetime": "87601h"}})",
     "spec.lifetime: must be a duration between 5m and 87600h, e.g. 2160h"},
    {R"({"spec": {"lifetime": "90d"}})",
     "spec.lifetime: \"90d\" is not a duration; write for example 720h, 10m or 1h30m"},
    {R"({"spec": {"lifetime": 7776000}})", "spec.lifetime: must be a string"},
    {R"({"spec": {"lifetime": "-1h"}})",
     "spec.lifetime: \"-1h\" is not a duration; write for example 720h, 10m or 1h30m"},
    {R"({"spec": {"delivery": null}})", "spec.delivery.secretName: is required"},
    {R"({"spec": {"delivery": {"secretName": ""}}})",
     "spec.delivery.secretName: must be an object name: lower case letters, digits, - and "
     "., e.g. stripe-live"},
    {R"({"spec": {"delivery": {"secretName": "a/b"}}})",
     "spec.delivery.secretName: must be an object name: lower case letters, digits, - and "
     "., e.g. stripe-live"},
    {R"({"spec": {"delivery": {"secretName": "-a"}}})",
     "spec.delivery.secretName: must be an object name: lower case letters, digits, - and "
     "., e.g. stripe-live"},
    {R"({"spec": {"delivery": {"entries": [{"name": "KEY"}]}}})",
     "spec.delivery.entries[0].value: is required"},
    {R"({"spec": {"delivery": {"entries": [{"name": "A B", "value": "${key}"}]}}})",
     "spec.delivery.entries[0].name: must be letters, digits, -, _ and ., e.g. "
     "STRIPE_API_KEY"},
    {R"({"spec": {"delivery": {"entries": [{"name": "A", "value": "${key}"},
 {"name": "A", "value": "${key}"}]}}})",
     "spec.delivery.entries[1].name: must differ from the names of the other entries"},
    {R"({"spec": {"delivery": {"entries": [{"name": "A", "value": "fixed"}]}}})",
     "spec.delivery.entries: must use ${key} in at least one value, or the Secret would "
     "hold no key; leave entries out for one entry named key"},
    {R"({"spec": {"delivery": {"entries": [{"name": "A", "value": "${kee}"}]}}})",
     "spec.delivery.entries[0].value: may hold only ${key}, ${keyId}, ${expiresAt} and "
     "${param.NAME} as placeholders | spec.delivery.entries: must use ${key} in at least "
     "one value, or the Secret would hold no key; leave entries out for one entry named "
     "key"},
    {R"({"spec": {"delivery": {"entries": [{"name": "A", "value": "${key"}]}}})",
     "spec.delivery.entries[0].value: has a ${ without }; it may hold only ${key}, "
     "${keyId}, ${expiresAt} and ${param.NAME} as placeholders | spec.delivery.entries: "
     "must use ${key} in at least one value, or the Secret would hold no key; leave "
     "entries out for one entry named key"},
    {R"({"spec": {"delivery": {"entries": [{"name": "A",
 "value": "${key}${param.scope}"}]}}})",
     "spec.delivery.entries[0].value: uses ${param.scope} but spec.parameters does not "
     "set it: add it there"},
    {R"({"spec": {"delivery": {"entries": [{"name": "A", "value": ""}]}}})",
     "spec.delivery.entries[0].value: must be 1 to 4096 characters, is 0 | "
     "spec.delivery.entries: must use ${key} in at least one value, or the Secret would "
     "hold no key; leave entries out for one entry named key"},
    {R"({"spec": {"delivery": {"entries": {}}}})", "spec.delivery.entries: must be a list"},
    {R"({"spec": {"delivery": {"previous": "Keep"}}})", "spec.delivery.previous: must be Omit"},
    {R"({"spec": {"rotation": {"interval": "30s"}}})",
     "spec.rotation.interval: must be a duration between 1m and 87600h, e.g. 720h"},
    {R"({"spec": {"rotation": {"interval": "2161h"}}})",
     "spec.rotation.interval: must not be longer than spec.lifetime: shorten it, or leave "
     "it out to rotate only before expiry"},
    {R"({"spec": {"rotation": {"rotateBefore": "2160h"}}})",
     "spec.rotation.rotateBefore: must be shorter than spec.lifetime: shorten it, or "
     "leave it out for a third of the lifetime"},
    {R"({"spec": {"rotation": {"rotateBefore": "0s"}}})",
     "spec.rotation.rotateBefore: must be a duration between 1s and 87600h, e.g. 720h"},
    {R"({"spec": {"rotation": {"overlap": "169h"}}})",
     "spec.rotation.overlap: must be a duration between 0s and 168h, e.g. 10m"},
    {R"({"spec": {"rotation": {"quiet": "-1s"}}})",
     "spec.rotation.quiet: \"-1s\" is not a duration; write for example 720h, 10m or 1h30m"},
    {R"({"spec": {"rotation": {"rolloutTimeout": "5s"}}})",
     "spec.rotation.rolloutTimeout: must be a duration between 10s and 24h, e.g. 15m"},
    {R"({"spec": {"rotation": {"onFailure": "Ignore"}}})",
     "spec.rotation.onFailure: must be RollBack or Hold"},
    {R"({"spec": {"rotation": {"suspend": "yes"}}})",
     "spec.rotation.suspend: must be true or false"},
    {R"({"spec": {"lifetime": "30m", "rotation": {"overlap": "30m"}}})",
     "spec.rotation.overlap: must be shorter than spec.lifetime: shorten it, or leave it "
     "out for 10m"},
    {R"({"spec": {"consumers": {"restart": "Evict"}}})", "spec.consumers.restart: must be Rolling"},
    {R"({"spec": {"consumers": {"maxConcurrent": 0}}})",
     "spec.consumers.maxConcurrent: must be between 1 and 100"},
    {R"({"spec": {"consumers": {"maxConcurrent": 101}}})",
     "spec.consumers.maxConcurrent: must be between 1 and 100"},
    {R"({"spec": {"consumers": {"maxConcurrent": "2"}}})",
     "spec.consumers.maxConcurrent: must be an integer"},
    {R"({"spec": {"consumers": {"include": [{"apiVersion": "v1", "kind": "Deployment",
 "name": "a"}]}}})",
     "spec.consumers.include[0].apiVersion: must be apps/v1"},
    {R"({"spec": {"consumers": {"include": [{"apiVersion": "apps/v1", "kind": "Pod",
 "name": "a"}]}}})",
     "spec.consumers.include[0].kind: must be Deployment, StatefulSet or DaemonSet"},
    {R"({"spec": {"consumers": {"include": [{"apiVersion": "apps/v1",
 "kind": "Deployment", "name": "a"}, {"apiVersion": "apps/v1",
 "kind": "Deployment", "name": "a"}]}}})",
     "spec.consumers.include[1]: must not be listed twice"},
    {R"({"spec": {"consumers": {"include": [{"apiVersion": "apps/v1",
 "kind": "Deployment"}]}}})",
     "spec.consumers.include[0].name: is required"},
    {R"({"spec": {"verification": {"from": "ProbePod"}}})",
     "spec.verification.from: must be Operator"},
    {R"({"spec": {"verification": {"timeout": "2h"}}})",
     "spec.verification.timeout: must be a duration between 1s and 1h, e.g. 2m"},
    {R"({"spec": {"verification": {"interval": "1s"}}})",
     "spec.verification.interval: must be a duration between 10s and 168h, e.g. 1h"},
    {R"({"spec": {"revocation": "Never"}})",
     "spec.revocation: must be DisableThenDelete, Delete or None"},
    {R"({"spec": {"deletionPolicy": "Orphan"}})", "spec.deletionPolicy: must be Revoke or Retain"},
    {R"({"spec": 7})", "spec: must be an object"},
    {R"({"metadata": {"labels": {"a": 1}}})", "metadata.labels.a: must be a string"},
    {R"({"status": {"revision": "1"}})", "status.revision: must be an integer"}};

TEST(ManagedCredentialRefusals, NameTheFieldAndTheRemedy) {
  const nlohmann::json good = builders::ManagedCredentialBuilder().BuildJson();
  ASSERT_EQ(Refusal<ManagedCredential>(good, "{}"), "") << "what the rows change is itself good";
  for (const Refused& row : kRefused) {
    EXPECT_EQ(Refusal<ManagedCredential>(good, row.patch), row.message) << row.patch;
  }
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
