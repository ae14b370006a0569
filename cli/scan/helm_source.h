// HelmSourceMapper: the key of a values file, or else the line of a template, that a value in a
// chart's output was written in.
//
// Values that could be it are found by comparing; when that leaves a doubt, the chart is rendered
// again with the value in question replaced by a marker: if the finding's field changes, that was
// it. The number of renderings is bounded.
//
//   HelmSourceMapper mapper(chart, [&](const Chart& c) { return RenderChart(c, clock, stop); });
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/scan/rendered_inputs.h"
#include "cli/scan/source_search.h"

namespace keysteward::cli {

class HelmSourceMapper final : public SourceMapper {
 public:
  using Render = std::function<Result<std::string>(const Chart& chart)>;

  HelmSourceMapper(Chart chart, Render render);

  std::optional<SourcePlace> Locate(const RenderedFinding& finding) override;

 private:
  struct Values {
    std::unique_ptr<SourceFile> file;
    std::vector<std::string> prefix;  // names of the charts around it, outermost first
  };
  void AddChartValues(const std::string& folder, std::vector<std::string> prefix, int depth);
  std::vector<std::pair<SourceCandidate, const Values*>> Candidates(
      const SourceSearch& search) const;
  // Whether the field is another one when this value is.
  bool Decides(const SourceCandidate& candidate, const Values& values,
               const RenderedFinding& finding, const SourceSearch& search);
  std::optional<SourcePlace> InTemplate(const RenderedFinding& finding,
                                        const SourceSearch& search) const;

  const Chart chart_;
  const Render render_;
  std::vector<Values> values_;  // those that win first
  int renders_left_;
};

}  // namespace keysteward::cli
