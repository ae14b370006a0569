#include "operator/reconcilers/credential_metrics.h"

#include <gtest/gtest.h>

#include "observability/metric_names.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_metrics.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::ManagedCredential;
using api::v1alpha1::PreviousState;
using builders::ManagedCredentialBuilder;
using namespace std::chrono_literals;  // NOLINT: test durations

const WallTime kNow = FakeClock().WallNow();

ManagedCredential Issued(WallTime at) {
  ManagedCredential credential =
      ManagedCredentialBuilder("stripe-live").WithCurrentKey(1, "key_1").Build();
  credential.status.current->issued_at = at;
  return credential;
}

class MetricsOfCredential : public testing::Test {
 protected:
  const Labels labels{{"namespace", "payments"}, {"name", "stripe-live"}};
  Labels Joined(const std::string& team) {
    Labels joined = labels;
    joined["team"] = team;
    joined["criticality"] = "Medium";
    joined["issuer"] = "stripe";
    return joined;
  }
  FakeMetrics metrics;
  CredentialMetrics reported{metrics};
  ManagedCredential credential = Issued(kNow - 1h);
};

TEST_F(MetricsOfCredential, InfoFollowsItsLabelsWithoutLeavingTheOldOnes) {
  reported.Report(credential, kNow);
  EXPECT_EQ(metrics.Value(kCredentialInfo, Joined("payments")), 1);
  credential.spec.owner.team = "billing";
  reported.Report(credential, kNow);
  EXPECT_FALSE(metrics.Has(kCredentialInfo, Joined("payments")));
  EXPECT_EQ(metrics.Value(kCredentialInfo, Joined("billing")), 1);
}

TEST_F(MetricsOfCredential, APreviousKeyIsCountedWhileItLives) {
  reported.Report(credential, kNow);
  EXPECT_EQ(metrics.Value(kPreviousKeyAlive, labels), 0);
  credential.status.previous = api::v1alpha1::PreviousKeyStatus{.key_id = "key_0"};
  reported.Report(credential, kNow);
  EXPECT_EQ(metrics.Value(kPreviousKeyAlive, labels), 3600);
  reported.Report(credential, kNow - 24h);
  EXPECT_EQ(metrics.Value(kPreviousKeyAlive, labels), 0) << "a clock set back";
  for (const PreviousState dead : {PreviousState::kRevoked, PreviousState::kRetired}) {
    credential.status.previous->state = dead;
    reported.Report(credential, kNow);
    EXPECT_EQ(metrics.Value(kPreviousKeyAlive, labels), 0);
  }
}

TEST_F(MetricsOfCredential, ATimeThatIsNoMoreLosesItsSeries) {
  credential.status.next_rotation_time = kNow;
  reported.Report(credential, kNow);
  EXPECT_TRUE(metrics.Has(kCredentialNextRotation, labels));
  credential.status.next_rotation_time.reset();
  reported.Report(credential, kNow);
  EXPECT_FALSE(metrics.Has(kCredentialNextRotation, labels));
}

TEST_F(MetricsOfCredential, ACredentialThatIsGoneLeavesNoSeries) {
  credential.status.expires_at = kNow;
  reported.Report(credential, kNow);
  reported.Forget(credential.metadata.key());
  EXPECT_EQ(metrics.Render(), "");
}

}  // namespace
}  // namespace keysteward::op
