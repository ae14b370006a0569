#include "kube/cache/packed_metadata.h"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <string>

namespace keysteward::kube {
namespace {

using api::ObjectMeta;

ObjectMeta Full() {
  ObjectMeta metadata;
  metadata.name = "stripe-live";
  metadata.generate_name = "stripe-";
  metadata.namespace_name = "payments";
  metadata.uid = "7f0c";
  metadata.resource_version = "42";
  metadata.generation = 3;
  metadata.creation_timestamp = WallTime(std::chrono::seconds(1'767'225'600));
  metadata.deletion_timestamp = WallTime(std::chrono::seconds(-1));
  metadata.labels = {{"app", "shop"}, {"empty", ""}};
  metadata.annotations = {{"keysteward.dev/owner", "team-shop"}, {"note", std::string(300, 'x')}};
  metadata.finalizers = {"b", "a"};
  metadata.owner_references = {
      {"v1", "ConfigMap", "other", "u-9", false, false},
      {"keysteward.dev/v1alpha1", "ManagedCredential", "c", "u-2", true, true}};
  return metadata;
}

TEST(PackedMetadata, UnpacksToWhatWasPacked) {
  EXPECT_EQ(PackedMetadata(Full()).Unpack(), Full());
  EXPECT_EQ(PackedMetadata(ObjectMeta()).Unpack(), ObjectMeta());
}

TEST(PackedMetadata, ShowsItsKey) {
  const PackedMetadata packed(Full());
  EXPECT_EQ(packed.namespace_name(), "payments");
  EXPECT_EQ(packed.name(), "stripe-live");
}

TEST(PackedMetadata, TakesNumbersAndTextsOfEveryLength) {
  ObjectMeta metadata;
  for (const int64_t generation :
       {int64_t{0}, int64_t{127}, int64_t{128}, int64_t{-1}, std::numeric_limits<int64_t>::max(),
        std::numeric_limits<int64_t>::min()}) {
    metadata.generation = generation;
    EXPECT_EQ(PackedMetadata(metadata).Unpack(), metadata);
  }
  for (const size_t size : {127u, 128u, 16'383u, 16'384u, 262'144u}) {
    metadata.annotations["note"] = std::string(size, '\0');
    EXPECT_EQ(PackedMetadata(metadata).Unpack(), metadata);
  }
}

}  // namespace
}  // namespace keysteward::kube
