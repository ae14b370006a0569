// The rules of a policy: what its author is told of a wrong object, and each limit from both sides.
#include "api/v1alpha1/credential_policy_validation.h"

#include <gtest/gtest.h>

#include "tests/api/v1alpha1/refusal.h"
#include "tests/builders/admission_kind_builders.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::CredentialPolicyBuilder;
using std::chrono::hours;

TEST(ValidatePolicy, TheDefaultIsValid) {
  EXPECT_EQ(Text(Validate(CredentialPolicyBuilder().Build())), "");
}

TEST(ValidatePolicy, TellsEveryMistake) {
  const CredentialPolicy policy = CredentialPolicyBuilder()
                                      .With([](CredentialPolicySpec& spec) {
                                        spec.literals.disabled_rules = {"ok", "Not OK", "ok"};
                                        spec.references.owner_annotations = {};
                                        spec.references.warn_before = hours(8760);
                                      })
                                      .Build();
  EXPECT_EQ(Text(Validate(policy)),
            "spec.literals.disabledRules[1]: must be a rule id, e.g. stripe-live-key\n"
            "spec.literals.disabledRules[2]: must not be listed twice\n"
            "spec.references.ownerAnnotations: must hold 1 to 16 annotation keys; leave it out for "
            "the default\n"
            "spec.references.warnBefore: must be shorter than maxLifetime: every Secret would "
            "cause a warning\n");
}

