// EngineTest: an engine of either prefilter, and what it finds in a YAML document.
//
//   EXPECT_THAT(Places("token: " + random_), ElementsAre("named-credential@token 1:8"));
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "detection/engine/engine.h"
#include "detection/reader/manifest_reader.h"
#include "tests/detection/samples.h"

namespace keysteward::detection {

// The parameter: whether the prefilter is the portable one.
class EngineTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    auto engine = Engine::CreateDefault({.portable = GetParam()});
    ASSERT_TRUE(engine) << engine.error().ToString();
    engine_ = *std::move(engine);
    scratch_ = engine_->NewScratch();
  }
  std::vector<Finding> Scan(const std::string& yaml) {
    const auto file = reader_.Read(yaml);
    EXPECT_TRUE(file) << file.error().ToString();
    if (!file) return {};
    return engine_->Scan(*file->documents[0].root, *scratch_).findings;
  }
  // "rule@path line:column" of every finding above Low.
  std::vector<std::string> Places(const std::string& yaml) {
    std::vector<std::string> out;
    for (const Finding& f : Scan(yaml)) {
      if (f.confidence == Confidence::kLow) continue;
      out.push_back(f.rule + "@" + f.path + " " + std::to_string(f.position.line) + ":" +
                    std::to_string(f.position.column));
    }
    return out;
  }

  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Scratch> scratch_;
  ManifestReader reader_;
  const std::string key_ = MakeSample("sk_live_{alnum:24}");
  const std::string random_ = MakeSample("{alnum:32}", 5);
};

inline std::string PrefilterName(const testing::TestParamInfo<bool>& info) {
  return info.param ? "Portable" : "Vectorscan";
}

}  // namespace keysteward::detection
