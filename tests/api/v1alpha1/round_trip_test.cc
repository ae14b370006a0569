// Objects with any part of their fields: what was read and written once stays as it is, however
// often it is read and written again, and holds nothing that the server would refuse.
#include <gtest/gtest.h>

#include <random>

#include "api/meta/decode.h"
#include "api/v1alpha1/credential_exception_types.h"
#include "api/v1alpha1/credential_issuer_types.h"
#include "api/v1alpha1/credential_policy_types.h"
#include "api/v1alpha1/credential_revocation_types.h"
#include "api/v1alpha1/credential_rotation_types.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "tests/builders/crd_schema.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::CrdSchema;
using nlohmann::json;

bool HoldsNull(const json& value) {
  if (value.is_null()) return true;
  if (!value.is_structured()) return false;
  for (const json& item : value) {
    if (HoldsNull(item)) return true;
  }
  return false;
}

// Takes each member of objects below `value` away with a chance of 1 to `rarity`.
void Thin(json& value, std::mt19937& random, unsigned rarity) {
  if (value.is_array()) {
    for (json& item : value) Thin(item, random, rarity);
  }
  if (!value.is_object()) return;
  for (auto member = value.begin(); member != value.end();) {
    if (random() % rarity == 0) {
      member = value.erase(member);
    } else {
      Thin(*member, random, rarity);
      ++member;
    }
  }
}

// Doubles lists up to three items.
void Thicken(json& value, std::mt19937& random) {
  if (!value.is_structured()) return;
  for (json& item : value) Thicken(item, random);
  if (!value.is_array() || value.empty()) return;
  for (size_t copies = random() % 3; copies > 0; --copies) value.push_back(json(value[0]));
}

template <typename T>
class RoundTrip : public testing::Test {
 protected:
  static json Full() { return CrdSchema::Of(std::string(KindOf<T>::resource.plural)).FullObject(); }
};

using Kinds =
    testing::Types<ManagedCredential, CredentialRotation, CredentialIssuer, ClusterCredentialIssuer,
                   CredentialRevocation, CredentialPolicy, CredentialException>;
TYPED_TEST_SUITE(RoundTrip, Kinds);

TYPED_TEST(RoundTrip, IsStableForObjectsOfAnyShape) {
  std::mt19937 random(20261126);  // fixed seed: the same objects every time
  const CrdSchema schema = CrdSchema::Of(std::string(KindOf<TypeParam>::resource.plural));
  const json full = schema.FullObject();
  size_t read = 0;
  for (int round = 0; round < 150; ++round) {
    json object = full;
    Thicken(object, random);
    if (round % 2 == 0) Thin(object, random, 12 + static_cast<unsigned>(random() % 60));
    const Result<TypeParam> first = Decode<TypeParam>(object);
    if (!first) continue;  // a required member is gone; other tests are about that
    ++read;
    const json once = ToJson(*first);
    const Result<TypeParam> second = Decode<TypeParam>(once);
    ASSERT_TRUE(second) << second.error().ToString() << "\n" << once.dump(1);
    ASSERT_EQ(ToJson(*second), once);
    ASSERT_EQ(first->spec, second->spec);
    ASSERT_FALSE(HoldsNull(once)) << "the server refuses nulls under strict validation";
    ASSERT_EQ(schema.UnknownFields(once), std::vector<std::string>{});
  }
  EXPECT_GE(read, 75u);
}

TYPED_TEST(RoundTrip, DoesNotDependOnTheOrderOfMembers) {
  const json full = this->Full();
  // nlohmann's objects are ordered by name; a text in reverse order is the same object.
  std::string reversed = "{";
  for (auto member = full.rbegin(); member != full.rend(); ++member) {
    reversed +=
        (reversed.size() > 1 ? "," : "") + json(member.key()).dump() + ":" + member.value().dump();
  }
  const auto one = Decode<TypeParam>(full);
  const auto other = Decode<TypeParam>(json::parse(reversed + "}"));
  ASSERT_TRUE(one && other);
  EXPECT_EQ(ToJson(*one), ToJson(*other));
}

TYPED_TEST(RoundTrip, IgnoresMembersOfNewerVersions) {
  json object = this->Full();
  object["future"] = 1;
  object["spec"]["future"] = {{"a", {1, 2}}};
  object["status"]["future"] = "x";
  object["metadata"]["future"] = nullptr;
  const auto plain = Decode<TypeParam>(this->Full());
  const auto newer = Decode<TypeParam>(object);
  ASSERT_TRUE(plain && newer) << newer.error().ToString();
  EXPECT_EQ(ToJson(*plain), ToJson(*newer));
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
