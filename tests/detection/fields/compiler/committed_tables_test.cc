// The committed tables, changed as a later Kubernetes or a careless hand would change them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/detection/fields/compiler/field_sources.h"
#include "tests/source_dir.h"

namespace keysteward::detection {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::filesystem::path kFields =
    std::filesystem::path(KEYSTEWARD_SOURCE_DIR) / "detection/fields";

std::string TextOf(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

class CommittedTables : public testing::Test {
 protected:
  Result<CompiledFields> Compiled() const {
    KS_ASSIGN_OR_RETURN(const KubernetesTypes read, ReadKubernetesTypes("types.yaml", types));
    FieldReview reviewed;
    KS_RETURN_IF_ERROR(AddReview("review.yaml", review, reviewed));
    // In the order of the build.
    std::vector<std::filesystem::path> files{kFields / "names.yaml"};
    for (const auto& file : std::filesystem::directory_iterator(kFields / "third_party")) {
      files.push_back(file.path());
    }
    std::sort(files.begin() + 1, files.end());
    for (const std::filesystem::path& file : files) {
      KS_RETURN_IF_ERROR(AddReview(file.filename().string(), TextOf(file), reviewed));
    }
    return CompileFields(read, reviewed);
  }
  // "" when they compile.
  std::string Error() const {
    const auto fields = Compiled();
    return fields ? "" : fields.error().message;
  }

  std::string types = TextOf(kFields / "kubernetes/types.yaml");
  std::string review = TextOf(kFields / "kubernetes/review.yaml");
};

TEST_F(CommittedTables, AreWhatTheProgramsHold) {
  const auto fields = Compiled();
  ASSERT_TRUE(fields) << fields.error().message;
  const FieldData& built_in = BuiltInFieldData();
  const auto same = [](const auto& ours, const auto& theirs) {
    return std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end());
  };
  EXPECT_EQ(built_in.text, fields->text);
  EXPECT_TRUE(same(built_in.members, fields->members));
  EXPECT_TRUE(same(built_in.states, fields->states));
  EXPECT_TRUE(same(built_in.kinds, fields->kinds));
  EXPECT_TRUE(same(built_in.endings, fields->endings));
  EXPECT_TRUE(same(built_in.object_ends, fields->object_ends));
}

TEST_F(CommittedTables, AskForALeafThatALaterKubernetesAdds) {
  types = With(types, "  core.v1.Container:\n", "  core.v1.Container:\n    accent: string\n");
  EXPECT_THAT(Error(), AllOf(HasSubstr("v1 Pod spec.containers.accent: nothing says what it means"),
                             HasSubstr("core.v1.Container.accent (string)")));
}

TEST_F(CommittedTables, AskForAReferenceToASecretThatALaterKubernetesAdds) {
  types = With(types, "  core.v1.PodSpec:\n",
               "  core.v1.PodSpec:\n    vault: core.v1.LocalObjectReference, secret\n");
  EXPECT_THAT(Error(), AllOf(HasSubstr("spec.vault.name: can hold the name of a Secret"),
                             HasSubstr("core.v1.LocalObjectReference.name")));
  types =
      With(types, "    vault: core.v1.LocalObjectReference, secret\n", "    vaultSecret: string\n");
  EXPECT_THAT(Error(), HasSubstr("spec.vaultSecret: can hold the name of a Secret"));
}

// An environment of another shape is not what the extractor knows.
TEST_F(CommittedTables, AskWhenTheExtractorNoLongerSeesAnEnvironment) {
  types = With(types, "    envFrom: list core.v1.EnvFromSource",
               "    envOf: list core.v1.EnvFromSource");
  EXPECT_THAT(Error(), HasSubstr(".envOf[].secretRef.name: can hold the name of a Secret"));
}

TEST_F(CommittedTables, AskForAReasonThatWasTakenAway) {
  review = With(review, "core.v1.PodSpec.imagePullSecrets", "core.v1.PodSpec.imagePullSecret");
  EXPECT_THAT(Error(),
              AllOf(HasSubstr("spec.imagePullSecrets[].name: can hold the name of a Secret"),
                    HasSubstr("imagePullSecret explains no leaf")));
}

TEST_F(CommittedTables, AskForARowOfAMemberThatIsGone) {
  types = With(types, "    stringData: map string", "    stringDatum: map string");
  EXPECT_THAT(Error(), HasSubstr("core.v1.Secret.stringData decides about no member"));
}

}  // namespace
}  // namespace keysteward::detection
