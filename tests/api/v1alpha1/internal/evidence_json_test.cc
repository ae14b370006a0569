#include "api/v1alpha1/internal/evidence_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/duration.h"

namespace keysteward::api::v1alpha1::internal {
namespace {

using nlohmann::json;

constexpr const char* kEntry = R"({
  "seq": 41, "at": "2027-01-01T03:00:00Z", "type": "KeyIssued", "data": {"a": 1},
  "previous": "sha256:0", "hash": "sha256:1", "signature": "c2ln", "keyId": "k"})";

EvidenceEntry Entry(const json& object) {
  JsonFields fields(object, "evidence[0]");
  EvidenceEntry entry = ReadEvidenceEntry(fields);
  EXPECT_TRUE(fields.Check()) << fields.Check().error().ToString();
  return entry;
}

std::string ErrorOf(const json& object) {
  JsonFields fields(object, "evidence[0]");
  (void)ReadEvidenceEntry(fields);
  return fields.Check() ? "" : fields.Check().error().message;
}

json With(const char* name, const json& value) {
  json object = json::parse(kEntry);
  object[name] = value;
  return object;
}

TEST(EvidenceEntryJson, EveryMemberStandsInItsOwnField) {
  EXPECT_EQ(Entry(json::parse(kEntry)),
            (EvidenceEntry{41, ParseTime("2027-01-01T03:00:00Z").value(), "KeyIssued", R"({"a":1})",
                           "sha256:0", "sha256:1", "c2ln", "k"}));
}

TEST(EvidenceEntryJson, IsWrittenAsItWasRead) {
  EXPECT_EQ(WriteEvidenceEntry(Entry(json::parse(kEntry))), json::parse(kEntry));
}

// The hash is of this text: a number that became another one would break the chain.
TEST(EvidenceEntryJson, KeepsItsDataToTheLetter) {
  const json data = {{"count", 3},
                     {"big", INT64_MAX},
                     {"names", {"a", "b"}},
                     {"nested", {{"z", 1}, {"a", "ä"}, {"none", nullptr}}}};
  const EvidenceEntry entry = Entry(With("data", data));
  EXPECT_EQ(entry.data, R"({"big":9223372036854775807,"count":3,"names":["a","b"],)"
                        R"("nested":{"a":"ä","none":null,"z":1}})");
  EXPECT_EQ(WriteEvidenceEntry(entry)["data"], data);
}

TEST(EvidenceEntryJson, TheFirstOneHasNoPredecessorAndWritesNone) {
  const EvidenceEntry entry = Entry({{"type", "KeyIssued"}, {"hash", "sha256:1"}});
  EXPECT_EQ(entry.at, std::nullopt);
  EXPECT_EQ(entry.previous, "");
  EXPECT_EQ(
      WriteEvidenceEntry(entry),
      json({{"seq", 0}, {"type", "KeyIssued"}, {"hash", "sha256:1"}, {"data", json::object()}}));
}

TEST(EvidenceEntryJson, WithoutTypeOrHashItProvesNothing) {
  EXPECT_EQ(ErrorOf(With("type", nullptr)), "evidence[0].type: is required");
  EXPECT_EQ(ErrorOf(With("hash", nullptr)), "evidence[0].hash: is required");
}

TEST(EvidenceEntryJson, AWrongTypeIsNamedByItsPath) {
  for (const json& data : {json("text"), json(7), json::array({1}), json(true)}) {
    EXPECT_EQ(ErrorOf(With("data", data)), "evidence[0].data: must be an object") << data;
  }
  EXPECT_EQ(ErrorOf(With("seq", "41")), "evidence[0].seq: must be an integer");
  EXPECT_EQ(ErrorOf(With("seq", UINT64_MAX)), "evidence[0].seq: is out of range");
  EXPECT_EQ(ErrorOf(With("previous", 1)), "evidence[0].previous: must be a string");
  EXPECT_EQ(ErrorOf(With("signature", {"c2ln"})), "evidence[0].signature: must be a string");
  EXPECT_EQ(ErrorOf(With("keyId", false)), "evidence[0].keyId: must be a string");
  EXPECT_NE(ErrorOf(With("at", "yesterday")), "");
}

TEST(EvidenceEntryJson, DataThatIsNoJsonObjectIsWrittenEmpty) {
  for (const char* data : {"", "not json", "[1]", "7", "{\"a\":", "null"}) {
    EvidenceEntry entry = Entry(json::parse(kEntry));
    entry.data = data;
    EXPECT_EQ(WriteEvidenceEntry(entry)["data"], json::object()) << data;
  }
}

TEST(EvidenceCheckpointJson, EveryMemberStandsInItsOwnFieldAndIsWrittenBack) {
  const json object = json::parse(R"({"rotation": "r-4", "first": 1, "last": 6,
      "head": "sha256:0", "signature": "c2ln", "keyId": "k"})");
  const EvidenceCheckpoint checkpoint = ReadEvidenceCheckpoint(JsonFields(object, "checkpoint"));
  EXPECT_EQ(checkpoint, (EvidenceCheckpoint{"r-4", 1, 6, "sha256:0", "c2ln", "k"}));
  EXPECT_EQ(WriteEvidenceCheckpoint(checkpoint), object);
}

TEST(EvidenceCheckpointJson, AnEmptyOneWritesItsBoundsAlone) {
  EXPECT_EQ(WriteEvidenceCheckpoint({}), json({{"first", 0}, {"last", 0}}));
}

}  // namespace
}  // namespace keysteward::api::v1alpha1::internal
