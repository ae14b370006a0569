#include "cli/commands/orphan_record.h"

#include "api/core/config_map_types.h"
#include "api/v1alpha1/annotations.h"
#include "tests/cli/command_test.h"

namespace keysteward::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

json Credential(const json& finalizers = json::array({api::v1alpha1::kCredentialFinalizer})) {
  return json{
      {"metadata",
       {{"namespace", "shop"}, {"name", "stripe"}, {"uid", "u-1"}, {"finalizers", finalizers}}},
      {"spec", {{"issuerRef", {{"kind", "CredentialIssuer"}, {"name", "acme"}}}}},
      {"status",
       {{"current", {{"keyId", "key_8"}, {"expiresAt", "2027-01-01T00:00:00Z"}}},
        {"previous", {{"keyId", "key_7"}}}}}};
}

TEST(OrphanEntries, NameWhatIsNeededToEndTheKeyByHand) {
  EXPECT_EQ(OrphanEntries({Credential()}),
            (json{{"shop.stripe",
                   "uid=u-1 issuer=CredentialIssuer/acme key=key_8 previous=key_7 "
                   "expires=2027-01-01T00:00:00Z"}}));
}

TEST(OrphanEntries, LeaveOutWhatIsNotOurs) {
  EXPECT_EQ(OrphanEntries({Credential(json::array()), Credential({"other.dev/x"})}),
            json::object());
  EXPECT_EQ(OrphanEntries({}), json::object());
}

TEST(OrphanEntries, WhatIsNotKnownStaysEmptyAndNothingElseOfTheObjectIsTold) {
  json credential = Credential();
  credential.erase("status");
  credential["spec"]["parameters"] = {{"scope", "canary-text"}};
  credential["spec"]["issuerRef"]["name"] = 7;
  const json entries = OrphanEntries({credential});
  EXPECT_EQ(entries["shop.stripe"], "uid=u-1 issuer=CredentialIssuer/ key= previous= expires=");
}

TEST(OrphanEntries, TextOfAStrangerIsPrintable) {
  json credential = Credential();
  credential["status"]["current"]["keyId"] = "key\n\x1b[31m";
  EXPECT_THAT(OrphanEntries({credential})["shop.stripe"].get<std::string>(),
              Not(testing::ContainsRegex("[\n\x1b]")));
}

TEST(OurFinalizers, AreTakenOffAndThoseOfOthersStayInOrder) {
  const json both = {"a.dev/x", api::v1alpha1::kCredentialFinalizer, "b.dev/y",
                     api::v1alpha1::kJournalFinalizer};
  EXPECT_EQ(WithoutOurFinalizers(both), (json{"a.dev/x", "b.dev/y"}));
  EXPECT_EQ(WithoutOurFinalizers(json::array()), json::array());
  EXPECT_TRUE(HasOurFinalizer(Credential(both)));
  EXPECT_TRUE(HasOurFinalizer(Credential({api::v1alpha1::kJournalFinalizer})));
  EXPECT_FALSE(HasOurFinalizer(Credential({"a.dev/x"})));
  EXPECT_FALSE(HasOurFinalizer(json::object()));
  EXPECT_FALSE(HasOurFinalizer({{"metadata", {{"finalizers", {7, nullptr}}}}}));
}

class OrphanRecord : public CommandTest {
 protected:
  json Record() {
    const auto found = client.Get(api::KindOf<api::core::ConfigMap>::resource,
                                  {"keysteward-system", kOrphansConfigMap}, {});
    return found ? (*found)["data"] : json();
  }
};

TEST_F(OrphanRecord, IsMadeAndAddedTo) {
  ASSERT_TRUE(WriteOrphanRecord(context, {Credential()}));
  json second = Credential();
  second["metadata"]["name"] = "smtp";
  ASSERT_TRUE(WriteOrphanRecord(context, {second}));
  EXPECT_TRUE(Record().contains("shop.stripe"));
  EXPECT_TRUE(Record().contains("shop.smtp"));
  EXPECT_THAT(out(), HasSubstr("recorded 1 keys that nobody ends any more in ConfigMap "
                               "keysteward-system/keysteward-orphans\n"));
}

TEST_F(OrphanRecord, NothingToAddWritesNothing) {
  ASSERT_TRUE(WriteOrphanRecord(context, {Credential(json::array())}));
  EXPECT_TRUE(Record().is_null());
  EXPECT_EQ(out(), "");
}

TEST_F(OrphanRecord, ARecordThatCannotBeWrittenIsAnErrorBeforeAnyFinalizerGoes) {
  server.FailNext("patch", "configmaps", Error::PermissionDenied("forbidden"),
                  kube::CallPhase::kBefore);
  const Result<void> written = WriteOrphanRecord(context, {Credential()});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(written.error().message, testing::StartsWith("record what is left at providers: "));
  EXPECT_EQ(out(), "");
}

}  // namespace
}  // namespace keysteward::cli
