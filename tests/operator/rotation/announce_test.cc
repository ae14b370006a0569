#include "operator/rotation/announce.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/builders/managed_credential_builder.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using testing::ElementsAre;

TEST(Announcements, SayWhatEvidenceMeansAndKeepSilentOnTheRest) {
  const auto reason = [](const std::string& type, const nlohmann::json& data) {
    const auto told = AnnouncementOf({type, data});
    return told ? told->reason + ": " + told->note : std::string();
  };
  EXPECT_EQ(reason("KeyIssued", {{"keyId", "key_2"}}), "KeyIssued: the provider made key key_2");
  EXPECT_EQ(reason("Delivered", {{"keyId", "key_2"}, {"revision", 3}}),
            "Delivered: key key_2 is delivered as revision 3");
  EXPECT_EQ(reason("OldKeyRefused", {{"keyId", "key_1"}}),
            "OldKeyRevoked: the provider refuses key key_1");
  EXPECT_EQ(reason("RolledBack", {{"reason", "CrashLooping"}}),
            "RolledBack: the rotation goes back: CrashLooping");
  EXPECT_EQ(reason("Blocked", {{"reason", "BarePod"}}), "Blocked: the rotation waits: BarePod");
  EXPECT_EQ(reason("Blocked", {{"reason", "ProviderUnavailable"}}),
            "ProviderUnavailable: the rotation waits: ProviderUnavailable");
  for (const char* silent : {"IntentRecorded", "ValueStaged", "OverlapEnded", "Completed"}) {
    EXPECT_EQ(reason(silent, nlohmann::json::object()), "") << silent;
  }
}

TEST(Announce, ARestartIsToldOnTheWorkloadAndOnTheCredential) {
  OperatorRig rig;
  const auto credential = builders::ManagedCredentialBuilder("stripe-live").Build();
  AnnounceRestart(rig.env, credential, *RolledOut("api", 2).workload);
  EXPECT_THAT(rig.EventReasons(), ElementsAre("ConsumerRestarted", "ConsumerRestarted"));
  EXPECT_EQ(rig.events[0].regarding.kind, "Deployment");
  EXPECT_EQ(rig.events[0].regarding.name, "api");
  EXPECT_EQ(rig.events[1].regarding.kind, "ManagedCredential");
  EXPECT_EQ(rig.events[1].regarding.name, "stripe-live");
  EXPECT_EQ(rig.events[0].note, rig.events[1].note);
}

}  // namespace
}  // namespace keysteward::op
