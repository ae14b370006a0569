// The limits of a ManagedCredential from both sides: the last value that is accepted and the first
// that is refused. A limit that moves by one breaks objects that are stored already.
#include "api/v1alpha1/managed_credential_validation.h"
#include "tests/api/v1alpha1/refusal.h"
#include "tests/builders/managed_credential_builder.h"

namespace keysteward::api::v1alpha1 {
namespace {

using nlohmann::json;

json Good() { return builders::ManagedCredentialBuilder().BuildJson(); }

// {"spec": {"rotation": {…}}}
std::string Rotation(const std::string& members, const std::string& lifetime = "2160h") {
  return R"({"spec": {"lifetime": ")" + lifetime + R"(", "rotation": {)" + members + "}}}";
}

std::string Permanent(const std::string& justification, const std::string& approved_by) {
  return R"({"spec": {"standing": {"type": "Permanent", "justification": ")" + justification +
         R"(", "approvedBy": ")" + approved_by + R"("}}})";
}

std::string Delivery(const std::string& entries) {
  return R"({"spec": {"delivery": {"entries": [)" + entries + "]}}}";
}

std::string Include(const std::string& items) {
  return R"({"spec": {"consumers": {"include": [)" + items + "]}}}";
}

TEST(ManagedCredentialLimits, OfNamesAndTexts) {
  ExpectLimits<ManagedCredential>(
      Good(),
      {{R"({"metadata": {"name": "«52 n»"}})", R"({"metadata": {"name": "«53 n»"}})",
        "metadata.name: must be at most 52 characters, choose a shorter name: rotations are named "
        "after it"},
       {R"({"spec": {"owner": {"team": "«63 t»"}}})", R"({"spec": {"owner": {"team": "«64 t»"}}})",
        "spec.owner.team: must be 1 to 63 letters, digits, -, _ or ., e.g. payments"},
       {R"({"spec": {"owner": {"contact": "#ab"}}})", R"({"spec": {"owner": {"contact": "#a"}}})",
        "spec.owner.contact: must be 3 to 254 characters, is 2"},
       {R"({"spec": {"owner": {"contact": "«254 c»"}}})",
        R"({"spec": {"owner": {"contact": "«255 c»"}}})",
        "spec.owner.contact: must be 3 to 254 characters, is 255"},
       {R"({"spec": {"purpose": "«10 p»"}})", R"({"spec": {"purpose": "«9 p»"}})",
        "spec.purpose: must be 10 to 256 characters, is 9"},
       {R"({"spec": {"purpose": "«256 p»"}})", R"({"spec": {"purpose": "«257 p»"}})",
        "spec.purpose: must be 10 to 256 characters, is 257"},
       {R"({"spec": {"purpose": "ääääääääää"}})", R"({"spec": {"purpose": "äääääääää"}})",
        "spec.purpose: must be 10 to 256 characters, is 9"},
       {R"({"spec": {"issuerRef": {"name": "«253 i»"}}})",
        R"({"spec": {"issuerRef": {"name": "«254 i»"}}})",
        "spec.issuerRef.name: must be an object name: lower case letters, digits, - and ., e.g. "
        "stripe-live"},
       {R"({"spec": {"delivery": {"secretName": "«253 s»"}}})",
        R"({"spec": {"delivery": {"secretName": "«254 s»"}}})",
        "spec.delivery.secretName: must be an object name: lower case letters, digits, - and ., "
        "e.g. stripe-live"}});
}

TEST(ManagedCredentialLimits, OfTheStanding) {
  ExpectLimits<ManagedCredential>(
      Good(), {{Permanent("«10 j»", "ciso"), Permanent("«9 j»", "ciso"),
                "spec.standing.justification: must be 10 to 512 characters, is 9"},
               {Permanent("«512 j»", "ciso"), Permanent("«513 j»", "ciso"),
                "spec.standing.justification: must be 10 to 512 characters, is 513"},
               {Permanent("«10 j»", "me2"), Permanent("«10 j»", "me"),
                "spec.standing.approvedBy: must be 3 to 254 characters, is 2"},
               {Permanent("«10 j»", "«254 a»"), Permanent("«10 j»", "«255 a»"),
                "spec.standing.approvedBy: must be 3 to 254 characters, is 255"}});
}

