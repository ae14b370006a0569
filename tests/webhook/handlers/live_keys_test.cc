#include "webhook/handlers/live_keys.h"

#include <gtest/gtest.h>

#include "api/v1alpha1/annotations.h"
#include "common/base64.h"
#include "tests/fakes/fake_clock.h"

namespace keysteward::webhook {
namespace {

namespace v1 = api::v1alpha1;
using api::core::PartialObjectMetadata;

constexpr std::string_view kDigestKey = "key of the marks";
constexpr std::string_view kValue = "just-some-words-of-ours";

class LiveKeysTest : public testing::Test {
 protected:
  void TakeKey(std::string_view key = kDigestKey) {
    api::core::Secret secret;
    secret.data["key"] = Base64Encode(key);
    keys_.TakeKey(&secret);
  }
  static PartialObjectMetadata Staged(const std::string& name, std::string_view value,
                                      const std::string& space = "keysteward-system") {
    PartialObjectMetadata secret;
    secret.metadata.namespace_name = space;
    secret.metadata.name = name;
    secret.metadata.labels[v1::kStagedLabel] = "true";
    secret.metadata.annotations[v1::kTripwireAnnotation] = detection::MakeMark(kDigestKey, value);
    return secret;
  }
  void Take(const PartialObjectMetadata& secret) { keys_.TakeStaged(nullptr, &secret); }
  bool Holds(std::string_view value = kValue) {
    clock_.Advance(std::chrono::seconds(2));
    return keys_.Current()->Holds(value);
  }

  FakeClock clock_;
  LiveKeys keys_{"keysteward-system", clock_};
};

TEST_F(LiveKeysTest, HoldNothingWithoutTheKeyOfTheMarks) {
  EXPECT_TRUE(keys_.Current()->empty());
  Take(Staged("staged-1", kValue));
  EXPECT_FALSE(Holds());
  TakeKey();
  EXPECT_TRUE(Holds());
  keys_.TakeKey(nullptr);
  EXPECT_FALSE(Holds()) << "the Secret is gone";
}

TEST_F(LiveKeysTest, HoldAKeyAsLongAsItIsStaged) {
  TakeKey();
  const PartialObjectMetadata one = Staged("staged-1", kValue);
  const PartialObjectMetadata two = Staged("staged-2", "other-words-of-ours");
  Take(one);
  Take(two);
  EXPECT_TRUE(Holds());
  keys_.TakeStaged(&one, nullptr);
  EXPECT_FALSE(Holds());
  EXPECT_TRUE(Holds("other-words-of-ours"));
}

TEST_F(LiveKeysTest, FollowAMarkThatIsMadeLater) {
  TakeKey();
  PartialObjectMetadata before = Staged("staged-1", kValue);
  before.metadata.annotations.clear();
  Take(before);
  EXPECT_FALSE(Holds());
  const PartialObjectMetadata after = Staged("staged-1", kValue);
  keys_.TakeStaged(&before, &after);
  EXPECT_TRUE(Holds());
}

// Anybody may write a label and an annotation into a Secret of their own.
TEST_F(LiveKeysTest, BelieveOnlyOurNamespaceAndLabel) {
  TakeKey();
  Take(Staged("staged-1", kValue, "tenant"));
  PartialObjectMetadata unlabelled = Staged("staged-2", kValue);
  unlabelled.metadata.labels.clear();
  Take(unlabelled);
  EXPECT_FALSE(Holds());
}

TEST_F(LiveKeysTest, AreBuiltOnceASecondAtMost) {
  TakeKey();
  Take(Staged("staged-1", kValue));
  const auto first = keys_.Current();
  Take(Staged("staged-2", "other-words-of-ours"));
  EXPECT_EQ(keys_.Current(), first) << "within the second";
  clock_.Advance(std::chrono::seconds(1));
  const auto second = keys_.Current();
  EXPECT_NE(second, first);
  clock_.Advance(std::chrono::seconds(5));
  EXPECT_EQ(keys_.Current(), second) << "nothing changed";
  EXPECT_TRUE(first->Holds(kValue)) << "who still looks keeps what he has";
}

}  // namespace
}  // namespace keysteward::webhook
