#include "cli/scan/helm_values.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "common/json.h"
#include "policy/manifest_json.h"

namespace keysteward::cli {
namespace {

using detection::Node;
using nlohmann::json;

json Marked(const std::vector<const Node*>& way, size_t at, const std::string& marker) {
  const Node& node = *way[at];
  if (at + 1 == way.size()) return marker;
  if (!node.is_sequence()) {
    json object = json::object();
    object[std::string(way[at + 1]->key)] = Marked(way, at + 1, marker);
    return object;
  }
  json list = json::array();
  for (const Node& item : node.children()) {
    if (&item != way[at + 1]) {
      list.push_back(policy::ManifestJson(item));
      continue;
    }
    // The item is replaced as a whole too, so its other members are needed.
    json whole = policy::ManifestJson(item);
    json marked = Marked(way, at + 1, marker);
    if (whole.is_object()) {
      whole.merge_patch(marked);
    } else {
      whole = std::move(marked);
    }
    list.push_back(std::move(whole));
  }
  return list;
}

}  // namespace

json OverlayFor(const std::vector<const Node*>& way, const std::vector<std::string>& prefix,
                const std::string& marker) {
  json values = way.empty() ? json::object() : Marked(way, 0, marker);
  for (auto name = prefix.rbegin(); name != prefix.rend(); ++name) {
    values = json::object({{*name, std::move(values)}});
  }
  return values;
}

Result<ValuesOverlay> ValuesOverlay::Write(const json& values) {
  std::error_code error;
  const auto folder = std::filesystem::temp_directory_path(error);
  if (error) return Error::FailedPrecondition("no folder for temporary files");
  std::string path = (folder / "keysteward-values-XXXXXX").string();
  const int file = mkstemp(path.data());  // of mode 0600
  if (file < 0) return Error::FailedPrecondition(std::string("mkstemp: ") + std::strerror(errno));
  ValuesOverlay overlay(path);
  const std::string text = DumpJson(values);
  const ssize_t written = write(file, text.data(), text.size());
  close(file);
  if (written != static_cast<ssize_t>(text.size())) {
    return Error::FailedPrecondition("a temporary file cannot be written");
  }
  return overlay;
}

ValuesOverlay::ValuesOverlay(ValuesOverlay&& other) noexcept
    : path_(std::exchange(other.path_, "")) {}

ValuesOverlay::~ValuesOverlay() {
  if (!path_.empty()) unlink(path_.c_str());
}

}  // namespace keysteward::cli
