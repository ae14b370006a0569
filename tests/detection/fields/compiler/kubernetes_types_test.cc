#include "detection/fields/compiler/kubernetes_types.h"

#include <gtest/gtest.h>

namespace keysteward::detection {
namespace {

TEST(ReadKubernetesTypes, ReadsShapes) {
  const auto types =
      ReadKubernetesTypes("t.yaml",
                          "version: v1.2.3\nkinds: {apps/v1 Deployment: a.v1.B}\ntypes:\n  "
                          "a.v1.B:\n    c: map list d.v1.E, secret\n"
                          "    f: integer or string\n");
  ASSERT_TRUE(types) << types.error().message;
  EXPECT_EQ(types->version, "v1.2.3");
  ASSERT_EQ(types->kinds.size(), 1u);
  EXPECT_EQ(types->kinds[0].api_version, "apps/v1");
  EXPECT_EQ(types->kinds[0].kind, "Deployment");
  const std::vector<TypeMember>& members = types->types.at("a.v1.B");
  ASSERT_EQ(members.size(), 2u);
  EXPECT_EQ(members[0].holders, (std::vector{Holder::kMap, Holder::kList}));
  EXPECT_EQ(members[0].of, "d.v1.E");
  EXPECT_TRUE(members[0].speaks_of_secrets);
  EXPECT_EQ(members[1].of, "integer or string");
  EXPECT_FALSE(members[1].speaks_of_secrets);
}

TEST(ReadKubernetesTypes, RefusesBrokenTables) {
  const auto error = [](std::string_view text) {
    const auto types = ReadKubernetesTypes("t.yaml", text);
    return types ? "" : types.error().message;
  };
  EXPECT_EQ(error("kinds: {}"), "t.yaml: no types");
  EXPECT_EQ(error("types: {}"), "t.yaml: no kinds");
  EXPECT_EQ(error("types: {a: {}}\nkinds: {}"), "t.yaml:1: a type without members");
  EXPECT_EQ(error("types: {a: {b: string}}\nkinds: {Pod: a}"),
            "t.yaml:2: want: group/version Kind");
  EXPECT_EQ(error("types: {a: {b: string}}\nkinds: {v1 Pod: c}"), "t.yaml:2: no such type");
}

}  // namespace
}  // namespace keysteward::detection
