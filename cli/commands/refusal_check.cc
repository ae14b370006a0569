#include "cli/commands/refusal_check.h"

#include <nlohmann/json.hpp>

#include "api/core/pod_types.h"
#include "common/digest.h"
#include "common/duration.h"
#include "common/strings.h"

namespace keysteward::cli {

using nlohmann::json;

namespace {

constexpr const char* kWhat = "refusal";

// 40 characters without meaning that differ from minute to minute and open nothing anywhere.
std::string MadeUpKey(WallTime now) {
  return Sha256Hex("keysteward refusal check " + FormatTime(now)).substr(0, 40);
}

// As the Pod Security level "restricted" wants it, so that nobody else refuses it first.
json PodWithKey(const std::string& namespace_name, const std::string& key) {
  const json container = {
      {"name", "app"},
      {"image", "registry.invalid/never-pulled:1"},
      {"env", {{{"name", "API_TOKEN"}, {"value", key}}}},
      {"resources",
       {{"requests", {{"cpu", "1m"}, {"memory", "1Mi"}}},
        {"limits", {{"cpu", "1m"}, {"memory", "1Mi"}}}}},
      {"securityContext",
       {{"allowPrivilegeEscalation", false}, {"capabilities", {{"drop", {"ALL"}}}}}}};
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata", {{"name", "keysteward-refusal-check"}, {"namespace", namespace_name}}},
          {"spec",
           {{"securityContext",
             {{"runAsNonRoot", true}, {"seccompProfile", {{"type", "RuntimeDefault"}}}}},
            {"containers", {container}}}}};
}

}  // namespace

CheckResult CheckRefusal(const CommandContext& context, const std::string& namespace_name) {
  const json pod = PodWithKey(namespace_name, MadeUpKey(context.clock.WallNow()));
  const Result<json> made = context.client.Create(api::KindOf<api::core::Pod>::resource, pod,
                                                  {.dry_run = true}, context.call());
  const std::string where = " in namespace " + namespace_name;
  if (made) {
    return {CheckLevel::kFailure, kWhat, "a pod with a key was accepted" + where,
            "see the lines above; is the namespace left out (webhook.excludeNamespaces), or its "
            "label keysteward.dev/enforce other than deny?"};
  }
  const std::string& why = made.error().message;
  if (why.find("literal credential (") != std::string::npos) {
    return {CheckLevel::kOk, kWhat, "a pod with a key is refused" + where, ""};
  }
  return {CheckLevel::kWarning, kWhat, "not tried" + where + ": " + Printable(why),
          "name a namespace in which you may create pods"};
}

}  // namespace keysteward::cli
