#include "webhook/handlers/access_review.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_random.h"

namespace keysteward::webhook {
namespace {

using nlohmann::json;

constexpr api::Resource kReviews{"authorization.k8s.io", "v1", "subjectaccessreviews",
                                 "SubjectAccessReview", false};

class AccessReview : public testing::Test {
 protected:
  AccessReview() {
    request_.user = "alice";
    request_.user_uid = "u-1";
    request_.groups = {"dev", "system:authenticated"};
    request_.user_extra = {{"scopes", {"a", "b"}}};
    request_.namespace_name = "payments";
  }
  // `answer`: what the server makes of the review.
  Result<bool> Ask(const std::function<Result<json>(const json&)>& answer) {
    server_.RespondToCreate(kReviews, answer);
    return MayDo(server_, request_, "emergency", "credentialrotations");
  }
  Result<bool> AskWithStatus(const char* status) {
    return Ask([&](const json& review) -> Result<json> {
      json out = review;
      out["status"] = json::parse(status);
      return out;
    });
  }

  FakeClock clock_;
  FakeRandom random_;
  kube::FakeApiServer server_{clock_, random_};
  AdmissionRequest request_;
};

TEST_F(AccessReview, AsksForTheUserWithAllThatMakesHimOne) {
  json asked;
  const Result<bool> may = Ask([&](const json& review) -> Result<json> {
    asked = review["spec"];
    json out = review;
    out["status"]["allowed"] = true;
    return out;
  });
  ASSERT_TRUE(may);
  EXPECT_TRUE(*may);
  EXPECT_EQ(asked, json::parse(R"({"user": "alice", "uid": "u-1",
      "groups": ["dev", "system:authenticated"], "extra": {"scopes": ["a", "b"]},
      "resourceAttributes": {"group": "keysteward.dev", "resource": "credentialrotations",
                             "verb": "emergency", "namespace": "payments"}})"));
}

TEST_F(AccessReview, OnlyAPlainYesIsYes) {
  EXPECT_TRUE(AskWithStatus(R"({"allowed": true})").value());
  EXPECT_TRUE(AskWithStatus(R"({"allowed": true, "reason": "RBAC"})").value());
  for (const char* status :
       {R"({"allowed": false})", R"({})", R"({"denied": false})", R"({"allowed": "true"})",
        R"({"allowed": 1})", R"({"allowed": null})", R"([])", R"("yes")", R"(null)"}) {
    const Result<bool> may = AskWithStatus(status);
    ASSERT_TRUE(may) << status;
    EXPECT_FALSE(*may) << status;
  }
}

TEST_F(AccessReview, AnAnswerWithoutStatusIsNo) {
  EXPECT_FALSE(Ask([](const json& review) -> Result<json> { return review; }).value());
}

TEST_F(AccessReview, AServerThatDoesNotAnswerIsAnErrorNotANo) {
  const Result<bool> may =
      Ask([](const json&) -> Result<json> { return Error::Unavailable("connection refused"); });
  ASSERT_FALSE(may);
  EXPECT_EQ(may.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace keysteward::webhook
