#include "detection/fields/object_identity.h"

#include <gtest/gtest.h>

#include "detection/reader/manifest_reader.h"

namespace keysteward::detection {
namespace {

ObjectIdentity Identity(std::string_view yaml) {
  ManifestReader reader;
  const auto file = reader.Read(yaml);
  return file ? IdentityOf(*file->documents[0].root) : ObjectIdentity{};
}

TEST(IdentityOf, ReadsWhoTheObjectIs) {
  const ObjectIdentity id =
      Identity("apiVersion: apps/v1\nkind: Deployment\nmetadata: {namespace: shop, name: api}\n");
  EXPECT_EQ(id, (ObjectIdentity{"apps/v1", "Deployment", "shop", "api"}));
  EXPECT_EQ(id.group(), "apps");
}

TEST(IdentityOf, HasNoGroupForCoreKinds) {
  EXPECT_EQ(Identity("apiVersion: v1\nkind: Pod\n").group(), "");
  EXPECT_EQ(Identity("kind: Pod\n").group(), "");
}

TEST(IdentityOf, TakesGenerateNameWhenThereIsNoName) {
  EXPECT_EQ(Identity("metadata: {generateName: job-}\n").name, "job-");
  EXPECT_EQ(Identity("metadata: {name: a, generateName: b}\n").name, "a");
}

TEST(IdentityOf, TakesTheLastOfDuplicates) {
  EXPECT_EQ(Identity("kind: Pod\nkind: Secret\n").kind, "Secret");
}

TEST(IdentityOf, IsEmptyForOddShapes) {
  for (const char* yaml : {"[]", "x", "metadata: [a]\n", "metadata: x\n", "kind: [Pod]\n",
                           "metadata: {name: {a: b}, namespace: [c]}\n", "kind: 7\n"}) {
    EXPECT_EQ(Identity(yaml), ObjectIdentity{}) << yaml;
  }
}

}  // namespace
}  // namespace keysteward::detection
