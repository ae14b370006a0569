#include "operator/reconcilers/credential_metrics.h"

#include <algorithm>

#include "observability/metric_names.h"

namespace keysteward::op {

using api::v1alpha1::ManagedCredential;
using api::v1alpha1::PreviousState;

namespace {

Labels NameLabels(const api::ObjectKey& key) {
  return {{"namespace", key.namespace_name}, {"name", key.name}};
}

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// How long both keys have been live, counted from the making of the newer one.
double PreviousAlive(const ManagedCredential& credential, WallTime now) {
  const auto& status = credential.status;
  const bool live = status.previous && MayLive(status.previous->state);
  if (!live || !status.current || !status.current->issued_at) return 0;
  return std::max(Seconds(now - *status.current->issued_at), 0.0);
}

}  // namespace

void CredentialMetrics::ReportLabels(const ManagedCredential& credential) {
  const api::ObjectKey key = credential.metadata.key();
  Labels labels = NameLabels(key);
  labels["team"] = credential.spec.owner.team;
  labels["criticality"] = EnumName(credential.spec.classification.criticality);
  labels["issuer"] = credential.spec.issuer_ref.name;
  Labels former;
  {
    MutexLock lock(mutex_);
    former = std::exchange(labels_[key], labels);
  }
  if (!former.empty() && former != labels) metrics_.Remove(kCredentialInfo, former);
  metrics_.Set(kCredentialInfo, labels, 1);
}

void CredentialMetrics::SetOrRemove(const MetricSpec& metric, const Labels& labels,
                                    const std::optional<WallTime>& time) {
  if (time) {
    metrics_.Set(metric, labels, Seconds(time->time_since_epoch()));
  } else {
    metrics_.Remove(metric, labels);
  }
}

void CredentialMetrics::Report(const ManagedCredential& credential, WallTime now) {
  const Labels labels = NameLabels(credential.metadata.key());
  ReportLabels(credential);
  SetOrRemove(kCredentialExpiry, labels, credential.status.expires_at);
  SetOrRemove(kCredentialNextRotation, labels, credential.status.next_rotation_time);
  metrics_.Set(kPreviousKeyAlive, labels, PreviousAlive(credential, now));
}

void CredentialMetrics::Forget(const api::ObjectKey& credential) {
  const Labels labels = NameLabels(credential);
  Labels former;
  {
    MutexLock lock(mutex_);
    const auto found = labels_.find(credential);
    if (found != labels_.end()) {
      former = std::move(found->second);
      labels_.erase(found);
    }
  }
  if (!former.empty()) metrics_.Remove(kCredentialInfo, former);
  for (const MetricSpec* metric :
       {&kCredentialExpiry, &kCredentialNextRotation, &kPreviousKeyAlive}) {
    metrics_.Remove(*metric, labels);
  }
}

}  // namespace keysteward::op