TEST(CredentialPolicyLimits, OfNamesAndLists) {
  const auto rules = [](const std::string& items) {
    return R"({"spec": {"literals": {"disabledRules": [)" + items + "]}}}";
  };
  const auto keys = [](const std::string& name, const std::string& items) {
    return R"({"spec": {"references": {")" + name + R"(": [)" + items + "]}}}";
  };
  std::vector<Limit> limits = {
      {NameOf(52), NameOf(53),
       "metadata.name: must be at most 52 characters, choose a shorter name: messages quote it"},
      {rules(Times(256, R"("r#")")), rules(Times(257, R"("r#")")),
       "spec.literals.disabledRules: must have at most 256 items, has 257"},
      {rules(R"("«128 r»")"), rules(R"("«129 r»")"),
       "spec.literals.disabledRules[0]: must be a rule id, e.g. stripe-live-key"}};
  for (const std::string name : {"ownerAnnotations", "expiryAnnotations"}) {
    const std::string field = "spec.references." + name;
    limits.push_back({keys(name, Times(16, R"("a#")")), keys(name, Times(17, R"("a#")")),
                      field + ": must hold 1 to 16 annotation keys; leave it out for the default"});
    limits.push_back({keys(name, R"("«317 a»")"), keys(name, R"("«318 a»")"),
                      field + "[0]: must be an annotation key, e.g. keysteward.dev/owner"});
  }
  ExpectLimits<CredentialPolicy>(builders::CredentialPolicyBuilder().BuildJson(), limits);
}

TEST(CredentialPolicyLimits, OfCustomRules) {
  const auto with = [](const std::string& change) {
    nlohmann::json rule = {{"id", "acme"},
                           {"pattern", "acme_[a-z]{24}"},
                           {"keywords", {"acme_"}},
                           {"examples", {"acme_{lower:24}"}}};
    rule.merge_patch(nlohmann::json::parse(WithRepeats(change)));
    return nlohmann::json({{"spec", {{"literals", {{"customRules", {rule}}}}}}}).dump();
  };
  const auto text = [&](const std::string& name, int length) {
    return with("{\"" + name + "\": \"«" + std::to_string(length) + " a»\"}");
  };
  const auto list = [&](const std::string& name, const std::string& items) {
    return with("{\"" + name + "\": [" + items + "]}");
  };
  const auto rules = [](int count) {
    return R"({"spec": {"literals": {"customRules": [)" +
           Times(count, R"({"id": "r#", "pattern": "acme_[a-z]{24}", "keywords": ["acme"],)"
                        R"( "examples": ["acme_{lower:24}"]})") +
           "]}}}";
  };
  const std::string rule = "spec.literals.customRules[0].";
  const auto size = [&](const std::string& field, const char* bounds, const char* is) {
    return rule + field + ": must be " + bounds + " characters, is " + is;
  };
  const std::string entropy =
      rule + "minimumEntropy: must be bits per character from 0 to 8 as text, e.g. \"3.5\"";
  const auto bits = [&](const std::string& value) {
    return with("{\"minimumEntropy\": \"" + value + "\"}");
  };
  std::vector<Limit> limits = {
      {rules(64), rules(65), "spec.literals.customRules: must have at most 64 items, has 65"},
      {text("id", 128), text("id", 129), rule + "id: must be a rule id, e.g. stripe-live-key"},
      {text("pattern", 8), text("pattern", 7), size("pattern", "8 to 512", "7")},
      {text("pattern", 512), text("pattern", 513), size("pattern", "8 to 512", "513")},
      {text("provider", 64), text("provider", 65), size("provider", "0 to 64", "65")},
      {text("remediation", 256), text("remediation", 257), size("remediation", "0 to 256", "257")},
      {list("keywords", R"("abc")"), list("keywords", R"("ab")"),
       size("keywords[0]", "3 to 64", "2")},
      {list("keywords", Times(16, R"("abc#")")), list("keywords", Times(17, R"("abc#")")),
       rule + "keywords: must have at most 16 items, has 17"},
      {list("keywords", R"("«64 a»")"), list("keywords", ""),
       rule + "keywords: must hold a text that is in every match, e.g. acme_live_"},
      {list("examples", R"("«512 a»")"), list("examples", R"("«513 a»")"),
       size("examples[0]", "8 to 512", "513")},
      {list("examples", Times(8, R"("abcdefgh#")")), list("examples", Times(9, R"("abcdefgh#")")),
       rule + "examples: must have at most 8 items, has 9"},
      {list("examples", R"("abcdefgh")"), list("examples", ""),
       rule + "examples: must hold a text that the rule finds, e.g. acme_live_{alnum:24}"},
      {list("counterexamples", Times(8, R"("#")")), list("counterexamples", Times(9, R"("#")")),
       rule + "counterexamples: must have at most 8 items, has 9"}};
  for (const char* good : {"0", "8", "3.5", "7.99"}) {
    for (const char* bad : {"9", "8.1", "-1", "3.", "3.555", ".5", "3,5", "a", "33", "3.x"}) {
      limits.push_back({bits(good), bits(bad), entropy});
    }
  }
  ExpectLimits<CredentialPolicy>(builders::CredentialPolicyBuilder().BuildJson(), limits);
}

TEST(CredentialPolicyLimits, OfCustomResources) {
  const auto kinds = [](const std::string& items) {
    return R"({"spec": {"customResources": [)" + items + "]}}";
  };
  const auto kind = [&](const std::string& group, const std::string& name) {
    return kinds("{\"group\": \"" + group + "\", \"kind\": \"" + name + "\"}");
  };
  const std::string good = kind("argoproj.io", "Application");
  const std::string field = "spec.customResources[0]";
  std::vector<Limit> limits = {{kinds(Times(64, R"({"group": "a.io", "kind": "K#"})")),
                                kinds(Times(65, R"({"group": "a.io", "kind": "K#"})")),
                                "spec.customResources: must have at most 64 items, has 65"},
                               {kinds(Times(2, R"({"group": "a#.io", "kind": "K"})")),
                                kinds(Times(2, R"({"group": "a.io", "kind": "K"})")),
                                "spec.customResources[1]: must not be listed twice"},
                               {kind("a.io", "K«62 a»"), kind("a.io", "K«63 a»"),
                                field + ".kind: must be a kind, e.g. Application"}};
  for (const char* group : {"apps", "Argoproj.io", "gateway.networking.k8s.io", "keysteward.dev"}) {
    limits.push_back({good, kind(group, "Application"),
                      field + ".group: must be the group of a custom resource, e.g. argoproj.io"});
  }
  for (const char* name : {"applications", "Application.v1", "*"}) {
    limits.push_back({good, kind("a.io", name), field + ".kind: must be a kind, e.g. Application"});
  }
  ExpectLimits<CredentialPolicy>(builders::CredentialPolicyBuilder().BuildJson(), limits);
}

TEST(CredentialPolicyLimits, OfLifetimes) {
  const auto ages = [](const std::string& longest, const std::string& warn) {
    return R"({"spec": {"references": {"maxLifetime": ")" + longest + R"(", "warnBefore": ")" +
           warn + R"("}}})";
  };
  const std::string longest =
      "spec.references.maxLifetime: must be a duration between 1h and 87600h, e.g. 8760h";
  ExpectLimits<CredentialPolicy>(
      builders::CredentialPolicyBuilder().BuildJson(),
      {{ages("1h", "0s"), ages("59m59s", "0s"), longest},
       {ages("87600h", "8760h"), ages("87600h1s", "8760h"), longest},
       {ages("87600h", "8760h"), ages("87600h", "8760h1s"),
        "spec.references.warnBefore: must be a duration between 0s and 8760h, e.g. 168h"},
       {ages("2h", "1h59m59s"), ages("2h", "2h"),
        "spec.references.warnBefore: must be shorter than maxLifetime: every Secret would cause a "
        "warning"}});
}

const Refused kRefused[] = {
    {R"({"kind": "ClusterPolicy"})", "kind: must be CredentialPolicy"},
    {R"({"metadata": {"name": "«53 n»"}})",
     "metadata.name: must be at most 52 characters, choose a shorter name: messages quote "
     "it"},
    {R"({"spec": {"action": "Block"}})", "spec.action: must be Deny, Warn or Audit"},
    {R"({"spec": {"action": true}})", "spec.action: must be a string"},
    {R"({"spec": {"existing": "Deny"}})", "spec.existing: must be Report or Enforce"},
    {R"({"spec": {"namespaceSelector": 7}})", "spec.namespaceSelector: must be an object"},
    {R"({"spec": {"namespaceSelector": {"matchLabels": []}}})",
     "spec.namespaceSelector.matchLabels: must be a map of strings"},
    {R"({"spec": {"namespaceSelector": {"matchExpressions": [{"key": "a",
 "operator": "Is"}]}}})",
     "spec.namespaceSelector.matchExpressions[0].operator: must be In, NotIn, Exists or "
     "DoesNotExist"},
    {R"({"spec": {"allowedOverrides": "Warn"}})",
     "spec.allowedOverrides: must be a list of strings"},
    {R"({"spec": {"allowedOverrides": ["Warn", "Warn"]}})",
     "spec.allowedOverrides: must not list a value twice"},
    {R"({"spec": {"allowedOverrides": [7]}})", "spec.allowedOverrides: must be a list of strings"},
    {R"({"spec": {"literals": {"action": "No"}}})",
     "spec.literals.action: must be Deny, Warn or Audit"},
    {R"({"spec": {"literals": {"minimumConfidence": "Sure"}}})",
     "spec.literals.minimumConfidence: must be Low, Medium or High"},
    {R"({"spec": {"literals": {"disabledRules": ["Stripe Key"]}}})",
     "spec.literals.disabledRules[0]: must be a rule id, e.g. stripe-live-key"},
    {R"({"spec": {"literals": {"disabledRules": ["a", "a"]}}})",
     "spec.literals.disabledRules[1]: must not be listed twice"},
    {R"({"spec": {"literals": {"disabledRules": [""]}}})",
     "spec.literals.disabledRules[0]: must be a rule id, e.g. stripe-live-key"},
    {R"({"spec": {"literals": []}})", "spec.literals: must be an object"},
    {R"({"spec": {"references": {"ownerAnnotations": []}}})",
     "spec.references.ownerAnnotations: must hold 1 to 16 annotation keys; leave it out "
     "for the default"},
    {R"({"spec": {"references": {"ownerAnnotations": ["a/b/c"]}}})",
     "spec.references.ownerAnnotations[0]: must be an annotation key, e.g. "
     "keysteward.dev/owner"},
    {R"({"spec": {"references": {"ownerAnnotations": ["a", "a"]}}})",
     "spec.references.ownerAnnotations[1]: must not be listed twice"},
    {R"({"spec": {"references": {"ownerAnnotations": ["a0", "a1", "a2", "a3", "a4",
 "a5", "a6", "a7", "a8", "a9", "a10", "a11", "a12", "a13", "a14", "a15",
 "a16"]}}})",
     "spec.references.ownerAnnotations: must hold 1 to 16 annotation keys; leave it out "
     "for the default"},
    {R"({"spec": {"references": {"expiryAnnotations": []}}})",
     "spec.references.expiryAnnotations: must hold 1 to 16 annotation keys; leave it out "
     "for the default"},
    {R"({"spec": {"references": {"expiryAnnotations": ["not a key"]}}})",
     "spec.references.expiryAnnotations[0]: must be an annotation key, e.g. "
     "keysteward.dev/owner"},
    {R"({"spec": {"references": {"maxLifetime": "59m"}}})",
     "spec.references.maxLifetime: must be a duration between 1h and 87600h, e.g. 8760h | "
     "spec.references.warnBefore: must be shorter than maxLifetime: every Secret would "
     "cause a warning"},
    {R"({"spec": {"references": {"maxLifetime": "87601h"}}})",
     "spec.references.maxLifetime: must be a duration between 1h and 87600h, e.g. 8760h"},
    {R"({"spec": {"references": {"warnBefore": "8761h"}}})",
     "spec.references.warnBefore: must be a duration between 0s and 8760h, e.g. 168h | "
     "spec.references.warnBefore: must be shorter than maxLifetime: every Secret would "
     "cause a warning"},
    {R"({"spec": {"references": {"maxLifetime": "2h", "warnBefore": "2h"}}})",
     "spec.references.warnBefore: must be shorter than maxLifetime: every Secret would "
     "cause a warning"},
    {R"({"spec": {"references": {"warnBefore": "a week"}}})",
     "spec.references.warnBefore: \"a week\" is not a duration; write for example 720h, 10m "
     "or 1h30m"},
    {R"({"spec": {"references": {"expired": "Delete"}}})",
     "spec.references.expired: must be Deny, Warn or Audit"},
    {R"({"spec": {"references": {"missingSecret": "Wait"}}})",
     "spec.references.missingSecret: must be Deny, Warn or Audit"},
    {R"({"spec": {"literals": {"customRules": [{"pattern": "abcdefgh"}]}}})",
     "spec.literals.customRules[0].id: is required"},
    {R"({"spec": {"literals": {"customRules": {}}}})", "spec.literals.customRules: must be a list"},
    {R"({"status": {"namespaces": "all"}})", "status.namespaces: must be an integer"}};

TEST(CredentialPolicyRefusals, NameTheFieldAndTheRemedy) {
  const nlohmann::json good = builders::CredentialPolicyBuilder().BuildJson();
  ASSERT_EQ(Refusal<CredentialPolicy>(good, "{}"), "") << "what the rows change is itself good";
  for (const Refused& row : kRefused) {
    EXPECT_EQ(Refusal<CredentialPolicy>(good, row.patch), row.message) << row.patch;
  }
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
