#include "operator/guard/service_difference.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace keysteward::op {

using nlohmann::json;

namespace {

json Member(const json& object, const char* name, json otherwise) {
  const bool there = object.is_object() && object.contains(name) && !object[name].is_null();
  return there ? object[name] : std::move(otherwise);
}

// What decides where a connection goes.
json PortsOf(const json& spec) {
  json ports = json::array();
  for (const json& port : Member(spec, "ports", json::array())) {
    const json number = Member(port, "port", json());
    ports.push_back({{"port", number},
                     {"targetPort", Member(port, "targetPort", number)},
                     {"protocol", Member(port, "protocol", "TCP")}});
  }
  return ports;
}

}  // namespace

std::vector<std::string> ServiceDifferences(const json& live, const json& wanted) {
  const json have = Member(live, "spec", json::object());
  const json want = Member(wanted, "spec", json::object());
  std::vector<std::string> differences;
  if (Member(have, "selector", json::object()) != Member(want, "selector", json::object())) {
    differences.emplace_back("selector");
  }
  if (PortsOf(have) != PortsOf(want)) differences.emplace_back("ports");
  if (Member(have, "type", "ClusterIP") != Member(want, "type", "ClusterIP")) {
    differences.emplace_back("type");
  }
  return differences;
}

}  // namespace keysteward::op
