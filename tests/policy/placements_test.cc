#include <gtest/gtest.h>

#include "common/duration.h"
#include "detection/reader/manifest_reader.h"
#include "policy/judge.h"
#include "tests/detection/samples.h"

namespace keysteward::policy {
namespace {

using detection::MakeSample;

// A place where Kubernetes objects keep values; NAME and VALUE are filled in.
struct PlaceCase {
  const char* label;
  const char* yaml;
};

constexpr PlaceCase kPlaces[] = {
    {"EnvBlock",
     "kind: Pod\nspec:\n  containers:\n  - env:\n    - name: NAME\n      value: \"VALUE\"\n"},
    {"EnvFlow", "{kind: Pod, spec: {containers: [{env: [{value: \"VALUE\", name: NAME}]}]}}"},
    {"EnvJson",
     R"({"kind":"Pod","spec":{"containers":[{"env":[{"name":"NAME","value":"VALUE"}]}]}})"},
    {"InitContainer",
     "{kind: Pod, spec: {initContainers: [{env: [{name: NAME, value: \"VALUE\"}]}]}}"},
    {"CronJob",
     "{kind: CronJob, spec: {jobTemplate: {spec: {template: {spec: {containers: [{env: [{name: "
     "NAME, value: \"VALUE\"}]}]}}}}}}"},
    {"ArgEquals", "{kind: Pod, spec: {containers: [{args: [\"--NAME=VALUE\"]}]}}"},
    {"ArgSplit", "{kind: Pod, spec: {containers: [{args: [serve, \"--NAME\", \"VALUE\"]}]}}"},
    {"ShellExport",
     "{kind: Pod, spec: {containers: [{command: [sh, -c, \"export NAME=VALUE; run\"]}]}}"},
    {"ShellQuoted", "{kind: Pod, spec: {containers: [{command: [sh, -c, \"NAME='VALUE' run\"]}]}}"},
    {"ShellFlag",
     "{kind: Pod, spec: {containers: [{command: [sh, -c, \"run --NAME VALUE --on\"]}]}}"},
    {"ProbeHeader",
     "{kind: Pod, spec: {containers: [{livenessProbe: {httpGet: {httpHeaders: [{name: "
     "NAME, value: \"VALUE\"}]}}}]}}"},
    {"ConfigMapKey", "kind: ConfigMap\ndata:\n  NAME: \"VALUE\"\n"},
    {"ConfigMapEnvFile", "kind: ConfigMap\ndata:\n  .env: |\n    A=b\n    NAME=VALUE\n"},
    {"ConfigMapProperties",
     "kind: ConfigMap\ndata:\n  app.properties: |\n    a.b = c\n    x.NAME = VALUE\n"},
    {"ConfigMapYaml",
     "kind: ConfigMap\ndata:\n  app.yaml: |\n    a: b\n    c:\n      NAME: \"VALUE\"\n"},
    {"ConfigMapJson", "kind: ConfigMap\ndata:\n  app.json: '{\"a\": {\"NAME\": \"VALUE\"}}'\n"},
    {"ConfigMapIni", "kind: ConfigMap\ndata:\n  app.ini: |\n    [main]\n    NAME=VALUE\n"},
    {"ConfigMapXml", "kind: ConfigMap\ndata:\n  app.xml: |\n    <a><NAME>VALUE</NAME></a>\n"},
    {"Annotation", "{kind: Service, metadata: {annotations: {example.com/NAME: \"VALUE\"}}}"},
    {"LastApplied",
     "{kind: Pod, metadata: {annotations: "
     "{kubectl.kubernetes.io/last-applied-configuration: "
     "'{\"spec\":{\"env\":[{\"name\":\"NAME\",\"value\":\"VALUE\"}]}}'}}}"},
    {"ArgoParameter",
     "{kind: Application, spec: {source: {helm: {parameters: [{name: auth.NAME, value: "
     "\"VALUE\"}]}}}}"},
    {"ArgoValues",
     "kind: Application\nspec:\n  source:\n    helm:\n      values: |\n        a: b\n        "
     "NAME: VALUE\n"},
    {"FluxValues", "{kind: HelmRelease, spec: {values: {auth: {NAME: \"VALUE\"}}}}"},
    {"TektonParameter", "{kind: PipelineRun, spec: {params: [{name: NAME, value: \"VALUE\"}]}}"},
    {"CustomField", "{kind: Widget, spec: {NAME: \"VALUE\"}}"},
    {"MapEnvironment", "{kind: Function, spec: {environment: {NAME: \"VALUE\"}}}"},
    {"ConnectionString",
     "{kind: Pod, spec: {containers: [{env: [{name: CONN, value: "
     "\"Server=db;User=app;NAME=VALUE;Timeout=3\"}]}]}}"},
    {"QueryString",
     "{kind: Pod, spec: {containers: [{env: [{name: HOOK, value: "
     "\"https://api.example.com/v1?NAME=VALUE&x=1\"}]}]}}"},
};

class OwnedSecrets final : public SecretLookup {
 public:
  SecretState Find(std::string_view, std::string_view) const override {
    return {SecretState::Presence::kFound, true, {}};
  }
};

class Placements : public testing::TestWithParam<PlaceCase> {
 protected:
  static void SetUpTestSuite() {
    auto engine = detection::Engine::CreateDefault();
    ASSERT_TRUE(engine) << engine.error().ToString();
    engine_ = engine->release();
  }
  static void TearDownTestSuite() { delete engine_; }

