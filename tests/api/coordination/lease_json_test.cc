#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/coordination/lease_types.h"
#include "api/meta/decode.h"
#include "common/duration.h"

namespace keysteward::api {
namespace {

using nlohmann::json;

json LeaseObject() {
  return json::parse(R"({
    "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
    "metadata": {"name": "operator", "namespace": "keysteward", "resourceVersion": "7"},
    "spec": {"holderIdentity": "pod-a", "leaseDurationSeconds": 15, "leaseTransitions": 2,
             "acquireTime": "2026-01-01T00:00:00.000001Z",
             "renewTime": "2026-01-01T00:00:10.500000Z"}})");
}

TEST(Lease, IsReadToTheMicrosecond) {
  const Result<coordination::Lease> lease = Decode<coordination::Lease>(LeaseObject());
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->spec.holder_identity, "pod-a");
  EXPECT_EQ(lease->spec.lease_duration_seconds, 15);
  EXPECT_EQ(lease->spec.lease_transitions, 2);
  EXPECT_EQ(FormatMicroTime(*lease->spec.acquire_time), "2026-01-01T00:00:00.000001Z");
  EXPECT_EQ(FormatMicroTime(*lease->spec.renew_time), "2026-01-01T00:00:10.500000Z");
}

TEST(Lease, IsWrittenAsItWasRead) {
  EXPECT_EQ(coordination::ToJson(*Decode<coordination::Lease>(LeaseObject())), LeaseObject());
}

TEST(Lease, AReleasedOneKeepsItsEmptyHolder) {
  coordination::Lease lease;
  lease.metadata.name = "operator";
  EXPECT_EQ(coordination::ToJson(lease)["spec"],
            (json{{"holderIdentity", ""}, {"leaseTransitions", 0}}));
}

TEST(Lease, WithoutSpecNobodyHoldsIt) {
  const auto lease = Decode<coordination::Lease>(json::parse(R"({"metadata": {}, "spec": null})"));
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->spec, coordination::LeaseSpec{});
}

TEST(Lease, AWrongTimeIsNamed) {
  json object = LeaseObject();
  object["spec"]["renewTime"] = "yesterday";
  EXPECT_EQ(Decode<coordination::Lease>(object).error().message,
            "Lease: spec.renewTime: \"yesterday\" is not an RFC 3339 time; write for example "
            "2027-06-30T00:00:00Z");
}

}  // namespace
}  // namespace keysteward::api
