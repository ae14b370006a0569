#include "operator/guard/registration_difference.h"

#include <algorithm>

#include "common/strings.h"

namespace keysteward::op {

using nlohmann::json;

namespace {

constexpr const char* kFields[] = {"admissionReviewVersions",
                                   "clientConfig",
                                   "failurePolicy",
                                   "matchConditions",
                                   "matchPolicy",
                                   "namespaceSelector",
                                   "objectSelector",
                                   "reinvocationPolicy",
                                   "rules",
                                   "sideEffects",
                                   "timeoutSeconds"};

const json& Member(const json& object, const char* name) {
  static const json nothing;
  return object.is_object() && object.contains(name) ? object[name] : nothing;
}

// With what admissionregistration.k8s.io/v1 sets where nothing is said, and without the bundle.
json Comparable(const json& webhook) {
  json entry = {{"failurePolicy", "Fail"},
                {"matchPolicy", "Equivalent"},
                {"timeoutSeconds", 10},
                {"reinvocationPolicy", "Never"},
                {"namespaceSelector", json::object()},
                {"objectSelector", json::object()},
                {"matchConditions", json::array()},
                {"rules", json::array()}};
  entry.update(webhook);
  if (Member(entry, "clientConfig").is_object()) {
    json& client = entry["clientConfig"];
    client.erase("caBundle");
    if (Member(client, "service").is_object() && !client["service"].contains("port")) {
      client["service"]["port"] = 443;
    }
  }
  for (json& rule : entry["rules"]) {
    if (rule.is_object() && !rule.contains("scope")) rule["scope"] = "*";
  }
  return entry;
}

const json* Named(const json& configuration, const json& name) {
  for (const json& webhook : Member(configuration, "webhooks")) {
    if (Member(webhook, "name") == name) return &webhook;
  }
  return nullptr;
}

std::string NameOf(const json& webhook) {
  const json& name = Member(webhook, "name");
  return "webhook " + Printable(name.is_string() ? name.get<std::string>() : "without a name");
}

std::string DifferenceOf(const json& live, const json& wanted) {
  const json have = Comparable(live);
  const json want = Comparable(wanted);
  std::vector<std::string> fields;
  for (const char* field : kFields) {
    if (Member(have, field) != Member(want, field)) fields.emplace_back(field);
  }
  return fields.empty() ? "" : NameOf(wanted) + ": " + Join(fields, ", ");
}

std::string BundleOf(const json& webhook) {
  const json& bundle = Member(Member(webhook, "clientConfig"), "caBundle");
  return bundle.is_string() ? bundle.get<std::string>() : "";
}

// That of the entry with this name, or else of any other one.
std::string BundleFor(const json& live, const json& name) {
  if (const json* same = Named(live, name); same != nullptr && !BundleOf(*same).empty()) {
    return BundleOf(*same);
  }
  for (const json& webhook : Member(live, "webhooks")) {
    if (!BundleOf(webhook).empty()) return BundleOf(webhook);
  }
  return "";
}

json Merged(const json& last_seen, const json& wanted, const char* member) {
  json merged = json::object();
  for (const json* object : {&last_seen, &wanted}) {
    const json& texts = Member(Member(*object, "metadata"), member);
    if (texts.is_object()) merged.update(texts);
  }
  return merged;
}

}  // namespace

std::vector<std::string> RegistrationDifferences(const json& live, const json& wanted) {
  std::vector<std::string> differences;
  for (const json& webhook : Member(wanted, "webhooks")) {
    const json* standing = Named(live, webhook["name"]);
    const std::string difference =
        standing == nullptr ? NameOf(webhook) + " is gone" : DifferenceOf(*standing, webhook);
    if (!difference.empty()) differences.push_back(difference);
  }
  for (const json& webhook : Member(live, "webhooks")) {
    if (Named(wanted, Member(webhook, "name")) == nullptr) {
      differences.push_back(NameOf(webhook) + " is not declared");
    }
  }
  return differences;
}

json RestoredWebhooks(const json& live, const json& wanted) {
  json webhooks = wanted["webhooks"];
  for (json& webhook : webhooks) {
    const std::string bundle = BundleFor(live, webhook["name"]);
    if (!bundle.empty()) webhook["clientConfig"]["caBundle"] = bundle;
  }
  return webhooks;
}

json MadeAgain(const json& wanted, const json& last_seen, const json& owner) {
  return {{"apiVersion", wanted["apiVersion"]},
          {"kind", wanted["kind"]},
          {"metadata",
           {{"name", wanted["metadata"]["name"]},
            {"labels", Merged(last_seen, wanted, "labels")},
            {"annotations", Merged(last_seen, wanted, "annotations")},
            {"ownerReferences", json::array({owner})}}},
          {"webhooks", RestoredWebhooks(last_seen, wanted)}};
}

std::optional<json> OwnersWithoutRestorer(const json& live) {
  json owners = json::array();
  bool changed = false;
  for (json entry : Member(Member(live, "metadata"), "managedFields")) {
    const json& fields = Member(entry, "fieldsV1");
    if (Member(entry, "manager") == kRestorer && fields.contains("f:webhooks")) {
      changed = true;
      const json kept = Member(Member(fields, "f:metadata"), "f:ownerReferences");
      if (kept.is_null()) continue;
      entry["fieldsV1"] = {{"f:metadata", {{"f:ownerReferences", kept}}}};
    }
    owners.push_back(std::move(entry));
  }
  // The API server does not take an empty list.
  if (!changed || owners.empty()) return std::nullopt;
  return owners;
}

}  // namespace keysteward::op
