#include "kube/patch/json_patch.h"

namespace keysteward::kube {

using nlohmann::json;

std::string JsonPointer(const JsonPath& path) {
  std::string out;
  for (const std::string& step : path) {
    out += '/';
    for (const char c : step) {
      if (c == '~') {
        out += "~0";
      } else if (c == '/') {
        out += "~1";
      } else {
        out += c;
      }
    }
  }
  return out;
}

JsonPatch& JsonPatch::Test(const JsonPath& path, json value) {
  operations_.push_back({{"op", "test"}, {"path", JsonPointer(path)}, {"value", std::move(value)}});
  return *this;
}

JsonPatch& JsonPatch::Add(const JsonPath& path, json value) {
  operations_.push_back({{"op", "add"}, {"path", JsonPointer(path)}, {"value", std::move(value)}});
  return *this;
}

JsonPatch& JsonPatch::Replace(const JsonPath& path, json value) {
  operations_.push_back(
      {{"op", "replace"}, {"path", JsonPointer(path)}, {"value", std::move(value)}});
  return *this;
}

JsonPatch& JsonPatch::Remove(const JsonPath& path) {
  operations_.push_back({{"op", "remove"}, {"path", JsonPointer(path)}});
  return *this;
}

}  // namespace keysteward::kube
