#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/duration.h"
#include "detection/reader/manifest_reader.h"
#include "policy/judge.h"
#include "tests/detection/samples.h"
#include "tests/source_dir.h"

namespace keysteward::policy {
namespace {

namespace fs = std::filesystem;

// Every Secret has an owner and an end, so that only literals are judged.
class GoodSecrets final : public SecretLookup {
 public:
  SecretState Find(std::string_view, std::string_view) const override {
    return {SecretState::Presence::kFound, true, {}};
  }
};

std::vector<fs::path> Files(const char* folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(KEYSTEWARD_SOURCE_DIR) / folder)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Instantiated with and without Vectorscan.
class Manifests : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    auto engine = detection::Engine::CreateDefault({.portable = GetParam()});
    ASSERT_TRUE(engine) << engine.error().ToString();
    engine_ = *std::move(engine);
    scratch_ = engine_->NewScratch();
  }

  std::vector<Judgement> JudgeFile(const fs::path& path, uint64_t seed) {
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    const std::string rendered = detection::RenderSamples(text.str(), seed);
    auto file = reader_.Read(rendered);
    EXPECT_TRUE(file) << path << " " << file.error().ToString();
    std::vector<Judgement> all;
    if (!file) return all;
    if (file->is_template) Append(JudgeText(rendered, Context()), all);
    for (const detection::Document& document : file->documents) {
      for (const detection::Node* object : detection::ObjectsOf(*document.root)) {
        Review review;
        review.object = object;
        review.identity = detection::IdentityOf(*object);
        Append(Judge(review, Context()), all);
      }
    }
    return all;
  }

  JudgeContext Context() {
    return {*engine_, *scratch_, snapshot_, secrets_, ParseTime("2026-11-26T12:00:00Z").value()};
  }
  static void Append(Verdict verdict, std::vector<Judgement>& all) {
    for (Judgement& judgement : verdict.judgements) all.push_back(std::move(judgement));
  }

  std::unique_ptr<detection::Engine> engine_;
  std::unique_ptr<detection::Scratch> scratch_;
  detection::ManifestReader reader_;
  PolicySnapshot snapshot_;
  GoodSecrets secrets_;
};

TEST_P(Manifests, WithLiteralKeysAreDenied) {
  const std::vector<fs::path> files = Files("tests/data/deny");
  EXPECT_GE(files.size(), 40u);
  for (const fs::path& path : files) {
    for (uint64_t seed = 1; seed <= 10; ++seed) {
      const std::vector<Judgement> found = JudgeFile(path, seed * 100);
      const bool denied = std::any_of(found.begin(), found.end(),
                                      [](const Judgement& j) { return j.action == Action::kDeny; });
      std::string seen;
      for (const Judgement& j : found) seen += "\n  " + j.message;
      EXPECT_TRUE(denied) << path.filename() << " with seed " << seed << seen;
    }
  }
}

TEST_P(Manifests, OfEverydayUseAreClean) {
  const std::vector<fs::path> files = Files("tests/data/clean");
  EXPECT_GE(files.size(), 60u);
  for (const fs::path& path : files) {
    for (uint64_t seed = 1; seed <= 5; ++seed) {
      for (const Judgement& judgement : JudgeFile(path, seed * 100)) {
        EXPECT_LT(judgement.action, Action::kWarn)
            << path.filename() << " with seed " << seed << ": " << judgement.message;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(BothPrefilters, Manifests, testing::Values(false, true),
                         [](const auto& p) { return p.param ? "Portable" : "Vectorscan"; });

}  // namespace
}  // namespace keysteward::policy
