#include "operator/guard/service_difference.h"

#include <nlohmann/json.hpp>

namespace keysteward::op {

using nlohmann::json;

namespace {

json Spec(const json& service) { return service.value("spec", json::object()); }

// What decides where a connection goes.
json PortsOf(const json& spec) {
  json ports = json::array();
  for (const json& port : spec.value("ports", json::array())) {
    const json number = port.value("port", json());
    ports.push_back({{"port", number},
                     {"targetPort", port.value("targetPort", number)},
                     {"protocol", port.value("protocol", "TCP")}});
  }
  return ports;
}

}  // namespace

std::vector<std::string> ServiceDifferences(const json& live, const json& wanted) {
  const json have = Spec(live);
  const json want = Spec(wanted);
  std::vector<std::string> differences;
  if (have.value("selector", json::object()) != want.value("selector", json::object())) {
    differences.emplace_back("selector");
  }
  if (PortsOf(have) != PortsOf(want)) differences.emplace_back("ports");
  if (have.value("type", "ClusterIP") != want.value("type", "ClusterIP")) {
    differences.emplace_back("type");
  }
  return differences;
}

}  // namespace keysteward::op
