// What a chart or a kustomization renders to, by the user's own helm, kustomize or kubectl.
//
//   KS_ASSIGN_OR_RETURN(std::string text, RenderChart(ChartFrom(options), clock, stop));
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "cli/scan/scan_options.h"
#include "common/result.h"

namespace keysteward::cli {

struct Chart {
  std::string folder;
  std::vector<std::string> values_files;
  std::vector<std::string> set_values;
  std::string namespace_name;  // empty: helm's default
};

Chart ChartFrom(const ScanOptions& options);

// `helm template`. Errors: kInvalidArgument "helm is not installed …", or what helm says.
Result<std::string> RenderChart(const Chart& chart, const Clock& clock,
                                const std::stop_token& stop);

// `kustomize build`, or `kubectl kustomize` where kustomize is not installed.
Result<std::string> RenderKustomization(const std::string& folder, const Clock& clock,
                                        const std::stop_token& stop);

}  // namespace keysteward::cli
