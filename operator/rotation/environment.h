// Environment: what the steps of a rotation act through, and the settings of this installation.
//
// Every port is injected, so tests run the production code with a fake cluster, a fake provider and
// a clock of their own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/secret_bytes.h"
#include "evidence/signer.h"
#include "kube/client/client.h"
#include "kube/events/event.h"
#include "observability/log.h"
#include "observability/metrics.h"
#include "operator/consumers/consumer_source.h"
#include "operator/issuers/issuer.h"

namespace keysteward::op {

struct Installation {
  std::string id;              // random, made once; part of every label at a provider
  std::string namespace_name;  // ours
  SecretBytes digest_key;      // keys the digests of values
  SecretBytes tripwire_key;    // keys the marks of live keys, which the webhook compares
  Duration secret_staleness = std::chrono::seconds(2);  // κ
  int64_t namespace_restarts = 10;  // workloads rolling at once in one namespace
  int64_t cluster_restarts = 25;    // and in the whole cluster
  int64_t workload_restarts = 3;    // of one workload within an hour; 0: any number
};

// A delivery that pods may be started with.
struct SettledDelivery {
  std::string credential;
  std::string secret;
  int64_t revision = 0;
};

struct Environment {
  kube::Client& client;
  IssuerResolver& issuers;
  ConsumerSource& consumers;
  const evidence::Signer& signer;
  const Clock& clock;
  Logger& logger;
  Metrics& metrics;
  const Installation& installation;
  // Whether this process may still act as leader; asked again right before anything that harms.
  std::function<bool()> is_leader;
  // For how long that is certain from now on; Duration::max() when there is only one process.
  std::function<Duration()> lease_remaining;
  // Whether the switch that stops every effect is on.
  std::function<bool()> effects_disabled;
  // Settled deliveries of a namespace whose consumers may need a restart.
  std::function<std::vector<SettledDelivery>(const std::string& namespace_name)> settled_deliveries;
  // Tells people; returns at once and never fails. See announce.h.
  std::function<void(kube::Event event)> record_event;
};

// First 16 hex digits of HMAC-SHA256 under the installation's key: tells values apart, gives none
// away.
std::string DigestOf(const Installation& installation, const SecretBytes& value);

// keysteward/<installation>/<credential uid>/ — the front of every label of that credential's keys.
std::string LabelPrefix(const Installation& installation, const std::string& credential_uid);
// …<generation>-<attempt>
std::string KeyLabel(const Installation& installation, const std::string& credential_uid,
                     int64_t generation, int64_t attempt);
// <installation>-<credential uid>-<generation>-<attempt>: the idempotency key.
std::string KeyToken(const Installation& installation, const std::string& credential_uid,
                     int64_t generation, int64_t attempt);

}  // namespace keysteward::op
