// Every member of a waiver, read into the field it belongs to.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/v1alpha1/credential_exception_types.h"
#include "tests/api/v1alpha1/read_part.h"
#include "tests/builders/admission_kind_builders.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::CredentialExceptionBuilder;
using nlohmann::json;

TEST(CredentialExceptionJson, TheBuildersObjectSurvives) {
  const CredentialException waiver = CredentialExceptionBuilder("sandbox", Hour(0)).Build();
  EXPECT_EQ(Decode<CredentialException>(ToJson(waiver)).value().spec, waiver.spec);
}

TEST(CredentialExceptionSpecJson, EveryMemberStandsInItsOwnField) {
  const char* text = R"({
      "owner": "payments", "reason": "Sandbox account", "approvedBy": "security",
      "expiresAt": "2027-01-01T00:00:00Z",
      "scope": {"kind": "Deployment", "name": "shop", "path": "spec.x", "rule": "stripe-live-key",
                "fingerprint": "0123456789abcdef"}})";
  const auto spec = ReadSpec<CredentialException>(text);
  EXPECT_EQ(spec.owner, "payments");
  EXPECT_EQ(spec.reason, "Sandbox account");
  EXPECT_EQ(spec.approved_by, "security");
  EXPECT_EQ(spec.expires_at, ParseTime("2027-01-01T00:00:00Z").value());
  EXPECT_EQ(spec.scope, (ExceptionScope{"Deployment", "shop", "spec.x", "stripe-live-key",
                                        "0123456789abcdef"}));
  EXPECT_EQ(ToJson(spec), json::parse(text));
}

TEST(CredentialExceptionStatusJson, EveryMemberStandsInItsOwnField) {
  const auto waiver =
      WithStatus<CredentialException>(
          builders::CredentialExceptionBuilder("sandbox", Hour(0)).BuildJson(),
          R"({"observedGeneration": 5, "waivedFindings": 6, "lastUsedTime": "2027-01-01T07:00:00Z",
          "conditions": [{"type": "Ready", "status": "True"}]})")
          .status;
  EXPECT_EQ(waiver.observed_generation, 5);
  EXPECT_EQ(waiver.waived_findings, 6);
  EXPECT_EQ(waiver.last_used_time, Hour(7));
  EXPECT_TRUE(IsTrue(waiver.conditions, "Ready"));
}

TEST(CredentialExceptionStatusJson, BeforeTheFirstLookNothingIsObserved) {
  EXPECT_EQ(ToJson(CredentialExceptionStatus{}),
            (json{{"observedGeneration", -1}, {"waivedFindings", 0}}));
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
