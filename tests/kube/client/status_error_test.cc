#include "kube/client/status_error.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace keysteward::kube {
namespace {

using nlohmann::json;
using std::chrono::seconds;

http::HttpResponse Answer(int status, const std::string& body, http::Headers headers = {}) {
  return {status, std::move(headers), body};
}

std::string Status(int code, const std::string& reason, const std::string& message) {
  return json({{"kind", "Status"},
               {"apiVersion", "v1"},
               {"status", "Failure"},
               {"code", code},
               {"reason", reason},
               {"message", message}})
      .dump();
}

struct CodeRow {
  int status;
  const char* reason;
  Effect effect;
  ErrorCode code;
};

TEST(StatusErrorTest, EachStatusOfTheServerHasItsCode) {
  const CodeRow rows[] = {
      {400, "BadRequest", Effect::kWrites, ErrorCode::kInvalidArgument},
      {401, "Unauthorized", Effect::kReads, ErrorCode::kUnauthenticated},
      {403, "Forbidden", Effect::kWrites, ErrorCode::kPermissionDenied},
      {404, "NotFound", Effect::kReads, ErrorCode::kNotFound},
      {405, "MethodNotAllowed", Effect::kWrites, ErrorCode::kInvalidArgument},
      {406, "NotAcceptable", Effect::kReads, ErrorCode::kInvalidArgument},
      {409, "AlreadyExists", Effect::kWrites, ErrorCode::kAlreadyExists},
      {409, "Conflict", Effect::kWrites, ErrorCode::kConflict},
      {410, "Expired", Effect::kReads, ErrorCode::kExpired},
      {410, "Gone", Effect::kReads, ErrorCode::kExpired},
      {413, "RequestEntityTooLarge", Effect::kWrites, ErrorCode::kTooLarge},
      {415, "UnsupportedMediaType", Effect::kWrites, ErrorCode::kInvalidArgument},
      {429, "TooManyRequests", Effect::kWrites, ErrorCode::kResourceExhausted},
      {500, "InternalError", Effect::kReads, ErrorCode::kUnavailable},
      {500, "InternalError", Effect::kWrites, ErrorCode::kUnknownOutcome},
      {503, "ServiceUnavailable", Effect::kReads, ErrorCode::kUnavailable},
      {503, "ServiceUnavailable", Effect::kWrites, ErrorCode::kUnavailable},
      {504, "Timeout", Effect::kReads, ErrorCode::kDeadlineExceeded},
      {504, "Timeout", Effect::kWrites, ErrorCode::kUnknownOutcome},
  };
  for (const CodeRow& row : rows) {
    const Error error =
        StatusError(Answer(row.status, Status(row.status, row.reason, "text")), row.effect);
    EXPECT_EQ(error.code, row.code) << row.status << " " << row.reason;
    EXPECT_EQ(error.message, "text");
  }
}

TEST(StatusErrorTest, AProxysPageLeavesTheOutcomeOfAWriteOpen) {
  const std::string page = "<html><body>502 Bad Gateway</body></html>";
  for (const int status : {500, 502, 503, 504}) {
    const Error error = StatusError(Answer(status, page), Effect::kWrites);
    EXPECT_EQ(error.code, ErrorCode::kUnknownOutcome) << status;
    EXPECT_EQ(error.message, "the server answered without a Kubernetes status (HTTP " +
                                 std::to_string(status) + ")");
  }
  EXPECT_EQ(StatusError(Answer(503, page), Effect::kReads).code, ErrorCode::kUnavailable);
}

TEST(StatusErrorTest, ARedirectIsNamedAndNotFollowed) {
  const Error error =
      StatusError(Answer(302, "", {{"Location", "https://elsewhere/"}}), Effect::kReads);
  EXPECT_EQ(error.ToString(),
            "FailedPrecondition: answered with a redirect, which is never followed (HTTP 302)");
}

TEST(StatusErrorTest, CausesThatTheMessageLeavesOutAreListed) {
  json status = json::parse(Status(422, "Invalid", "Secret \"a\" is invalid: data: too long"));
  status["details"]["causes"] = {{{"field", "data"}, {"message", "too long"}},
                                 {{"field", "type"}, {"message", "is immutable"}},
                                 {{"message", "and more"}},
                                 "junk"};
  const Error error = StatusError(Answer(422, status.dump()), Effect::kWrites);
  EXPECT_EQ(
      error.ToString(),
      "InvalidArgument: Secret \"a\" is invalid: data: too long; type: is immutable; and more");
}

TEST(StatusErrorTest, A422WithoutCausesIsAFailedTestOfAJsonPatch) {
  const Error error = StatusError(Answer(422, Status(422, "Invalid",
                                                     "the server rejected our request "
                                                     "due to an error in our request")),
                                  Effect::kWrites);
  EXPECT_EQ(error.code, ErrorCode::kConflict);
}

TEST(StatusErrorTest, AnotherUidIsAConflictHoweverTheServerPutsIt) {
  json status = json::parse(Status(422, "Invalid", "Secret \"a\" is invalid"));
  status["details"]["causes"] = {{{"field", "metadata.uid"}, {"message", "field is immutable"}}};
  EXPECT_EQ(StatusError(Answer(422, status.dump()), Effect::kWrites).code, ErrorCode::kConflict);
}

TEST(StatusErrorTest, RetryAfterComesFromTheHeaderOrTheDetails) {
  json status = json::parse(Status(429, "TooManyRequests", "slow down"));
  status["details"]["retryAfterSeconds"] = 3;
  EXPECT_EQ(StatusError(Answer(429, status.dump()), Effect::kReads).retry_after, seconds(3));
  EXPECT_EQ(
      StatusError(Answer(429, status.dump(), {{"retry-after", "5"}}), Effect::kReads).retry_after,
      seconds(5));
  EXPECT_EQ(StatusError(Answer(429, ""), Effect::kReads).retry_after, std::nullopt);
}

TEST(StatusErrorTest, RetryAfterIsCappedAndJunkIsIgnored) {
  EXPECT_EQ(ParseRetryAfter("0"), seconds(0));
  EXPECT_EQ(ParseRetryAfter(" 1 "), seconds(1));
  EXPECT_EQ(ParseRetryAfter("3600"), seconds(60));
  EXPECT_EQ(ParseRetryAfter("99999999999999999999999"), seconds(60));
  for (const char* junk :
       {"", "-5", "1.5", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "1 2", "0x10"}) {
    EXPECT_EQ(ParseRetryAfter(junk), std::nullopt) << junk;
  }
}

TEST(StatusErrorTest, AHostileBodyIsBoundedAndPrintable) {
  const std::string message = "line\r\nbreak\x1b[31m" + std::string(100'000, 'x');
  const Error error = StatusError(Answer(400, Status(400, "BadRequest", message)), Effect::kReads);
  EXPECT_LT(error.message.size(), 1100u);
  for (const unsigned char c : error.message) EXPECT_GE(c, ' ');
}

TEST(StatusErrorTest, AnObjectQuotedByTheServerIsLeftOut) {
  const std::string quoted =
      R"x(patch: Invalid value: "{\"data\":{\"a\":3,\"key\":\"c2VjcmV0\"}}": )x"
      "json: cannot unmarshal number into Go struct field Secret.data";
  json status = json::parse(Status(422, "Invalid", "The Secret is invalid: " + quoted));
  status["details"]["causes"] = {{{"field", "patch"}, {"message", quoted}},
                                 {{"field", "patch"}, {"message", "Invalid value: \"{\"c2VjcmV0"}}};
  const Error error = StatusError(Answer(422, status.dump()), Effect::kWrites);
  EXPECT_EQ(error.message.find("c2VjcmV0"), std::string::npos) << error.message;
  EXPECT_EQ(error.message.find("The Secret is invalid: patch: Invalid value: (object left out)"),
            0u)
      << error.message;
}

TEST(StatusErrorTest, WrongTypesInAStatusDoNoHarm) {
  const char* bodies[] = {
      "null",
      "[]",
      "3",
      "{",
      R"({"kind":"Status","message":7,"reason":[],"details":3})",
      R"({"kind":"Status","details":{"causes":{},"retryAfterSeconds":"soon"}})",
      R"({"kind":"Status","details":{"causes":[1,null,{"field":1,"message":2}]}})"};
  for (const char* body : bodies) {
    const Error error = StatusError(Answer(404, body), Effect::kReads);
    EXPECT_EQ(error.ToString(),
              "NotFound: the server answered without a Kubernetes status (HTTP 404)")
        << body;
  }
}

TEST(StatusErrorTest, TheStatusOfAWatchStandsAlone) {
  const json gone = json::parse(Status(410, "Expired", "too old resource version: 1 (9)"));
  EXPECT_EQ(StatusObjectError(gone, Effect::kReads).ToString(),
            "Expired: too old resource version: 1 (9)");
  EXPECT_EQ(StatusObjectError({{"kind", "Pod"}}, Effect::kReads).code, ErrorCode::kUnavailable);
  EXPECT_EQ(StatusObjectError({{"kind", "Status"}, {"code", "x"}}, Effect::kReads).code,
            ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace keysteward::kube
