#include "detection/fields/command_parts.h"

#include <gtest/gtest.h>

namespace keysteward::detection {
namespace {

TEST(PartOf, CutsTheCredentialOut) {
  EXPECT_EQ(PartOf("'x1'", CommandPart::kWhole), "x1");
  EXPECT_EQ(PartOf("admin:x1", CommandPart::kAfterColon), "x1");
  EXPECT_EQ(PartOf("https://host", CommandPart::kAfterColon), "");
  EXPECT_EQ(PartOf("user%x1", CommandPart::kAfterPercent), "x1");
  EXPECT_EQ(PartOf("user,x1", CommandPart::kAfterComma), "x1");
  EXPECT_EQ(PartOf("pass:x1", CommandPart::kAfterPass), "x1");
  EXPECT_EQ(PartOf("env:X1", CommandPart::kAfterPass), "");
  EXPECT_EQ(PartOf("app/x@1@db", CommandPart::kAfterSlash), "x@1");
  EXPECT_EQ(PartOf("/nolog", CommandPart::kAfterSlash), "");
  EXPECT_EQ(PartOf("app@//host/x1", CommandPart::kAfterSlash), "");
  EXPECT_EQ(PartOf("worker", CommandPart::kWithDigit), "");
  EXPECT_EQ(PartOf("x1", CommandPart::kWithDigit), "x1");
  EXPECT_EQ(PartOf("$X", CommandPart::kWhole), "");
}

TEST(LoginIn, TakesWhatReadsLikeAPassword) {
  EXPECT_EQ(LoginIn("admin:Winter77"), "Winter77");
  for (const char* word : {"ldap:optional", "host:8443", "oidc:client-id-1", "admin:$P", "admin"}) {
    EXPECT_EQ(LoginIn(word), "") << word;
  }
}

TEST(FirstLine, EndsAtALinesEnd) {
  EXPECT_EQ(FirstLine("x1\\nx2"), "x1");
  EXPECT_EQ(FirstLine("x1\nx2"), "x1");
  EXPECT_EQ(FirstLine("x1"), "x1");
}

}  // namespace
}  // namespace keysteward::detection
