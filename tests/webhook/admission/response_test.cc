#include "webhook/admission/response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/base64.h"

namespace keysteward::webhook {
namespace {

using nlohmann::json;

json Formatted(const AdmissionResponse& response) {
  return json::parse(FormatReview("u", response));
}

TEST(ResponseTest, AnAllowanceSaysNothingElse) {
  EXPECT_EQ(Formatted(Allow()), json({{"apiVersion", "admission.k8s.io/v1"},
                                      {"kind", "AdmissionReview"},
                                      {"response", {{"uid", "u"}, {"allowed", true}}}}));
}

TEST(ResponseTest, ADenialHasCodeReasonAndMessage) {
  EXPECT_EQ(
      Formatted(Deny("Invalid", "spec.a: is wrong"))["response"],
      json({{"uid", "u"},
            {"allowed", false},
            {"status", {{"code", 403}, {"reason", "Invalid"}, {"message", "spec.a: is wrong"}}}}));
}

TEST(ResponseTest, APatchIsBase64OfItsOperations) {
  const json operations = {{{"op", "add"}, {"path", "/spec/a"}, {"value", 1}}};
  const json response = Formatted(Mutate(operations))["response"];
  EXPECT_EQ(response["patchType"], "JSONPatch");
  EXPECT_EQ(response["allowed"], true);
  EXPECT_EQ(response["patch"], Base64Encode(operations.dump()));
}

TEST(ResponseTest, NoOperationsAreNoPatch) {
  EXPECT_FALSE(Formatted(Mutate(json::array()))["response"].contains("patch"));
}

TEST(ResponseTest, AtMostFiveWarningsOf256BytesWithoutControlCharacters) {
  AdmissionResponse response = Allow();
  for (int i = 0; i < 9; ++i) response.warnings.push_back("\x1b[31m\n" + std::string(400, 'w'));
  const json warnings = Formatted(response)["response"]["warnings"];
  ASSERT_EQ(warnings.size(), 5u);
  for (const std::string text : warnings) {
    EXPECT_LE(text.size(), 256u);
    EXPECT_EQ(text.find('\n'), std::string::npos);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
  }
}

TEST(ResponseTest, AuditAnnotationsArePassedOn) {
  AdmissionResponse response = Allow();
  response.audit_annotations = {{"rule", "stripe-secret-key"}, {"exception", "legacy"}};
  EXPECT_EQ(Formatted(response)["response"]["auditAnnotations"],
            json({{"rule", "stripe-secret-key"}, {"exception", "legacy"}}));
}

}  // namespace
}  // namespace keysteward::webhook
