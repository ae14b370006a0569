// Values for a second rendering of a chart, in which one value is a marker.
//
//   KS_ASSIGN_OR_RETURN(const ValuesOverlay overlay,
//                       ValuesOverlay::Write(OverlayFor(way, {"redis"}, "marker")));
//   chart.values_files.push_back(overlay.path());
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/result.h"
#include "detection/reader/node.h"

namespace keysteward::cli {

// `way` leads from the root of a values file to the value; `prefix` are the charts whose values it
// belongs to. A list on the way is copied, since helm replaces lists as a whole.
nlohmann::json OverlayFor(const std::vector<const detection::Node*>& way,
                          const std::vector<std::string>& prefix, const std::string& marker);

// A values file that only we may read, gone with this object.
class ValuesOverlay {
 public:
  static Result<ValuesOverlay> Write(const nlohmann::json& values);
  ValuesOverlay(ValuesOverlay&& other) noexcept;
  ValuesOverlay& operator=(ValuesOverlay&&) = delete;
  ~ValuesOverlay();

  const std::string& path() const { return path_; }

 private:
  explicit ValuesOverlay(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace keysteward::cli
