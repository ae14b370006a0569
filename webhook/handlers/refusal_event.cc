#include "webhook/handlers/refusal_event.h"

namespace keysteward::webhook {

kube::Event RefusalEvent(const ClusterView& view, const std::string& namespace_name) {
  kube::Event event;
  event.level = kube::EventLevel::kWarning;
  if (const auto known = view.namespaces.Get({"", namespace_name})) {
    event.regarding = kube::ReferenceTo(*known);
  } else {
    event.regarding = {"v1", "Namespace", "", namespace_name, ""};
  }
  event.reason = "ManifestsRefused";
  event.action = "Refuse";
  event.note =
      "objects of this namespace were refused because they hold literal keys or use Secrets "
      "without "
      "owner and end; the audit log names path and rule, and `keysteward scan` finds them before "
      "they are submitted";
  return event;
}

}  // namespace keysteward::webhook
