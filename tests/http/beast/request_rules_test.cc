// What a well-formed header may ask for, rule by rule.
#include "http/beast/request_rules.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace keysteward::http {
namespace {

RequestFacts Good() { return {.host = {"a"}}; }

// "" when the request may go on.
std::string Judge(const RequestFacts& facts, const RequestRules& rules = {1000, false}) {
  const std::optional<Refusal> refusal = CheckRequest(facts, rules);
  return refusal ? std::to_string(refusal->status) + " " + std::string(refusal->reason) : "";
}

TEST(RequestRules, APlainRequestPasses) { EXPECT_EQ(Judge(Good()), ""); }

TEST(RequestRules, ExactlyOneHostIsNamed) {
  EXPECT_EQ(Judge(RequestFacts{}), "400 exactly one Host is required");
  EXPECT_EQ(Judge({.host = {"a", "a"}}), "400 exactly one Host is required");
  for (const char* host : {"a", "a.example", "a:8443", "[::1]:8443", "127.0.0.1"}) {
    EXPECT_EQ(Judge({.host = {host}}), "") << host;
  }
  for (const char* host : {"", "a b", "a\tb", "a/b", "user@a", "a?b", "a#b", "a,b", "a\\b"}) {
    EXPECT_EQ(Judge({.host = {host}}), "400 malformed Host") << host;
  }
}

TEST(RequestRules, ABodyHasOneFraming) {
  RequestFacts facts = Good();
  facts.content_length = {"2", "2"};
  EXPECT_EQ(Judge(facts), "400 more than one body framing");
  facts.content_length = {"2"};
  facts.transfer_encoding = {"chunked"};
  EXPECT_EQ(Judge(facts), "400 more than one body framing");
  facts.content_length = {};
  EXPECT_EQ(Judge(facts), "");
  facts.transfer_encoding = {"chunked", "chunked"};
  EXPECT_EQ(Judge(facts), "400 more than one body framing");
}

TEST(RequestRules, ChunkedIsTheOnlyTransferEncoding) {
  RequestFacts facts = Good();
  for (const char* encoding : {"chunked", "Chunked", "CHUNKED"}) {
    facts.transfer_encoding = {encoding};
    EXPECT_EQ(Judge(facts), "") << encoding;
  }
  for (const char* encoding : {"", "identity", "gzip", "xchunked", "chunked, gzip", "chunked ",
                               "chunked;q=1", "gzip, chunked"}) {
    facts.transfer_encoding = {encoding};
    EXPECT_EQ(Judge(facts), "400 transfer encoding not supported") << encoding;
  }
}

TEST(RequestRules, ALengthIsDigitsAndWithinTheCap) {
  const std::pair<const char*, const char*> rows[] = {
      {"0", ""},
      {"1000", ""},
      {"0000000001000", ""},
      {"1001", "413 body too large"},
      {"9223372036854775808", "413 body too large"},
      {"18446744073709551615", "413 body too large"},
      {"18446744073709551616", "400 Content-Length out of range"},
      {"", "400 malformed Content-Length"},
      {"+3", "400 malformed Content-Length"},
      {"-1", "400 malformed Content-Length"},
      {"0x3", "400 malformed Content-Length"},
      {"3,3", "400 malformed Content-Length"},
      {"3 ", "400 malformed Content-Length"},
      {"1e3", "400 malformed Content-Length"},
      {"\xd9\xa3", "400 malformed Content-Length"}};  // an Arabic digit
  for (const auto& [length, answer] : rows) {
    RequestFacts facts = Good();
    facts.content_length = {length};
    EXPECT_EQ(Judge(facts), answer) << length;
  }
}

TEST(RequestRules, OneExpectationIsKnown) {
  RequestFacts facts = Good();
  EXPECT_FALSE(facts.WantsContinue());
  facts.expect = {"100-Continue"};
  EXPECT_EQ(Judge(facts), "");
  EXPECT_TRUE(facts.WantsContinue());
  facts.expect = {"miracles"};
  EXPECT_EQ(Judge(facts), "417 expectation not supported");
  facts.expect = {"100-continue", "100-continue"};
  EXPECT_EQ(Judge(facts), "417 expectation not supported");
}

TEST(RequestRules, ContentIsNotEncoded) {
  RequestFacts facts = Good();
  facts.content_encoding = {"identity", "Identity"};
  EXPECT_EQ(Judge(facts), "");
  for (const char* encoding : {"gzip", "br", "deflate", "identity, gzip", ""}) {
    facts.content_encoding = {"identity", encoding};
    EXPECT_EQ(Judge(facts), "415 content encoding not supported") << encoding;
  }
}

TEST(RequestRules, ABodyIsJsonInUtf8WhereThatIsAsked) {
  RequestFacts facts = Good();
  facts.content_length = {"2"};
  for (const char* type :
       {"application/json", "Application/JSON", "application/json; charset=utf-8",
        "application/json;charset=UTF-8", "application/json; charset=\"utf-8\""}) {
    facts.content_type = {type};
    EXPECT_EQ(Judge(facts, {1000, true}), "") << type;
  }
  for (const char* type : {"", "text/json", "application/jsonx", "application/json; charset=utf-16",
                           "application/json; charset=utf-8; boundary=x",
                           "application/json, text/plain", "application/vnd.kubernetes.protobuf"}) {
    facts.content_type = {type};
    EXPECT_EQ(Judge(facts, {1000, true}), "415 content type must be application/json in UTF-8")
        << type;
    EXPECT_EQ(Judge(facts, {1000, false}), "") << type;
  }
  facts.content_type = {"application/json", "application/json"};
  EXPECT_EQ(Judge(facts, {1000, true}), "415 content type must be application/json in UTF-8");
  facts.content_type = {};
  EXPECT_EQ(Judge(facts, {1000, true}), "415 content type must be application/json in UTF-8");
}

TEST(RequestRules, WithoutABodyNoTypeIsAsked) {
  RequestFacts facts = Good();
  EXPECT_EQ(Judge(facts, {1000, true}), "");
  facts.content_length = {"000"};
  EXPECT_FALSE(facts.HasBody());
  EXPECT_EQ(Judge(facts, {1000, true}), "");
  facts.content_length = {};
  facts.transfer_encoding = {"chunked"};
  EXPECT_TRUE(facts.HasBody()) << "nobody knows yet how long it is";
  EXPECT_NE(Judge(facts, {1000, true}), "");
}

TEST(RequestRules, TheFramingIsJudgedBeforeTheContent) {
  RequestFacts facts{.content_length = {"+3"}, .content_encoding = {"gzip"}, .expect = {"x"}};
  EXPECT_EQ(Judge(facts), "400 exactly one Host is required");
  facts.host = {"a"};
  EXPECT_EQ(Judge(facts), "400 malformed Content-Length");
  facts.content_length = {};
  EXPECT_EQ(Judge(facts), "417 expectation not supported");
  facts.expect = {};
  EXPECT_EQ(Judge(facts), "415 content encoding not supported");
}

}  // namespace
}  // namespace keysteward::http
