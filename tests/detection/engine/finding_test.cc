#include "detection/engine/finding.h"

#include <gtest/gtest.h>

#include <set>

namespace keysteward::detection {
namespace {

const ObjectIdentity kApi{"apps/v1", "Deployment", "shop", "api"};

// Exceptions and baselines hold fingerprints: they may never change.
TEST(Fingerprint, StaysWhatItIs) {
  EXPECT_EQ(Fingerprint(kApi, "stripe-secret-key", "spec.template.spec.containers[0].env[0].value"),
            "cbd7cf218c1b9e5f");
  EXPECT_EQ(Fingerprint({}, "", ""), "8855508aade16ec5");
}

TEST(Fingerprint, IsSixteenHexDigits) {
  const std::string print = Fingerprint(kApi, "r", "p");
  EXPECT_EQ(print.size(), 16u);
  EXPECT_EQ(print.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(Fingerprint, DiffersByEveryPartOfThePlace) {
  std::set<std::string> prints;
  prints.insert(Fingerprint(kApi, "r", "p"));
  prints.insert(Fingerprint(kApi, "r2", "p"));
  prints.insert(Fingerprint(kApi, "r", "p2"));
  prints.insert(Fingerprint({"batch/v1", "Deployment", "shop", "api"}, "r", "p"));
  prints.insert(Fingerprint({"apps/v1", "StatefulSet", "shop", "api"}, "r", "p"));
  prints.insert(Fingerprint({"apps/v1", "Deployment", "other", "api"}, "r", "p"));
  prints.insert(Fingerprint({"apps/v1", "Deployment", "shop", "web"}, "r", "p"));
  EXPECT_EQ(prints.size(), 7u);
}

TEST(Fingerprint, OutlivesANewVersionOfTheApi) {
  EXPECT_EQ(Fingerprint({"apps/v1beta1", "Deployment", "shop", "api"}, "r", "p"),
            Fingerprint(kApi, "r", "p"));
}

TEST(Fingerprint, KeepsItsPartsApart) {
  EXPECT_NE(Fingerprint({"v1", "Pod", "ab", "c"}, "r", "p"),
            Fingerprint({"v1", "Pod", "a", "bc"}, "r", "p"));
  EXPECT_NE(Fingerprint({}, "ab", ""), Fingerprint({}, "a", "b"));
}

TEST(LengthClassName, HasAWordForEach) {
  EXPECT_EQ(LengthClassName(LengthClass::kShort), "short");
  EXPECT_EQ(LengthClassName(LengthClass::kMedium), "medium");
  EXPECT_EQ(LengthClassName(LengthClass::kLong), "long");
}

}  // namespace
}  // namespace keysteward::detection
