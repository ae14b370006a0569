#include "webhook/admission/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/webhook/review_builder.h"

namespace keysteward::webhook {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string Nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

std::string WithObject(const std::string& object) {
  std::string text = ReviewBuilder(PodWith()).With("object", "HERE").Text();
  return text.replace(text.find("\"HERE\""), 6, object);
}

TEST(CodecTest, AReviewOfAnApiServerIsRead) {
  const AdmissionReview review = ReviewBuilder(PodWith())
                                     .By("alice", {"devs", "system:authenticated"})
                                     .Subresource("ephemeralcontainers")
                                     .DryRun()
                                     .Decode();
  const AdmissionRequest& request = review.request;
  EXPECT_EQ(request.uid, "uid-1");
  EXPECT_EQ(request.operation, Operation::kCreate);
  EXPECT_EQ(request.group, "");
  EXPECT_EQ(request.version, "v1");
  EXPECT_EQ(request.kind, "Pod");
  EXPECT_EQ(request.resource, "pods");
  EXPECT_EQ(request.subresource, "ephemeralcontainers");
  EXPECT_EQ(request.namespace_name, "payments");
  EXPECT_EQ(request.name, "web");
  EXPECT_EQ(request.user, "alice");
  EXPECT_THAT(request.groups, ElementsAre("devs", "system:authenticated"));
  EXPECT_TRUE(request.dry_run);
  ASSERT_NE(request.object, nullptr);
  EXPECT_EQ(request.object->String("kind"), "Pod");
  EXPECT_EQ(request.old_object, nullptr);
}

TEST(CodecTest, TheWholeIdentityOfTheUserIsReadForAccessReviews) {
  const AdmissionReview review =
      ReviewBuilder(PodWith())
          .With("userInfo", {{"username", "alice"},
                             {"uid", "u-7"},
                             {"extra", {{"scopes.example.com/id", {"a", "b"}}}}})
          .Decode();
  EXPECT_EQ(review.request.user_uid, "u-7");
  EXPECT_THAT(review.request.user_extra.at("scopes.example.com/id"), ElementsAre("a", "b"));
}

TEST(CodecTest, ADeletionHasAnOldObjectAlone) {
  const AdmissionReview review = ReviewBuilder(PodWith()).Delete().Decode();
  EXPECT_EQ(review.request.operation, Operation::kDelete);
  EXPECT_EQ(review.request.object, nullptr);
  EXPECT_NE(review.request.old_object, nullptr);
}

TEST(CodecTest, AGeneratedNameIsNoContradiction) {
  json pod = PodWith();
  pod["metadata"].erase("name");
  pod["metadata"]["generateName"] = "web-";
  EXPECT_EQ(ReviewBuilder(pod).Decode().request.name, "");
}

struct Hostile {
  const char* name;
  std::string body;
};

class NotAReviewTest : public testing::TestWithParam<Hostile> {};

TEST_P(NotAReviewTest, IsAnErrorThatQuotesNothing) {
  const Result<AdmissionReview> review = DecodeReview(GetParam().body);
  ASSERT_FALSE(review);
  EXPECT_THAT(review.error().message, Not(HasSubstr("canary")));
}

json Bare() { return ReviewBuilder(PodWith()).Json(); }

std::string Changed(const std::string& member, const json& value) {
  json review = Bare();
  review[member] = value;
  return review.dump();
}

std::string Doubled(const std::string& member, const std::string& value) {
  std::string text = Bare().dump();
  return text.insert(1, "\"" + member + "\":" + value + ",");
}

INSTANTIATE_TEST_SUITE_P(
    Json, NotAReviewTest,
    testing::Values(Hostile{"Empty", ""}, Hostile{"Blank", " \n"}, Hostile{"Null", "null"},
                    Hostile{"List", "[]"}, Hostile{"Number", "17"}, Hostile{"EmptyObject", "{}"},
                    Hostile{"TrailingGarbage", Bare().dump() + "canary"},
                    Hostile{"TwoReviews", Bare().dump() + Bare().dump()},
                    Hostile{"Unterminated", Bare().dump().substr(0, 200)},
                    Hostile{"Comment", "/* canary */" + Bare().dump()},
                    Hostile{"ByteOrderMark16", std::string("\xff\xfe{\0}\0", 6)},
                    Hostile{"NulByte", std::string("{\"a\":\"b\0c\"}", 11)},
                    Hostile{"InvalidUtf8", WithObject("{\"kind\":\"canary\xff\"}")},
                    Hostile{"OverlongUtf8", WithObject("{\"kind\":\"\xc0\xaf\"}")},
                    Hostile{"LoneSurrogate", WithObject("{\"kind\":\"\\ud800\"}")},
                    Hostile{"NumberBeyondAnyFloat", WithObject("{\"n\":1e400}")},
                    Hostile{"VeryDeep", Nested(1'000'000)}),
    [](const auto& suite) { return suite.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Envelope, NotAReviewTest,
    testing::Values(Hostile{"BetaVersion", Changed("apiVersion", "admission.k8s.io/v1beta1")},
                    Hostile{"LaterVersion", Changed("apiVersion", "admission.k8s.io/v2")},
                    Hostile{"NoVersion", Changed("apiVersion", nullptr)},
                    Hostile{"KindStatus", Changed("kind", "Status")},
                    Hostile{"NoRequest", Changed("request", nullptr)},
                    Hostile{"RequestIsText", Changed("request", "canary")},
                    Hostile{"RequestAndResponse", Changed("response", json::object())},
                    Hostile{"TwoRequests", Doubled("request", "{}")},
                    Hostile{"TwoKinds", Doubled("kind", "\"AdmissionReview\"")},
                    Hostile{"NoUid", ReviewBuilder(PodWith()).With("uid", nullptr).Text()},
                    Hostile{"UidIsNumber", ReviewBuilder(PodWith()).With("uid", 7).Text()},
                    Hostile{"UidTooLong",
                            ReviewBuilder(PodWith()).With("uid", std::string(10'240, 'a')).Text()},
                    Hostile{"UidWithLineBreak",
                            ReviewBuilder(PodWith()).With("uid", "a\ncanary").Text()}),
    [](const auto& suite) { return suite.param.name; });

// As an API server writes it: its members in their order.
std::string AsSent(const std::string& uid, const std::string& object) {
  return R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":")" +
         uid + R"(","operation":"CREATE","object":)" + object + "}}\n";
}

std::string Many(const std::string& item) {
  std::string items = "[";
  for (int i = 0; i < 300'000; ++i) items += item + ",";
  return items + item + "]";
}

// B15: with an error instead of a verdict, failurePolicy Ignore let padded objects pass.
TEST(CodecTest, AReviewBeyondTheLimitsIsOneToDeny) {
  for (const std::string& object :
       {Nested(1000), Many("{}"), Many("\"\""), "\"" + std::string(9u << 20, '<') + "\""}) {
    const Result<AdmissionReview> review = DecodeReview(AsSent("705ab4f5-6393", object));
    ASSERT_TRUE(review) << object.substr(0, 20);
    EXPECT_EQ(review->request.uid, "705ab4f5-6393");
    EXPECT_THAT(review->refusal, HasSubstr("too large or too deeply nested"));
  }
}

TEST(CodecTest, BeyondTheLimitsOnlyTheUidThatAnApiServerWritesIsEchoed) {
  const std::string object = Nested(1000);
  for (const std::string& uid : {std::string(), std::string(129, 'a'), std::string("a\\u0062"),
                                 std::string("a b"), std::string("a\nb")}) {
    EXPECT_FALSE(DecodeReview(AsSent(uid, object))) << uid;
  }
  EXPECT_FALSE(DecodeReview(" " + AsSent("u", object)));
  EXPECT_FALSE(DecodeReview(Nested(1000)));
  EXPECT_FALSE(DecodeReview(AsSent("u", "{\"broken\"")));
}

struct Odd {
  const char* name;
  json review;
  const char* refusal;
};

class ContradictoryTest : public testing::TestWithParam<Odd> {};

TEST_P(ContradictoryTest, KeepsItsUidAndSaysWhy) {
  const Result<AdmissionReview> review = DecodeReview(GetParam().review.dump());
  ASSERT_TRUE(review) << review.error().message;
  EXPECT_EQ(review->request.uid, "uid-1");
  EXPECT_EQ(review->refusal, GetParam().refusal);
}

json Renamed(const char* member, const std::string& value) {
  json pod = PodWith();
  if (std::string(member) == "kind" || std::string(member) == "apiVersion") {
    pod[member] = value;
  } else {
    pod["metadata"][member] = value;
  }
  return ReviewBuilder(PodWith()).With("object", pod).Json();
}

json Of(const std::string& member, json value) {
  return ReviewBuilder(PodWith()).With(member, std::move(value)).Json();
}

INSTANTIATE_TEST_SUITE_P(
    Request, ContradictoryTest,
    testing::Values(
        Odd{"UnknownOperation", Of("operation", "MERGE"), "its operation is unknown"},
        Odd{"LowerCaseOperation", Of("operation", "create"), "its operation is unknown"},
        Odd{"NoKind", Of("kind", nullptr), "it names no kind or resource"},
        Odd{"NoResource", Of("resource", nullptr), "it names no kind or resource"},
        Odd{"EmptyResource", Of("resource", json::object()), "it names no kind or resource"},
        Odd{"NoUser", Of("userInfo", nullptr), "it names no user"},
        Odd{"EmptyUser", Of("userInfo", {{"username", ""}}), "it names no user"},
        Odd{"DryRunText", Of("dryRun", "true"), "its dryRun is no boolean"},
        Odd{"NoObject", Of("object", nullptr), "it has no object"},
        Odd{"ObjectIsList", Of("object", json::array()), "it has no object"},
        Odd{"UpdateOfNothing", Of("operation", "UPDATE"), "it has no oldObject"},
        Odd{"OtherKind", Renamed("kind", "Secret"), "its object is of another kind than it says"},
        Odd{"OtherVersion", Renamed("apiVersion", "v2"),
            "its object is of another kind than it says"},
        Odd{"OtherName", Renamed("name", "canary"), "its object has another name than it says"},
        Odd{"OtherNamespace", Renamed("namespace", "kube-system"),
            "its object is in another namespace than it says"}),
    [](const auto& suite) { return suite.param.name; });

TEST(CodecTest, ARequestMemberThatStandsTwiceIsRefused) {
  std::string text = Bare().dump();
  const size_t at = text.find("\"uid\"");
  text.insert(at, "\"operation\":\"DELETE\",");
  const Result<AdmissionReview> review = DecodeReview(text);
  ASSERT_TRUE(review);
  EXPECT_EQ(review->refusal, "a member stands twice");
}

TEST(CodecTest, AHundredThousandMembersOfARequestAreRefusedWithoutComparingThem) {
  json review = Bare();
  for (int i = 0; i < 100'000; ++i) review["request"]["m" + std::to_string(i)] = 1;
  const Result<AdmissionReview> read = DecodeReview(review.dump());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->refusal, "a member stands twice");
}

TEST(CodecTest, UnusualNumbersInAnObjectAreNoMistake) {
  for (const char* number : {"123456789012345678901234567890", "-0", "1.0"}) {
    const Result<AdmissionReview> review =
        DecodeReview(WithObject(std::string("{\"kind\":\"Pod\",\"n\":") + number + "}"));
    ASSERT_TRUE(review) << number;
    EXPECT_EQ(review->refusal, "") << number;
  }
}

TEST(CodecTest, OptionsOfAnyFormAreOfNoInterest) {
  EXPECT_EQ(ReviewBuilder(PodWith()).With("options", {1, "x"}).Decode().request.name, "web");
}

}  // namespace
}  // namespace keysteward::webhook
