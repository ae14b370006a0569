#include "operator/rotation/announce.h"

namespace keysteward::op {
namespace {

using kube::EventLevel;

constexpr const char* kRotate = "Rotate";

std::string TextIn(const nlohmann::json& data, const char* name) {
  const auto found = data.find(name);
  if (found == data.end()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

}  // namespace

void Announce(const Environment& env, const api::v1alpha1::ManagedCredential& credential,
              Announcement announcement) {
  env.record_event({.level = announcement.level,
                    .regarding = kube::ReferenceTo(credential),
                    .reason = std::move(announcement.reason),
                    .action = std::move(announcement.action),
                    .note = std::move(announcement.note)});
}

void AnnounceRestart(const Environment& env, const api::v1alpha1::ManagedCredential& credential,
                     const Workload& workload) {
  const kube::ObjectReference target{.api_version = workload.api_version,
                                     .kind = workload.kind,
                                     .namespace_name = workload.metadata.namespace_name,
                                     .name = workload.metadata.name,
                                     .uid = workload.metadata.uid};
  const kube::ObjectReference source = kube::ReferenceTo(credential);
  const std::string note = workload.kind + " " + workload.metadata.name +
                           " restarts to take a new key of " + credential.metadata.name;
  kube::Event told{.regarding = target,
                   .related = source,
                   .reason = event::kConsumerRestarted,
                   .action = "Restart",
                   .note = note};
  env.record_event(told);
  told.regarding = source;
  told.related = target;
  env.record_event(std::move(told));
}

std::optional<Announcement> AnnouncementOf(const EvidenceNote& note) {
  const std::string key = TextIn(note.data, "keyId");
  const std::string why = TextIn(note.data, "reason");
  if (note.type == "KeyIssued") {
    return Announcement{EventLevel::kNormal, event::kKeyIssued, kRotate,
                        "the provider made key " + key};
  }
  if (note.type == "Delivered") {
    return Announcement{
        EventLevel::kNormal, event::kDelivered, kRotate,
        "key " + key + " is delivered as revision " + TextIn(note.data, "revision")};
  }
  if (note.type == "OldKeyRefused") {
    return Announcement{EventLevel::kNormal, event::kOldKeyRevoked, kRotate,
                        "the provider refuses key " + key};
  }
  if (note.type == "RolledBack") {
    return Announcement{EventLevel::kWarning, event::kRolledBack, kRotate,
                        "the rotation goes back: " + why};
  }
  if (note.type == "Blocked") {
    const bool outage = why == event::kProviderUnavailable;
    return Announcement{EventLevel::kWarning,
                        outage ? event::kProviderUnavailable : event::kBlocked, kRotate,
                        "the rotation waits: " + why};
  }
  return std::nullopt;
}

}  // namespace keysteward::op
