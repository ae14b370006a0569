#include "api/v1alpha1/internal/codec.h"

#include <gtest/gtest.h>

#include "api/v1alpha1/credential_rotation_enums.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "common/duration.h"

namespace keysteward::api::v1alpha1::internal {
namespace {

TEST(EnumNamesTest, NamesAndValuesAreEachOthersInverse) {
  for (size_t i = 0; i < std::size(EnumNames<Cause>::kNames); ++i) {
    const Cause cause = static_cast<Cause>(i);
    EXPECT_EQ(ParseEnum<Cause>(EnumName(cause)), cause);
  }
  EXPECT_EQ(EnumName(Cause::kDrift), "Drift");
  EXPECT_EQ(EnumName(Cause::kInitial), "Initial");
}

TEST(EnumNamesTest, SpellingIsExact) {
  for (const char* name : {"", "leak", "LEAK", "Leak ", "kLeak", "Leaks"}) {
    EXPECT_EQ(ParseEnum<Cause>(name), std::nullopt) << name;
  }
}

TEST(EnumChoicesTest, ReadsAsASentence) {
  EXPECT_EQ(EnumChoices<Urgency>(), "Normal or Emergency");
  EXPECT_EQ(EnumChoices<Compromised>(), "Current, Previous or All");
  EXPECT_EQ(EnumChoices<RestartMode>(), "Rolling");
}

class Codec : public testing::Test {
 protected:
  JsonFields Fields(json object) {
    object_ = std::move(object);
    return JsonFields(object_, "spec");
  }

  json object_;
};

TEST_F(Codec, AnAbsentEnumIsItsFallbackAndAWrongOneAnError) {
  JsonFields fields = Fields({{"urgency", "Normal"}});
  EXPECT_EQ(ReadEnum(fields, "revoke", RevokeOrder::kFirst), RevokeOrder::kFirst);
  EXPECT_EQ(ReadEnum(fields, "urgency", Urgency::kEmergency), Urgency::kNormal);
  EXPECT_EQ(ReadOptionalEnum<Gate>(fields, "gate"), std::nullopt);
  EXPECT_TRUE(fields.Check());
  JsonFields wrong = Fields({{"urgency", "Fast"}});
  ReadEnum(wrong, "urgency", Urgency::kNormal);
  EXPECT_EQ(wrong.Check().error().message, "spec.urgency: must be Normal or Emergency");
}

TEST_F(Codec, AnEnumThatIsNoTextSaysThatFirst) {
  JsonFields fields = Fields({{"urgency", 7}});
  ReadEnum(fields, "urgency", Urgency::kNormal);
  EXPECT_EQ(fields.Check().error().message, "spec.urgency: must be a string");
}

TEST_F(Codec, ARequiredEnumNamesItsChoices) {
  JsonFields fields = Fields(json::object());
  ReadRequiredEnum<Urgency>(fields, "urgency");
  EXPECT_EQ(fields.Check().error().message, "spec.urgency: is required: Normal or Emergency");
}

TEST_F(Codec, NullIsAbsent) {
  JsonFields fields = Fields({{"a", nullptr}, {"b", nullptr}, {"c", nullptr}, {"d", nullptr}});
  EXPECT_EQ(ReadOptionalString(fields, "a"), std::nullopt);
  EXPECT_EQ(ReadCodes(fields, "b", {404}), std::vector<int>{404});
  EXPECT_EQ(ReadDuration(fields, "c", std::chrono::minutes(3)), std::chrono::minutes(3));
  EXPECT_EQ(ReadOptional(fields, "d", [](JsonFields) { return 1; }), std::nullopt);
  EXPECT_TRUE(fields.Check());
}

TEST_F(Codec, CodesKeepTheirOrderAndAreBounded) {
  JsonFields fields = Fields({{"expect", {201, 100, 599}}});
  EXPECT_EQ(ReadCodes(fields, "expect", {}), (std::vector<int>{201, 100, 599}));
  EXPECT_TRUE(fields.Check());
  for (const json& bad : {json::array({99}), json::array({600}), json::array({INT64_MAX}),
                          json::array({UINT64_MAX}), json::array({200.0}), json::array({"200"})}) {
    JsonFields wrong = Fields({{"expect", bad}});
    EXPECT_EQ(ReadCodes(wrong, "expect", {7}), std::vector<int>{7});
    EXPECT_EQ(wrong.Check().error().message,
              "spec.expect: must hold HTTP status codes from 100 to 599");
  }
}

TEST(CodecWriters, LeaveOutWhatIsEmptyButNotWhatIsFalse) {
  json out = json::object();
  Put(out, "text", std::string());
  Put(out, "optional", std::optional<std::string>());
  PutNonZero(out, "number", 0);
  PutTime(out, "time", std::nullopt);
  PutList(out, "list", std::vector<std::string>{});
  EXPECT_EQ(out, json::object());
  Put(out, "text", std::string("a"));
  Put(out, "optional", std::optional<std::string>(""));
  PutNonZero(out, "number", -1);
  PutTime(out, "time", ParseTime("2027-02-21T09:00:00.9Z").value());
  PutDuration(out, "duration", Duration(0));
  PutEnum(out, "enum", Urgency::kNormal);
  EXPECT_EQ(out, json({{"text", "a"},
                       {"optional", ""},
                       {"number", -1},
                       {"time", "2027-02-21T09:00:00Z"},
                       {"duration", "0s"},
                       {"enum", "Normal"}}));
}

TEST(CodecObjects, TheKindMayBeAbsentAsInListItems) {
  EXPECT_TRUE(OpenObject<ManagedCredential>(json::object()).Check());
  EXPECT_TRUE(OpenObject<ManagedCredential>(json{{"kind", "ManagedCredential"}}).Check());
  EXPECT_EQ(OpenObject<ManagedCredential>(json{{"kind", "Secret"}}).Check().error().message,
            "kind: must be ManagedCredential");
  EXPECT_EQ(OpenObject<ManagedCredential>(json(nullptr)).Check().error().message,
            "kind: is missing: there is no object");
}

TEST(CodecObjects, AWrittenObjectCarriesItsTypeForTheServer) {
  const json object = WriteObject(ManagedCredential{});
  EXPECT_EQ(object["apiVersion"], "keysteward.dev/v1alpha1");
  EXPECT_EQ(object["kind"], "ManagedCredential");
  EXPECT_TRUE(object.contains("metadata") && object.contains("spec") && object.contains("status"));
}

}  // namespace
}  // namespace keysteward::api::v1alpha1::internal
