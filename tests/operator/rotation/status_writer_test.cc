#include "operator/rotation/status_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/operator/rotation/state_samples.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::ManagedCredential;
using testing::HasSubstr;

class StatusWriterTest : public testing::Test {
 protected:
  nlohmann::json Stored() {
    return *rig.server.Get(api::KindOf<ManagedCredential>::resource, {"payments", "stripe-live"},
                           {});
  }

  OperatorRig rig;
  ManagedCredential before = rig.Store(Observed().Build().credential);
};

TEST_F(StatusWriterTest, WritesNothingWhenNothingChanged) {
  ManagedCredential after = before;
  rig.server.ForgetCalls();
  EXPECT_TRUE(WriteStatus(rig.server, before, after, {}));
  EXPECT_TRUE(rig.server.Calls().empty());
}

TEST_F(StatusWriterTest, AfterAWriteTheNextOneMayFollow) {
  ManagedCredential after = before;
  after.status.revision = 8;
  ASSERT_TRUE(WriteStatus(rig.server, before, after, {}));
  EXPECT_NE(after.metadata.resource_version, before.metadata.resource_version);
  ManagedCredential next = after;
  next.status.revision = 9;
  EXPECT_TRUE(WriteStatus(rig.server, after, next, {}));
}

TEST_F(StatusWriterTest, I8_ADecisionOnAnOlderObjectIsAConflict) {
  ManagedCredential first = before;
  first.status.revision = 8;
  ASSERT_TRUE(WriteStatus(rig.server, before, first, {}));
  ManagedCredential late = before;
  late.status.revision = 9;
  const auto written = WriteStatus(rig.server, before, late, {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kConflict);
  EXPECT_THAT(written.error().message, HasSubstr("write status of payments/stripe-live"));
}

TEST_F(StatusWriterTest, AnObjectThatWasReplacedIsNotWritten) {
  ManagedCredential after = before;
  after.metadata.uid = "another";
  after.status.revision = 8;
  EXPECT_FALSE(WriteStatus(rig.server, before, after, {}));
}

TEST_F(StatusWriterTest, FieldsOfANewerOperatorStay) {
  ASSERT_TRUE(rig.server.Patch(api::KindOf<ManagedCredential>::resource,
                               {"payments", "stripe-live"}, kube::PatchType::kMerge,
                               {{"status", {{"attested", "yes"}}}}, {.subresource = "status"}, {}));
  ManagedCredential fresh = *rig.Read<ManagedCredential>({"payments", "stripe-live"});
  ManagedCredential after = fresh;
  after.status.revision = 8;
  ASSERT_TRUE(WriteStatus(rig.server, fresh, after, {}));
  EXPECT_EQ(Stored()["status"]["attested"], "yes");
  EXPECT_EQ(Stored()["status"]["revision"], 8);
}

}  // namespace
}  // namespace keysteward::op
