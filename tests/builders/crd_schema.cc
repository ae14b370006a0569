#include "tests/builders/crd_schema.h"

#include "common/duration.h"
#include "tests/builders/yaml_document.h"

namespace keysteward::builders {

using nlohmann::json;

namespace {

void Visit(const std::string& path, const json& schema, bool below_list,
           const std::function<void(const CrdField&)>& visit) {
  visit({path, schema, below_list});
  if (schema.contains("properties")) {
    for (const auto& [name, child] : schema["properties"].items()) {
      Visit(path + "." + name, child, below_list, visit);
    }
  }
  if (schema.contains("items")) Visit(path + "[]", schema["items"], true, visit);
  if (schema.contains("additionalProperties")) {
    Visit(path + "{}", schema["additionalProperties"], below_list, visit);
  }
}

// Gives each leaf a value that no other leaf has.
class Filler {
 public:
  json Fill(const std::string& path, const json& schema) {
    const std::string type = schema["type"];
    if (type == "object") return FillObject(path, schema);
    if (type == "array") return json::array({Fill(path + "[]", schema["items"])});
    if (type == "string") return FillString(path, schema);
    if (type == "boolean") return true;
    return schema.value("minimum", int64_t{0}) + ++count_;
  }

 private:
  json FillObject(const std::string& path, const json& schema) {
    if (schema.contains("x-kubernetes-preserve-unknown-fields")) {
      return {{"free", path}, {"number", ++count_}};
    }
    if (schema.contains("additionalProperties")) {
      return {{"entry", Fill(path + "{}", schema["additionalProperties"])}};
    }
    json out = json::object();
    for (const auto& [name, child] : schema["properties"].items()) {
      out[name] = Fill(path + "." + name, child);
    }
    return out;
  }

  json FillString(const std::string& path, const json& schema) {
    // A selector's first operator, In, is the one that goes with the values beside it.
    if (path.ends_with(".operator")) return schema["enum"].front();
    if (schema.contains("enum")) return schema["enum"].back();
    if (schema.value("format", "") == "date-time") {
      return FormatTime(ParseTime("2027-01-01T00:00:00Z").value() + std::chrono::hours(++count_));
    }
    if (HasRuleWith(schema, "duration(self)")) {
      return FormatDuration(std::chrono::seconds(3601 + ++count_));
    }
    return "<" + path + ">";
  }

  int64_t count_ = 0;
};

void Unknown(const std::string& path, const json& schema, const json& value,
             std::vector<std::string>& out) {
  if (schema.contains("x-kubernetes-preserve-unknown-fields")) return;
  if (value.is_array()) {
    for (const json& item : value) Unknown(path + "[]", schema["items"], item, out);
  }
  if (!value.is_object() || schema.contains("additionalProperties")) return;
  for (const auto& [name, child] : value.items()) {
    if (schema.contains("properties") && schema["properties"].contains(name)) {
      Unknown(path + "." + name, schema["properties"][name], child, out);
    } else {
      out.push_back(path + "." + name);
    }
  }
}

}  // namespace

CrdSchema CrdSchema::Of(const std::string& plural) {
  return CrdSchema(ReadYaml("crds/" + plural + ".yaml"));
}

void CrdSchema::ForEachField(const std::function<void(const CrdField&)>& visit) const {
  for (const char* member : {"spec", "status"}) {
    Visit(member, root()["properties"][member], false, visit);
  }
}

json CrdSchema::FullObject() const {
  Filler filler;
  json object = {{"apiVersion", "keysteward.dev/v1alpha1"},
                 {"kind", crd_["spec"]["names"]["kind"]},
                 {"metadata", {{"name", "full"}, {"uid", "u"}, {"resourceVersion", "7"}}}};
  if (crd_["spec"]["scope"] == "Namespaced") object["metadata"]["namespace"] = "payments";
  for (const char* member : {"spec", "status"}) {
    object[member] = filler.Fill(member, root()["properties"][member]);
  }
  return object;
}

std::vector<std::string> CrdSchema::UnknownFields(const json& object) const {
  std::vector<std::string> out;
  for (const char* member : {"spec", "status"}) {
    if (object.contains(member)) {
      Unknown(member, root()["properties"][member], object[member], out);
    }
  }
  return out;
}

bool HasRuleWith(const json& schema, const std::string& text) {
  if (!schema.contains("x-kubernetes-validations")) return false;
  for (const json& rule : schema["x-kubernetes-validations"]) {
    if (rule["rule"].get<std::string>().find(text) != std::string::npos) return true;
  }
  return false;
}

}  // namespace keysteward::builders
