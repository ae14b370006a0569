#include "operator/rotation/environment.h"

#include <gtest/gtest.h>

#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

TEST(Labels, AreDrawnFromInstallationUidGenerationAndAttempt) {
  OperatorRig rig;
  EXPECT_EQ(KeyLabel(rig.installation, "uid-1", 7, 2), "keysteward/inst1/uid-1/7-2");
  EXPECT_EQ(LabelPrefix(rig.installation, "uid-1"), "keysteward/inst1/uid-1/");
  EXPECT_EQ(KeyToken(rig.installation, "uid-1", 7, 2), "inst1-uid-1-7-2");
}

TEST(Digests, TellValuesApartAndDependOnTheInstallationsKey) {
  OperatorRig one;
  OperatorRig other;
  other.installation.digest_key = SecretBytes::CopyOf("another");
  const SecretBytes value = SecretBytes::CopyOf("fk_live_value");
  const std::string digest = DigestOf(one.installation, value);
  EXPECT_EQ(digest.size(), 16u);
  EXPECT_EQ(digest, DigestOf(one.installation, value));
  EXPECT_NE(digest, DigestOf(one.installation, SecretBytes::CopyOf("fk_live_valuf")));
  EXPECT_NE(digest, DigestOf(other.installation, value));
}

}  // namespace
}  // namespace keysteward::op
