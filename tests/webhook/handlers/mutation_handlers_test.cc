#include "webhook/handlers/mutation_handlers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/builders/credential_rotation_builder.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/webhook/known_cluster.h"
#include "tests/webhook/review_builder.h"

namespace keysteward::webhook {
namespace {

using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using nlohmann::json;

constexpr const char* kOperator = "system:serviceaccount:keysteward-system:keysteward-operator";

json PatchOf(AdmissionHandler& handler, const ReviewBuilder& builder) {
  const AdmissionReview review = builder.Decode();
  const Result<AdmissionResponse> response = handler.Handle(review.request);
  EXPECT_TRUE(response && response->allowed);
  return !response || response->patch.empty() ? json::array() : json::parse(response->patch);
}

class PodsHandlerTest : public testing::Test {
 protected:
  static json Asking(const std::string& name) {
    json pod = PodWith();
    pod["metadata"]["annotations"]["keysteward.dev/inject"] = name;
    return pod;
  }
  KnownCluster cluster_;
  PodsHandler handler_{cluster_.view};
};

TEST_F(PodsHandlerTest, InjectionAndStampComeInOnePatchThatIsStable) {
  cluster_.Put(cluster_.credentials,
               ManagedCredentialBuilder("smtp").WithCurrentKey(3, "key_3").Build());
  const json pod = Asking("smtp");
  const json changed = pod.patch(PatchOf(handler_, ReviewBuilder(pod)));
  EXPECT_EQ(changed["metadata"]["annotations"]["revision.keysteward.dev/smtp"], "3");
  EXPECT_EQ(changed["spec"]["containers"][0]["env"][0]["valueFrom"]["secretKeyRef"]["name"],
            "smtp");
  EXPECT_TRUE(PatchOf(handler_, ReviewBuilder(changed)).empty());
}

TEST_F(PodsHandlerTest, OnlyPathsOfOursAreTouched) {
  cluster_.Put(cluster_.credentials,
               ManagedCredentialBuilder("smtp").WithCurrentKey(3, "key_3").Build());
  json pod = Asking("smtp");
  pod["spec"]["someFutureField"] = {{"a~/b", json::array({1.5, nullptr})}};
  for (const json& operation : PatchOf(handler_, ReviewBuilder(pod))) {
    EXPECT_EQ(operation["op"], "add");
    const std::string path = operation["path"];
    EXPECT_TRUE(path.starts_with("/spec/containers/0/env") ||
                path.starts_with("/metadata/annotations/revision.keysteward.dev~1"))
        << path;
  }
}

// Found by fuzzing: the stamp went into annotations that are null, which no patch can.
TEST_F(PodsHandlerTest, AnnotationsThatAreNullAreMade) {
  cluster_.Put(cluster_.credentials,
               ManagedCredentialBuilder("smtp").WithCurrentKey(3, "key_3").Build());
  json pod = PodWith(
      {{{"name", "A"}, {"valueFrom", {{"secretKeyRef", {{"name", "smtp"}, {"key", "smtp"}}}}}}});
  pod["metadata"]["annotations"] = nullptr;
  const json patch = PatchOf(handler_, ReviewBuilder(pod));
  // The parser's own patch adds to null as well, the API server does not.
  EXPECT_EQ(patch,
            json({{{"op", "add"}, {"path", "/metadata/annotations"}, {"value", json::object()}},
                  {{"op", "add"},
                   {"path", "/metadata/annotations/revision.keysteward.dev~1smtp"},
                   {"value", "3"}}}));
  EXPECT_TRUE(PatchOf(handler_, ReviewBuilder(pod.patch(patch))).empty());
}

TEST_F(PodsHandlerTest, AWrongRequestIsLeftToTheValidatingSide) {
  cluster_.Put(cluster_.credentials,
               ManagedCredentialBuilder("smtp").WithCurrentKey(3, "key_3").Build());
  EXPECT_TRUE(PatchOf(handler_, ReviewBuilder(Asking("smtp,gone"))).empty());
}

TEST_F(PodsHandlerTest, UpdatesAndDeletionsAreLeftAlone) {
  cluster_.Put(cluster_.credentials, ManagedCredentialBuilder("smtp").Build());
  EXPECT_TRUE(PatchOf(handler_, ReviewBuilder(Asking("smtp")).From(PodWith())).empty());
  EXPECT_TRUE(PatchOf(handler_, ReviewBuilder(Asking("smtp")).Delete()).empty());
}

TEST(WorkloadsHandlerTest, AFullReplaceKeepsOurTemplateAnnotations) {
  json before = DeploymentWith();
  before["spec"]["template"]["metadata"]["annotations"] = {
      {"revision.keysteward.dev/smtp", "4"},
      {"revision.keysteward.dev/stripe-live", "9"},
      {"prometheus.io/scrape", "true"}};
  WorkloadsHandler handler;
  const json after = DeploymentWith();
  const json changed = after.patch(PatchOf(handler, ReviewBuilder(after).From(before)));
  EXPECT_EQ(
      changed["spec"]["template"]["metadata"]["annotations"],
      json({{"revision.keysteward.dev/smtp", "4"}, {"revision.keysteward.dev/stripe-live", "9"}}));
  EXPECT_TRUE(PatchOf(handler, ReviewBuilder(changed).From(before)).empty());
}

TEST(WorkloadsHandlerTest, AValueOfTheAuthorsWinsAndTheOthersAreCarriedOver) {
  json before = DeploymentWith();
  before["spec"]["template"]["metadata"]["annotations"] = {{"revision.keysteward.dev/smtp", "4"}};
  json after = DeploymentWith();
  after["spec"]["template"]["metadata"]["annotations"] = {{"revision.keysteward.dev/smtp", "5"}};
  WorkloadsHandler handler;
  EXPECT_TRUE(PatchOf(handler, ReviewBuilder(after).From(before)).empty());
  after["spec"]["template"]["metadata"]["annotations"] = {{"team", "x"}};
  EXPECT_EQ(PatchOf(handler, ReviewBuilder(after).From(before)),
            json({{{"op", "add"},
                   {"path", "/spec/template/metadata/annotations/revision.keysteward.dev~1smtp"},
                   {"value", "4"}}}));
}

TEST(WorkloadsHandlerTest, ACreationAndATemplateWithoutMetadataAreLeftAlone) {
  json before = DeploymentWith();
  before["spec"]["template"]["metadata"]["annotations"] = {{"revision.keysteward.dev/smtp", "4"}};
  WorkloadsHandler handler;
  EXPECT_TRUE(PatchOf(handler, ReviewBuilder(before)).empty());
  for (const json& metadata : {json(), json("x")}) {
    json after = DeploymentWith();
    after["spec"]["template"]["metadata"] = metadata;
    EXPECT_TRUE(PatchOf(handler, ReviewBuilder(after).From(before)).empty());
  }
}

TEST(RotationsHandlerTest, WhoAskedIsFilledInOnce) {
  json rotation = CredentialRotationBuilder().BuildJson();
  rotation["spec"].erase("requestedBy");
  RotationsHandler handler(kOperator);
  const json patch = PatchOf(handler, ReviewBuilder(rotation).By("alice"));
  EXPECT_EQ(patch, json({{{"op", "add"}, {"path", "/spec/requestedBy"}, {"value", "alice"}}}));
  EXPECT_TRUE(PatchOf(handler, ReviewBuilder(rotation.patch(patch)).By("alice")).empty());
}

TEST(RotationsHandlerTest, ANameThatIsThereAndTheOperatorsOwnRequestsStay) {
  json rotation = CredentialRotationBuilder().RequestedBy("bob").BuildJson();
  RotationsHandler handler(kOperator);
  EXPECT_TRUE(PatchOf(handler, ReviewBuilder(rotation).By("alice")).empty());
  rotation["spec"].erase("requestedBy");
  EXPECT_TRUE(PatchOf(handler, ReviewBuilder(rotation).By(kOperator)).empty());
}

}  // namespace
}  // namespace keysteward::webhook
