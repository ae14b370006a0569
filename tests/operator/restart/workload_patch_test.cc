#include "operator/restart/workload_patch.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/v1alpha1/annotations.h"
#include "common/duration.h"
#include "operator/restart/restart_history.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using nlohmann::json;

const WallTime kNow = FakeClock().WallNow();

json AnnotationsOf(const json& patch) {
  return patch["spec"]["template"]["metadata"]["annotations"];
}

TEST(WorkloadPatch, CarriesEveryRevisionAnnotationAndNothingElse) {
  Workload workload = *RolledOut("api", 1).workload;
  workload.pod_template.metadata.annotations["revision.keysteward.dev/smtp"] = "7";
  workload.pod_template.metadata.annotations["prometheus.io/scrape"] = "true";
  EXPECT_EQ(
      AnnotationsOf(RestartPatch(workload, {{"stripe-live", 2}}, kNow)),
      json({{"revision.keysteward.dev/smtp", "7"}, {"revision.keysteward.dev/stripe-live", "2"}}));
}

TEST(WorkloadPatch, NotesTheRestartOnTheWorkloadItselfNotOnItsTemplate) {
  Workload workload = *RolledOut("api", 1).workload;
  workload.metadata.annotations[api::v1alpha1::kRestartsAnnotation] =
      NoteRestart({}, kNow - std::chrono::minutes(5));
  const json patch = RestartPatch(workload, {{"stripe-live", 2}}, kNow);
  EXPECT_EQ(patch["metadata"]["annotations"],
            json({{"keysteward.dev/restarts",
                   FormatTime(kNow - std::chrono::minutes(5)) + "," + FormatTime(kNow)}}));
  EXPECT_FALSE(AnnotationsOf(patch).contains(api::v1alpha1::kRestartsAnnotation));
}

TEST(WorkloadPatch, NeverLowersARevision) {
  const Workload workload = *RolledOut("api", 5).workload;
  EXPECT_EQ(AnnotationsOf(RestartPatch(workload, {{"stripe-live", 2}}, kNow)),
            json({{"revision.keysteward.dev/stripe-live", "5"}}));
}

TEST(WorkloadPatch, IsGuardedByUidAndResourceVersion) {
  const json patch = RestartPatch(*RolledOut("api", 1).workload, {{"stripe-live", 2}}, kNow);
  EXPECT_EQ(patch["metadata"]["uid"], "uid-api");
  EXPECT_EQ(patch["metadata"]["resourceVersion"], "1");
  EXPECT_EQ(patch["spec"].size(), 1u);
}

TEST(WorkloadPatch, FindsTheResourceOfEachKind) {
  EXPECT_EQ(WorkloadResource("Deployment").plural, "deployments");
  EXPECT_EQ(WorkloadResource("StatefulSet").plural, "statefulsets");
  EXPECT_EQ(WorkloadResource("DaemonSet").plural, "daemonsets");
}

}  // namespace
}  // namespace keysteward::op
