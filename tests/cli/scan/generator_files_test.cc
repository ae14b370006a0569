#include "cli/scan/generator_files.h"

#include <gtest/gtest.h>

namespace keysteward::cli {
namespace {

// Which files are found is in scan_inputs_test.cc: it takes a folder.
TEST(IsKustomization, ByItsNameAlone) {
  for (const char* path : {"kustomization.yaml", "a/kustomization.yml", "a/b/Kustomization"}) {
    EXPECT_TRUE(IsKustomization(path)) << path;
  }
  for (const char* path : {"kustomization.json", "my-kustomization.yaml", "Kustomization/a.yaml"}) {
    EXPECT_FALSE(IsKustomization(path)) << path;
  }
}

TEST(GeneratorFiles, OfNoFileAreNone) {
  const GeneratorFiles none = FindGeneratorFiles("/nothing/here");
  EXPECT_TRUE(none.config_maps.empty() && none.secrets.empty());
}

TEST(ConfigMapOf, HoldsTheTextAtItsPlaces) {
  const detection::ManifestFile file = ConfigMapOf("k/app.env", "A=b\n");
  ASSERT_EQ(file.documents.size(), 1u);
  const detection::Node& object = *file.documents[0].root;
  EXPECT_EQ(object.String("kind"), "ConfigMap");
  EXPECT_EQ(object.weight, 5u) << "itself, two names, data and the entry";
  const detection::Node* entry = object.Find("data")->Find("app.env");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->text, "A=b\n");
  EXPECT_EQ(entry->position, (detection::Position{1, 1}));
}

}  // namespace
}  // namespace keysteward::cli
