#include <gmock/gmock.h>

#include "common/base64.h"
#include "tests/detection/samples.h"
#include "tests/policy/judge_fixture.h"

namespace keysteward::policy {
namespace {

using detection::MakeSample;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using JudgeLiveKeysTest = JudgeTest;

TEST_F(JudgeLiveKeysTest, ALiveKeyIsRefusedWhateverItsFormatAndName) {
  constexpr const char* kValue = "just-some-words-of-ours";
  const std::string pod = PodWithEnv("GREETING", kValue);
  EXPECT_EQ(Run(Create(pod)).action, Action::kAllow) << "no rule knows it";
  DeliverKey(kValue);
  const Verdict verdict = Run(Create(pod));
  EXPECT_EQ(verdict.action, Action::kDeny);
  EXPECT_THAT(verdict.message, HasSubstr("spec.containers[0].env[0].value: literal credential "
                                         "(live-managed-key): it is a key that a "));
  EXPECT_THAT(verdict.message, HasSubstr("rotate the credential"));
  EXPECT_THAT(verdict.message, Not(HasSubstr(kValue)));
}

TEST_F(JudgeLiveKeysTest, ALiveKeyIsFoundAfterItsTextWasCalledClean) {
  constexpr const char* kValue = "just-some-words-of-ours";
  const std::string pod = PodWithEnv("GREETING", kValue);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Run(Create(pod)).action, Action::kAllow);
  DeliverKey(kValue);
  EXPECT_EQ(Run(Create(pod)).action, Action::kDeny);
  tripwire_.reset();
  EXPECT_EQ(Run(Create(pod)).action, Action::kAllow) << "the key is dead";
}

TEST_F(JudgeLiveKeysTest, ALiveKeyIsFoundInsideTextsAndEncodings) {
  constexpr const char* kValue = "just-some-words-of-ours";
  DeliverKey(kValue);
  const std::string map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: files}\ndata:\n  ";
  for (const std::string& data :
       {std::string("run.sh: |\n    curl -u x:") + kValue + " https://host/\n",
        std::string("app.conf: greeting ") + kValue + ";\n",
        std::string("a.json: '{\"b\": [\"") + kValue + "\"]}'\n",
        "blob: " + Base64Encode(std::string("greeting=") + kValue) + "\n"}) {
    const Verdict verdict = Run(Create(map + data));
    EXPECT_EQ(verdict.action, Action::kDeny) << data;
    EXPECT_THAT(verdict.message, HasSubstr("live-managed-key")) << data;
  }
}

TEST_F(JudgeLiveKeysTest, ALiveKeyOfAKnownFormatIsOneFinding) {
  const std::string key = MakeSample("sk_live_{alnum:24}");
  DeliverKey(key);
  const Verdict verdict = Run(Create(PodWithEnv("STRIPE_API_KEY", key)));
  ASSERT_THAT(verdict.judgements, SizeIs(1));
  EXPECT_EQ(verdict.judgements[0].finding.rule, "live-managed-key");
}

}  // namespace
}  // namespace keysteward::policy
