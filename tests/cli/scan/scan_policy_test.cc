#include "cli/scan/scan_policy.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPolicy =
    "apiVersion: keysteward.dev/v1alpha1\nkind: CredentialPolicy\nmetadata: {name: default}\n"
    "spec: {action: Warn}\n";
constexpr const char* kException =
    "apiVersion: keysteward.dev/v1alpha1\nkind: CredentialException\n"
    "metadata: {name: sandbox, namespace: shop}\nspec:\n  owner: payments-team\n"
    "  reason: key of a sandbox account\n  approvedBy: security-team\n"
    "  expiresAt: 2027-01-01T00:00:00Z\n  scope: {rule: stripe-secret-key}\n";

class ScanPolicyTest : public testing::Test {
 protected:
  ScanPolicyTest() {
    std::string name = fs::temp_directory_path() / "scan_policy_XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~ScanPolicyTest() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name) << text;
    return folder_ + "/" + name;
  }
  // The error for a policy file of that text, without the folder.
  std::string PolicyError(const std::string& text) const {
    const auto snapshot = ReadPolicySnapshot(Write("p.yaml", text), "");
    if (snapshot) return "";
    std::string message = snapshot.error().message;
    const size_t at = message.find(folder_ + "/");
    return at == std::string::npos ? message : message.erase(at, folder_.size() + 1);
  }

  std::string folder_;
};

TEST_F(ScanPolicyTest, IsTheBuiltInOneWithoutFiles) {
  const auto snapshot = ReadPolicySnapshot("", "");
  ASSERT_TRUE(snapshot);
  EXPECT_TRUE(snapshot->policies.empty());
  EXPECT_TRUE(snapshot->exceptions.empty());
}

TEST_F(ScanPolicyTest, TakesEveryObjectOfBothFiles) {
  const std::string two = std::string(kPolicy) + "---\n" + kPolicy + "---\n";
  const auto snapshot = ReadPolicySnapshot(Write("p.yaml", two), Write("e.yaml", kException));
  ASSERT_TRUE(snapshot) << snapshot.error().ToString();
  ASSERT_EQ(snapshot->policies.size(), 2u);
  EXPECT_EQ(snapshot->policies[0].literals.action, policy::Action::kWarn);
  ASSERT_EQ(snapshot->exceptions.size(), 1u);
  EXPECT_EQ(snapshot->exceptions[0].scope.rule, "stripe-secret-key");
}

constexpr const char* kWithRule =
    "kind: CredentialPolicy\nmetadata: {name: shop}\nspec: {literals: {customRules: [{id: acme,\n"
    "  pattern: 'acme_[a-z0-9]{24}', keywords: [acme_], examples: ['acme_{lower:24}']}]}}\n";

TEST_F(ScanPolicyTest, ReadsCustomRulesWithTheirPolicyAsScope) {
  const auto rules = ReadCustomRules(Write("p.yaml", kWithRule));
  ASSERT_TRUE(rules) << rules.error().ToString();
  ASSERT_EQ(rules->size(), 1u);
  EXPECT_EQ(rules->front().scope, "shop");
  EXPECT_TRUE(ReadCustomRules("")->empty());
}

TEST_F(ScanPolicyTest, RefusesACustomRuleThatMissesItsExample) {
  std::string text = kWithRule;
  text.replace(text.find("{24}'"), 4, "{25}");
  const auto rules = ReadCustomRules(Write("p.yaml", text));
  ASSERT_FALSE(rules);
  EXPECT_NE(
      rules.error().message.find("p.yaml: spec.literals.customRules[0]: example 1 is not found"),
      std::string::npos);
}

TEST_F(ScanPolicyTest, TakesListsAndEmptyDocuments) {
  const auto snapshot = ReadPolicySnapshot(
      Write("p.yaml",
            "---\n---\nkind: List\nitems:\n- {kind: CredentialPolicy, metadata: {name: "
            "a}, spec: {}}\n- {kind: CredentialPolicy, metadata: {name: b}, spec: {}}\n"),
      "");
  ASSERT_TRUE(snapshot) << snapshot.error().ToString();
  EXPECT_EQ(snapshot->policies.size(), 2u);
}

TEST_F(ScanPolicyTest, RefusesWhatItIsNotWithItsLine) {
  EXPECT_EQ(PolicyError("a: b\n"), "p.yaml:1: expected kind CredentialPolicy");
  EXPECT_EQ(PolicyError(std::string(kPolicy) + "---\n\n" + kException),
            "p.yaml:7: expected kind CredentialPolicy");
  EXPECT_EQ(PolicyError("just text\n"), "p.yaml:1: expected kind CredentialPolicy");
  EXPECT_EQ(PolicyError("a: [\n"), "p.yaml: 2:1: did not find expected node content");
  EXPECT_EQ(PolicyError("kind: CredentialPolicy\nspec: {action: Block}\n"),
            "p.yaml: CredentialPolicy: spec.action: must be Deny, Warn or Audit");
  EXPECT_EQ(PolicyError("kind: CredentialPolicy\nspec: {references: {ownerAnnotations: []}}\n"),
            "p.yaml: spec.references.ownerAnnotations: must hold 1 to 16 annotation keys; leave it "
            "out for the default");
}

TEST_F(ScanPolicyTest, RefusesFilesThatAreNone) {
  EXPECT_EQ(ReadPolicySnapshot(folder_ + "/nothing", "").error().ToString(),
            "InvalidArgument: " + folder_ + "/nothing: no such file");
  EXPECT_EQ(ReadPolicySnapshot("", folder_).error().ToString(),
            "InvalidArgument: " + folder_ + ": not a regular file");
  const std::string huge = Write("huge.yaml", "");
  fs::resize_file(huge, 2u << 20);
  EXPECT_EQ(ReadPolicySnapshot(huge, "").error().message, huge + ": larger than 1048576 bytes");
}

}  // namespace
}  // namespace keysteward::cli
