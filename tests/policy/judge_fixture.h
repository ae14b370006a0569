// Judge with the default engine, a fixed time, and Secrets, policies and live keys that a test
// sets.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/duration.h"
#include "detection/reader/manifest_reader.h"
#include "policy/judge.h"

namespace keysteward::policy {

class FakeSecrets final : public SecretLookup {
 public:
  SecretState Find(std::string_view namespace_name, std::string_view name) const override {
    const auto found = secrets.find(std::string(namespace_name) + "/" + std::string(name));
    if (found != secrets.end()) return found->second;
    return {SecretState::Presence::kMissing, false, {}};
  }
  std::map<std::string, SecretState> secrets;
};

class JudgeTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto engine = detection::Engine::CreateDefault();
    ASSERT_TRUE(engine) << engine.error().ToString();
    engine_ = engine->release();
  }
  static void TearDownTestSuite() { delete engine_; }

  void SetUp() override { scratch_ = engine_->NewScratch(); }

  const detection::Node* Read(const std::string& yaml) {
    auto file = reader_.Read(yaml);
    EXPECT_TRUE(file) << file.error().ToString();
    files_.push_back(*std::move(file));
    return files_.back().documents.front().root;
  }

  Review Create(const std::string& yaml) {
    Review review;
    review.object = Read(yaml);
    review.identity = detection::IdentityOf(*review.object);
    review.identity.namespace_name = "payments";
    return review;
  }
  Review Update(const std::string& before, const std::string& after) {
    Review review = Create(after);
    review.old_object = Read(before);
    review.operation = Operation::kUpdate;
    return review;
  }
  Verdict Run(const Review& review) {
    return Judge(review, {*engine_, *scratch_, snapshot_, secrets_, now_, tripwire_.get()});
  }

  // The tripwire of an installation with one live key.
  void DeliverKey(std::string_view value) {
    const std::vector<std::string> marks = {detection::MakeMark("digest key", value)};
    tripwire_ = std::make_unique<detection::Tripwire>(SecretBytes::CopyOf("digest key"), marks);
  }

  static std::string PodWithEnv(const std::string& name, const std::string& value) {
    return "apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec:\n  containers:\n  - name: app\n"
           "    env:\n    - name: " +
           name + "\n      value: \"" + value + "\"\n";
  }
  static std::string PodWithSecret(const std::string& more = "") {
    return "apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec:\n  containers:\n  - name: app\n"
           "    env:\n    - name: KEY\n      valueFrom: {secretKeyRef: {name: stripe, key: k" +
           more + "}}\n";
  }
  void AddSecret(std::map<std::string, std::string> annotations) {
    secrets_.secrets["payments/stripe"] = {SecretState::Presence::kFound, false,
                                           std::move(annotations)};
  }
  static detection::Engine* engine_;
  std::unique_ptr<detection::Scratch> scratch_;
  detection::ManifestReader reader_;
  std::deque<detection::ManifestFile> files_;
  std::unique_ptr<detection::Tripwire> tripwire_;
  PolicySnapshot snapshot_;
  FakeSecrets secrets_;
  WallTime now_ = ParseTime("2026-11-26T12:00:00Z").value();
};
inline detection::Engine* JudgeTest::engine_ = nullptr;

}  // namespace keysteward::policy
