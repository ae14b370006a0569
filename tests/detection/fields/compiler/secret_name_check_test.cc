#include "detection/fields/compiler/secret_name_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace keysteward::detection {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

std::vector<std::string> Check(const std::string& members,
                               const std::vector<FieldReview::Row>& reasons = {}) {
  const auto types = ReadKubernetesTypes("t.yaml", "kinds: {v1 Pod: a.v1.A}\ntypes:\n" + members);
  if (!types) return {types.error().message};
  return CheckSecretNames(*types, reasons);
}

const std::string kSelf = "  a.v1.A: {spec: a.v1.B}\n";

TEST(CheckSecretNames, AsksForPathsAndDescriptionsThatSaySecret) {
  EXPECT_THAT(Check(kSelf + "  a.v1.B: {name: string}\n"), IsEmpty());
  EXPECT_THAT(Check(kSelf + "  a.v1.B: {theSecret: string}\n"),
              ElementsAre(StartsWith("v1 Pod spec.theSecret: can hold")));
  EXPECT_THAT(Check(kSelf + "  a.v1.B: {name: 'string, secret'}\n"),
              ElementsAre(StartsWith("v1 Pod spec.name: can hold")));
  EXPECT_THAT(Check("  a.v1.A: {spec: 'a.v1.B, secret'}\n  a.v1.B: {name: map list string}\n"),
              ElementsAre(StartsWith("v1 Pod spec.name.*[]: can hold")))
      << "what is said of the reference counts for its parts";
}

TEST(CheckSecretNames, AsksForTextsAlone) {
  EXPECT_THAT(
      Check(kSelf + "  a.v1.B: {secretMode: string enum, secretBytes: string byte, secretCount: "
                    "integer, secretThing: any}\n"),
      IsEmpty());
}

TEST(CheckSecretNames, EndsInTypesThatHoldThemselves) {
  EXPECT_THAT(Check(kSelf + "  a.v1.B: {inner: list a.v1.B, secretName: string}\n"),
              ElementsAre(StartsWith("v1 Pod spec.secretName: can hold")));
}

TEST(CheckSecretNames, TakesWhatTheExtractorFinds) {
  const std::string env =
      "  a.v1.A: {env: list a.v1.E, envFrom: list a.v1.F}\n"
      "  a.v1.E: {valueFrom: a.v1.S}\n  a.v1.S: {secretKeyRef: a.v1.N}\n"
      "  a.v1.F: {secretRef: a.v1.N}\n";
  EXPECT_THAT(Check(env + "  a.v1.N: {name: string}\n"), IsEmpty());
  EXPECT_THAT(Check(env + "  a.v1.N: {called: string}\n"), testing::SizeIs(1))
      << "once for a member";
}

TEST(CheckSecretNames, TakesAReasonForAnythingOnTheWay) {
  const std::string types = kSelf + "  a.v1.B: {secret: a.v1.C}\n  a.v1.C: {name: string}\n";
  EXPECT_THAT(Check(types, {{"a.v1.B.secret", {}, "r:1"}}), IsEmpty());
  EXPECT_THAT(Check(types, {{"*.name", {}, "r:1"}}), IsEmpty());
  EXPECT_THAT(Check(types, {{"a.v1.A.spec", {}, "r:1"}, {"a.v1.D.*", {}, "r:2"}}),
              ElementsAre(StartsWith("r:2: a.v1.D.* explains no leaf")));
}

}  // namespace
}  // namespace keysteward::detection