TEST(ManagedCredentialLimits, OfParameters) {
  const auto parameters = [](const std::string& members) {
    return R"({"spec": {"parameters": {)" + members + "}}}";
  };
  ExpectLimits<ManagedCredential>(
      Good(), {{parameters(Times(32, R"("p#": "v")")), parameters(Times(33, R"("p#": "v")")),
                "spec.parameters: must have at most 32 items, has 33"},
               {parameters(R"("«63 p»": "v")"), parameters(R"("«64 p»": "v")"),
                "spec.parameters: names must be at most 63 letters, digits, - or _ and begin with "
                "a letter, e.g. scope"},
               {parameters(R"("p": "«512 v»")"), parameters(R"("p": "«513 v»")"),
                "spec.parameters.p: must be 0 to 512 characters, is 513"}});
}

TEST(ManagedCredentialLimits, OfTheDelivery) {
  const std::string entry = R"({"name": "E#", "value": "${key}"})";
  ExpectLimits<ManagedCredential>(
      Good(),
      {{Delivery(Times(32, entry)), Delivery(Times(33, entry)),
        "spec.delivery.entries: must have at most 32 items, has 33"},
       {Delivery(R"({"name": "«253 e»", "value": "${key}"})"),
        Delivery(R"({"name": "«254 e»", "value": "${key}"})"),
        "spec.delivery.entries[0].name: must be letters, digits, -, _ and ., e.g. STRIPE_API_KEY"},
       {Delivery(R"({"name": "E", "value": "${key}«4090 v»"})"),
        Delivery(R"({"name": "E", "value": "${key}«4091 v»"})"),
        "spec.delivery.entries[0].value: must be 1 to 4096 characters, is 4097"}});
}

TEST(ManagedCredentialLimits, OfTheLifetime) {
  const auto lifetime = [](const std::string& value) {
    return R"({"spec": {"lifetime": ")" + value + R"("}})";
  };
  const std::string message = "spec.lifetime: must be a duration between 5m and 87600h, e.g. 2160h";
  ExpectLimits<ManagedCredential>(Good(), {{lifetime("5m"), lifetime("4m59s"), message},
                                           {lifetime("87600h"), lifetime("87600h1s"), message}});
}

TEST(ManagedCredentialLimits, OfTheRotation) {
  ExpectLimits<ManagedCredential>(
      Good(),
      {{Rotation(R"("interval": "1m")"), Rotation(R"("interval": "59s")"),
        "spec.rotation.interval: must be a duration between 1m and 87600h, e.g. 720h"},
       {Rotation(R"("interval": "2160h")"), Rotation(R"("interval": "2160h1s")"),
        "spec.rotation.interval: must not be longer than spec.lifetime: shorten it, or leave it "
        "out to rotate only before expiry"},
       {Rotation(R"("rotateBefore": "1s")"), Rotation(R"("rotateBefore": "0s")"),
        "spec.rotation.rotateBefore: must be a duration between 1s and 87600h, e.g. 720h"},
       {Rotation(R"("rotateBefore": "2159h59m59s")"), Rotation(R"("rotateBefore": "2160h")"),
        "spec.rotation.rotateBefore: must be shorter than spec.lifetime: shorten it, or leave it "
        "out for a third of the lifetime"},
       {Rotation(R"("rolloutTimeout": "10s")"), Rotation(R"("rolloutTimeout": "9s")"),
        "spec.rotation.rolloutTimeout: must be a duration between 10s and 24h, e.g. 15m"},
       {Rotation(R"("rolloutTimeout": "24h")"), Rotation(R"("rolloutTimeout": "24h1s")"),
        "spec.rotation.rolloutTimeout: must be a duration between 10s and 24h, e.g. 15m"}});
}

TEST(ManagedCredentialLimits, OfThePauses) {
  for (const std::string name : {"overlap", "quiet"}) {
    const auto pause = [&](const std::string& value, const std::string& lifetime) {
      return Rotation("\"" + name + "\": \"" + value + "\"", lifetime);
    };
    const std::string field = "spec.rotation." + name;
    const std::string longer =
        field + ": must be shorter than spec.lifetime: shorten it, or leave it out for 10m";
    ExpectLimits<ManagedCredential>(
        Good(), {{pause("0s", "2160h"), pause("168h1s", "2160h"),
                  field + ": must be a duration between 0s and 168h, e.g. 10m"},
                 {pause("168h", "2160h"), pause("168h", "168h"), longer},
                 {pause("29m59s", "30m"), pause("30m", "30m"), longer},
                 // The default is accepted in any life: it was not written by the owner.
                 {pause("10m", "5m"), pause("9m", "5m"), longer}});
  }
}

TEST(ManagedCredentialLimits, OfTheConsumers) {
  const auto concurrent = [](const std::string& value) {
    return R"({"spec": {"consumers": {"maxConcurrent": )" + value + "}}}";
  };
  const std::string workload = R"({"apiVersion": "apps/v1", "kind": "Deployment", "name": "w#"})";
  const std::string range = "spec.consumers.maxConcurrent: must be between 1 and 100";
  ExpectLimits<ManagedCredential>(
      Good(),
      {{concurrent("1"), concurrent("0"), range},
       {concurrent("100"), concurrent("101"), range},
       {Include(Times(64, workload)), Include(Times(65, workload)),
        "spec.consumers.include: must have at most 64 items, has 65"},
       {Include(R"({"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "«253 w»"})"),
        Include(R"({"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "«254 w»"})"),
        "spec.consumers.include[0].name: must be an object name: lower case letters, digits, - "
        "and ., e.g. stripe-live"},
       // One name in two kinds is two workloads.
       {Include(R"({"apiVersion": "apps/v1", "kind": "Deployment", "name": "a"},
                   {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "a"})"),
        Include(R"({"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "a"},
                   {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "a"})"),
        "spec.consumers.include[1]: must not be listed twice"}});
}

TEST(ManagedCredentialLimits, OfTheVerification) {
  const auto verification = [](const std::string& name, const std::string& value) {
    return R"({"spec": {"verification": {")" + name + R"(": ")" + value + R"("}}})";
  };
  const std::string timeout =
      "spec.verification.timeout: must be a duration between 1s and 1h, e.g. 2m";
  const std::string interval =
      "spec.verification.interval: must be a duration between 10s and 168h, e.g. 1h";
  ExpectLimits<ManagedCredential>(
      Good(), {{verification("timeout", "1s"), verification("timeout", "0s"), timeout},
               {verification("timeout", "1h"), verification("timeout", "1h1s"), timeout},
               {verification("interval", "10s"), verification("interval", "9s"), interval},
               {verification("interval", "168h"), verification("interval", "168h1s"), interval}});
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
