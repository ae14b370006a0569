#include "tests/fakes/fake_api_server/json_patch.h"

namespace keysteward::kube {

using nlohmann::json;

namespace {

json Loosened(const json& object, const json& operation) {
  const std::string op = operation.at("op");
  const json::json_pointer path(operation.at("path").get<std::string>());
  if (object.contains(path)) return operation;
  json out = operation;
  const bool in_map = !path.empty() && object.contains(path.parent_pointer()) &&
                      object[path.parent_pointer()].is_object();
  if (op == "replace" && in_map) out["op"] = "add";
  if (op == "test" && operation.value("value", json()).is_null()) {
    out["path"] = "";
    out["value"] = object;
  }
  return out;
}

}  // namespace

Result<json> ApplyJsonPatch(const json& live, const json& patch) {
  if (!patch.is_array()) return Error::InvalidArgument("error decoding patch: not a list");
  json next = live;
  try {
    for (const json& operation : patch) next = next.patch(json::array({Loosened(next, operation)}));
    return next;
  } catch (const json::exception&) {
    return Error::Conflict("the server rejected our request due to an error in our request");
  }
}

}  // namespace keysteward::kube