  Action Judge(const std::string& name, const std::string& value) {
    std::string yaml = GetParam().yaml;
    for (const auto& [word, text] : {std::pair(std::string("NAME"), name), {"VALUE", value}}) {
      for (size_t at = yaml.find(word); at != std::string::npos;
           at = yaml.find(word, at + text.size())) {
        yaml.replace(at, word.size(), text);
      }
    }
    detection::ManifestReader reader;
    const auto file = reader.Read(yaml);
    EXPECT_TRUE(file) << file.error().ToString() << yaml;
    const auto scratch = engine_->NewScratch();
    Review review;
    review.object = file->documents[0].root;
    return policy::Judge(review, {*engine_, *scratch, snapshot_, secrets_,
                                  ParseTime("2026-11-26T12:00:00Z").value()})
        .action;
  }
  template <typename MakeValue>
  double Share(const std::vector<std::string>& names, Action least, MakeValue make) {
    int hits = 0;
    int all = 0;
    for (const std::string& name : names) {
      for (uint64_t seed = 1; seed <= 12; ++seed, ++all) hits += Judge(name, make(seed)) >= least;
    }
    return static_cast<double>(hits) / all;
  }

  static detection::Engine* engine_;
  PolicySnapshot snapshot_;
  OwnedSecrets secrets_;
  const std::vector<std::string> names_ = {"API_KEY", "dbPassword", "auth-token", "client_secret"};
};
detection::Engine* Placements::engine_ = nullptr;

TEST_P(Placements, OfProviderKeysAreDenied) {
  const double share = Share({"NOTE", "API_KEY"}, Action::kDeny, [](uint64_t seed) {
    constexpr const char* kFormats[] = {"sk_live_{alnum:24}", "ghp_{alnum:30}{crc32}",
                                        "SG.{alnum:22}.{alnum:43}", "AKIA{base32:16}"};
    return MakeSample(kFormats[seed % 4], seed);
  });
  EXPECT_GE(share, 0.97);
}

TEST_P(Placements, OfRandomValuesUnderTellingNamesAreDenied) {
  const double share =
      Share(names_, Action::kDeny, [](uint64_t seed) { return MakeSample("{alnum:32}", seed); });
  EXPECT_GE(share, 0.97);
}

TEST_P(Placements, OfPasswordsAreFound) {
  const double share =
      Share({"DB_PASSWORD", "password", "adminPassword"}, Action::kWarn, [](uint64_t seed) {
        constexpr const char* kPasswords[] = {"hunter2-prod",       "Summer{digit:4}!",
                                              "welcome{digit:3}",   "orange-{lower:5}-{digit:2}",
                                              "Tr0ub4dor{digit:1}", "letmein{digit:2}"};
        return MakeSample(kPasswords[seed % 6], seed);
      });
  EXPECT_GE(share, 0.9);
}

TEST_P(Placements, OfInnocentTwinsAreNotDenied) {
  const double share = Share(names_, Action::kDeny, [](uint64_t seed) -> std::string {
    constexpr const char* kTwins[] = {"$(API_KEY)",
                                      "${DB_PASSWORD}",
                                      "CHANGEME",
                                      "xxxxxxxxxxxxxxxx",
                                      "/run/secrets/key",
                                      "your-key-here",
                                      "vault:secret/data/db#password",
                                      "REDACTED",
                                      "***",
                                      "arn:aws:secretsmanager:eu-west-1:1:secret:x",
                                      "replace-me",
                                      ""};
    return kTwins[seed - 1];
  });
  EXPECT_EQ(share, 0.0);
}

TEST_P(Placements, OfRandomTextUnderDullNamesAreNotDenied) {
  const double share =
      Share({"COMMIT", "TRACE", "BUILD_LABEL", "TOKEN_TTL", "SECRET_NAME"}, Action::kDeny,
            [](uint64_t seed) { return MakeSample("{hex:40}", seed); });
  EXPECT_EQ(share, 0.0);
}

INSTANTIATE_TEST_SUITE_P(Places, Placements, testing::ValuesIn(kPlaces),
                         [](const auto& p) { return std::string(p.param.label); });

}  // namespace
}  // namespace keysteward::policy
