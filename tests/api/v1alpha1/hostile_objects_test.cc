// Objects as an attacker or a defect would write them: whatever stands in a field, the reader and
// the rules answer with errors, never with a crash, a hang or a message that repeats the value.
#include <gtest/gtest.h>

#include <random>

#include "api/meta/decode.h"
#include "api/v1alpha1/credential_exception_validation.h"
#include "api/v1alpha1/credential_issuer_validation.h"
#include "api/v1alpha1/credential_policy_validation.h"
#include "api/v1alpha1/credential_revocation_validation.h"
#include "api/v1alpha1/credential_rotation_validation.h"
#include "api/v1alpha1/managed_credential_validation.h"
#include "tests/builders/crd_schema.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::CrdSchema;
using nlohmann::json;

constexpr const char* kCanary = "sk_live_canary1234567890abcdef";

template <typename T>
class HostileObjects : public testing::Test {
 protected:
  HostileObjects() : full_(CrdSchema::Of(std::string(KindOf<T>::resource.plural)).FullObject()) {
    Collect(full_["spec"], json::json_pointer("/spec"));
    Collect(full_["status"], json::json_pointer("/status"));
  }

  void Collect(const json& value, const json::json_pointer& at) {
    pointers_.push_back(at);
    if (!value.is_structured()) return;
    for (const auto& [key, child] : value.items()) {
      Collect(child, value.is_array() ? at / std::stoul(key) : at / key);
    }
  }

  // Every text that reading and judging the object gives back.
  static std::string Answer(const json& object) {
    const Result<T> decoded = Decode<T>(object);
    if (!decoded) return decoded.error().message;
    std::string out;
    for (const FieldError& error : Validate(*decoded)) out += error.ToString() + "\n";
    EXPECT_FALSE(ToJson(*decoded).is_null());
    return out;
  }

  json full_;
  std::vector<json::json_pointer> pointers_;
};

using Kinds =
    testing::Types<ManagedCredential, CredentialRotation, CredentialIssuer, ClusterCredentialIssuer,
                   CredentialRevocation, CredentialPolicy, CredentialException>;
TYPED_TEST_SUITE(HostileObjects, Kinds);

TYPED_TEST(HostileObjects, AnyValueInAnyFieldIsAnswered) {
  const std::vector<json> values = {json(nullptr),
                                    json(true),
                                    json(-1),
                                    json(INT64_MIN),
                                    json(UINT64_MAX),
                                    json(1e308),
                                    json(""),
                                    json(std::string(1, '\0')),
                                    json("\xff\xfe"),
                                    json(std::string(100'000, '{')),
                                    json("${"),
                                    json("${param.}"),
                                    json("-99999999999999999999h"),
                                    json("9999-99-99T99:99:99Z"),
                                    json::array(),
                                    json::object(),
                                    json::array({nullptr}),
                                    json{{"", nullptr}}};
  for (const json::json_pointer& at : this->pointers_) {
    for (const json& value : values) {
      json changed = this->full_;
      changed[at] = value;
      EXPECT_LT(this->Answer(changed).size(), 200'000U) << at;
    }
  }
}

TYPED_TEST(HostileObjects, AMissingFieldIsAnswered) {
  for (const json::json_pointer& at : this->pointers_) {
    json changed = this->full_;
    json& parent = changed[at.parent_pointer()];
    if (!parent.is_object()) continue;
    parent.erase(at.back());
    this->Answer(changed);
  }
}

TYPED_TEST(HostileObjects, ManyChangesAtOnceAreAnswered) {
  std::mt19937 random(20261126);  // fixed seed: the same objects every time
  for (int round = 0; round < 500; ++round) {
    json changed = this->full_;
    for (int i = 0; i < 5; ++i) {
      const auto& from = this->pointers_[random() % this->pointers_.size()];
      const auto& to = this->pointers_[random() % this->pointers_.size()];
      if (!changed.contains(from) || !changed.contains(to)) continue;
      const json moved = changed[from];
      changed[to] = moved;
    }
    this->Answer(changed);
  }
}

TYPED_TEST(HostileObjects, AValueThatMayBeAKeyIsNeverRepeated) {
  for (const json::json_pointer& at : this->pointers_) {
    if (!this->full_[at].is_string()) continue;
    json changed = this->full_;
    changed[at] = std::string(kCanary) + " ${oops!}";
    const std::string answer = this->Answer(changed);
    // Where a duration or a time belongs, the reader quotes what stands there instead.
    const bool quoted = answer.find(" is not a duration; ") != std::string::npos ||
                        answer.find(" is not an RFC 3339 time; ") != std::string::npos;
    if (quoted) continue;
    EXPECT_EQ(answer.find("canary"), std::string::npos) << at << ": " << answer;
  }
}

TYPED_TEST(HostileObjects, LongListsAreAnsweredNotRepeated) {
  for (const json::json_pointer& at : this->pointers_) {
    if (!this->full_[at].is_array()) continue;
    json changed = this->full_;
    const json item = changed[at][0];
    for (int i = 0; i < 300; ++i) changed[at].push_back(item);
    this->Answer(changed);
  }
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
