#include "webhook/admission/transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "observability/metric_names.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_logger.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/webhook/review_builder.h"

namespace keysteward::webhook {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class ScriptedHandler final : public AdmissionHandler {
 public:
  Result<AdmissionResponse> Handle(const AdmissionRequest& request) override {
    ++calls;
    return answer(request);
  }
  std::function<Result<AdmissionResponse>(const AdmissionRequest&)> answer =
      [](const AdmissionRequest&) { return Allow(); };
  bool MayWait() const override { return may_wait; }
  int calls = 0;
  bool may_wait = false;
};

class TransportTest : public testing::Test {
 protected:
  http::HttpReply Post(const std::string& body, const std::string& path = "/validate/kinds") {
    return transport_.Serve({.method = "POST",
                             .path = path,
                             .query = "timeout=3s",
                             .headers = {},
                             .body = body,
                             .peer_address = "127.0.0.1",
                             .client_name = "",
                             .stop = {}});
  }
  static json ResponseOf(const http::HttpReply& reply) {
    EXPECT_EQ(reply.status, 200);
    return json::parse(reply.body)["response"];
  }

  ScriptedHandler kinds_;
  ScriptedHandler manifests_;
  FakeClock clock_;
  FakeLogger log_;
  FakeMetrics metrics_;
  Transport transport_{
      {{"/validate/kinds", &kinds_}, {"/validate/manifests", &manifests_}}, clock_, log_, metrics_};
  const std::string review_ = ReviewBuilder(PodWith()).Text();
};

TEST_F(TransportTest, TheHandlerOfThePathDecides) {
  manifests_.answer = [](const AdmissionRequest&) { return Deny("No", "not this one"); };
  EXPECT_EQ(ResponseOf(Post(review_, "/validate/manifests"))["status"]["message"], "not this one");
  EXPECT_EQ(manifests_.calls, 1);
  EXPECT_EQ(kinds_.calls, 0);
}

TEST_F(TransportTest, AShortReviewForAHandlerThatWaitsForNothingIsImmediate) {
  http::ServerRequest request;
  request.path = "/validate/manifests";
  request.body = std::string(64u << 10, ' ');
  EXPECT_TRUE(transport_.IsImmediate(request));
  request.body += ' ';
  EXPECT_FALSE(transport_.IsImmediate(request)) << "others would wait for a large object";
  kinds_.may_wait = true;
  request.path = "/validate/kinds";
  request.body = "{}";
  EXPECT_FALSE(transport_.IsImmediate(request)) << "it may ask the API server";
  request.path = "/nowhere";
  EXPECT_TRUE(transport_.IsImmediate(request));
}

TEST_F(TransportTest, ALargeReviewIsRememberedForTwoCalls) {
  Post(review_);
  EXPECT_FALSE(transport_.HadLargeReview());
  Post(std::string(kLargeReview + 1, ' '));
  EXPECT_TRUE(transport_.HadLargeReview());
  EXPECT_TRUE(transport_.HadLargeReview());
  EXPECT_FALSE(transport_.HadLargeReview());
}

TEST_F(TransportTest, WhatALargeReviewStillHeldAtOneCallIsGivenBackAtTheNext) {
  std::string large = ReviewBuilder(PodWith()).With("uid", "0d5f-42").Text();
  large.insert(large.size() - 1, kLargeReview, ' ');
  kinds_.answer = [&](const AdmissionRequest&) {
    EXPECT_TRUE(transport_.HadLargeReview()) << "the caller's turn comes in the middle";
    return Allow();
  };
  ASSERT_EQ(Post(large).status, 200);
  EXPECT_TRUE(transport_.HadLargeReview());
  EXPECT_FALSE(transport_.HadLargeReview());
}

TEST_F(TransportTest, TheUidIsEchoedOnEveryVerdict) {
  const std::string uid = "0d5f-42";
  const std::string body = ReviewBuilder(PodWith()).With("uid", uid).Text();
  EXPECT_EQ(ResponseOf(Post(body))["uid"], uid);
  kinds_.answer = [](const AdmissionRequest&) { return Deny("No", "no"); };
  EXPECT_EQ(ResponseOf(Post(body))["uid"], uid);
  kinds_.answer = [](const AdmissionRequest&) -> Result<AdmissionResponse> {
    return Error::Unavailable("gone");
  };
  EXPECT_EQ(ResponseOf(Post(body))["uid"], uid);
}

TEST_F(TransportTest, AnotherPathIsNotFoundAndAnotherMethodNotAllowed) {
  EXPECT_EQ(Post(review_, "/validate").status, 404);
  EXPECT_EQ(Post(review_, "/metrics").status, 404);
  http::ServerRequest request;
  request.method = "GET";
  request.path = "/validate/kinds";
  EXPECT_EQ(transport_.Serve(request).status, 405);
  EXPECT_EQ(kinds_.calls, 0);
}

TEST_F(TransportTest, WhatIsNoReviewIs400WithAFixedText) {
  for (const char* body : {"", "null", "{\"canary\":1}", "canary", "[\"canary\"]"}) {
    const http::HttpReply reply = Post(body);
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_EQ(reply.body, "not an AdmissionReview of admission.k8s.io/v1\n") << body;
  }
  EXPECT_THAT(log_.Text(), Not(HasSubstr("canary")));
  EXPECT_EQ(kinds_.calls, 0);
  EXPECT_EQ(metrics_.Value(kWebhookRequests, {{"webhook", "/validate/kinds"}, {"code", "400"}}), 5);
}

TEST_F(TransportTest, AReviewThatContradictsItselfIsDeniedWithoutAskingAnybody) {
  const json response =
      ResponseOf(Post(ReviewBuilder(PodWith()).With("operation", "MERGE").Text()));
  EXPECT_EQ(response["allowed"], false);
  EXPECT_EQ(response["uid"], "uid-1");
  EXPECT_EQ(response["status"]["reason"], "BadRequest");
  EXPECT_EQ(response["status"]["message"],
            "Keysteward cannot judge this admission review: its operation is unknown");
  EXPECT_EQ(kinds_.calls, 0);
}

TEST_F(TransportTest, AHandlerThatFailsDenies) {
  kinds_.answer = [](const AdmissionRequest&) -> Result<AdmissionResponse> {
    return Error::Unavailable("the API server does not answer");
  };
  const json response = ResponseOf(Post(review_));
  EXPECT_EQ(response["allowed"], false);
  EXPECT_EQ(response["status"]["reason"], "InternalError");
  EXPECT_EQ(response["status"]["message"],
            "Keysteward could not decide about this object, so it is refused.\n"
            "Try again; if it stays, see the log of the keysteward webhook.");
  EXPECT_TRUE(log_.Contains("admission undecided", "the API server does not answer"));
}

TEST_F(TransportTest, AHandlerThatThrowsDeniesAndItsWordsAreNotRepeated) {
  kinds_.answer = [](const AdmissionRequest&) -> Result<AdmissionResponse> {
    throw std::runtime_error("canary");
  };
  const json response = ResponseOf(Post(review_));
  EXPECT_EQ(response["allowed"], false);
  EXPECT_EQ(response["status"]["reason"], "InternalError");
  EXPECT_THAT(response.dump(), Not(HasSubstr("canary")));
  EXPECT_THAT(log_.Text(), Not(HasSubstr("canary")));
}

TEST_F(TransportTest, ADryRunGetsTheSameAnswer) {
  kinds_.answer = [](const AdmissionRequest&) { return Deny("No", "no"); };
  EXPECT_EQ(Post(review_).body, Post(ReviewBuilder(PodWith()).DryRun().Text()).body);
}

TEST_F(TransportTest, AReviewIsInFlightWhileItsHandlerHasIt) {
  const auto in_flight = [this](const char* path) {
    return metrics_.Value(kWebhookRequestsInFlight, {{"webhook", path}});
  };
  kinds_.answer = [&](const AdmissionRequest&) {
    EXPECT_EQ(in_flight("/validate/kinds"), 1);
    Post(review_, "/validate/manifests");
    EXPECT_EQ(in_flight("/validate/manifests"), 0);
    return Allow();
  };
  manifests_.answer = [&](const AdmissionRequest&) -> Result<AdmissionResponse> {
    EXPECT_EQ(in_flight("/validate/manifests"), 1);
    throw std::runtime_error("x");
  };
  Post(review_);
  EXPECT_EQ(manifests_.calls, 1);
  EXPECT_EQ(in_flight("/validate/kinds"), 0);
  Post("no review");
  EXPECT_EQ(in_flight("/validate/kinds"), 0);
}

TEST_F(TransportTest, VerdictsAreCounted) {
  Post(review_);
  kinds_.answer = [](const AdmissionRequest&) { return Deny("No", "no"); };
  Post(review_);
  kinds_.answer = [](const AdmissionRequest&) {
    AdmissionResponse response = Allow();
    response.warnings = {"careful"};
    return response;
  };
  Post(review_);
  const std::string path = "/validate/kinds";
  for (const char* verdict : {"allow", "deny", "warn"}) {
    EXPECT_EQ(metrics_.Value(kAdmissionVerdicts, {{"handler", path}, {"verdict", verdict}}), 1)
        << verdict;
  }
  EXPECT_EQ(metrics_.Value(kWebhookRequests, {{"webhook", path}, {"code", "403"}}), 1);
  EXPECT_EQ(metrics_.Observations(kWebhookLatency, {{"webhook", path}}), 3);
}

}  // namespace
}  // namespace keysteward::webhook
