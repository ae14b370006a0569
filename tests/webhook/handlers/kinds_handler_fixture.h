// KindsHandler over a cluster that a test fills; access reviews are answered with `may_`.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_random.h"
#include "tests/webhook/known_cluster.h"
#include "tests/webhook/review_builder.h"
#include "webhook/handlers/kinds_handler.h"

namespace keysteward::webhook {

inline constexpr const char* kOperator =
    "system:serviceaccount:keysteward-system:keysteward-operator";
inline constexpr api::Resource kReviews{"authorization.k8s.io", "v1", "subjectaccessreviews",
                                        "SubjectAccessReview", false};

class KindsHandlerTest : public testing::Test {
 protected:
  void SetUp() override {
    server_.RespondToCreate(kReviews,
                            [this](const nlohmann::json& review) -> Result<nlohmann::json> {
                              asked_.push_back(review["spec"]);
                              nlohmann::json answer = review;
                              answer["status"] = {{"allowed", may_}};
                              return answer;
                            });
  }
  AdmissionResponse Answer(const ReviewBuilder& builder) {
    const AdmissionReview review = builder.Decode();
    Result<AdmissionResponse> response = handler_.Handle(review.request);
    EXPECT_TRUE(response) << response.error().ToString();
    return response ? *std::move(response) : Deny("Test", "error");
  }
  AdmissionResponse Created(const nlohmann::json& object) { return Answer(ReviewBuilder(object)); }
  // "" when allowed.
  std::string Refusal(const ReviewBuilder& builder) { return Answer(builder).message; }

  KnownCluster cluster_;
  FakeClock clock_;
  FakeRandom random_;
  kube::FakeApiServer server_{clock_, random_};
  bool may_ = false;
  std::vector<nlohmann::json> asked_;
  KindsHandler handler_{cluster_.view, server_, clock_, kOperator};
};

}  // namespace keysteward::webhook
