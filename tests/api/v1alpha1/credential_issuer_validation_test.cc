// The rules of both issuer kinds.
#include "api/v1alpha1/credential_issuer_validation.h"

#include <gtest/gtest.h>

#include "tests/api/v1alpha1/refusal.h"
#include "tests/builders/credential_issuer_builder.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::ClusterCredentialIssuerBuilder;
using builders::CredentialIssuerBuilder;

std::string TextOf(const std::function<void(HttpIssuer&)>& change) {
  return Text(Validate(CredentialIssuerBuilder()
                           .With([&](CredentialIssuer& issuer) { change(*issuer.spec.http); })
                           .Build()));
}

std::string TextOf(const GeneratedIssuer& generated) {
  return Text(
      Validate(CredentialIssuerBuilder()
                   .Generating(40)
                   .With([&](CredentialIssuer& issuer) { issuer.spec.generated = generated; })
                   .Build()));
}

TEST(HttpIssuerCanLookUp, NeedsALabelInTheListOrATokenInAHeader) {
  HttpIssuer issuer = builders::HttpIssuerAt("https://a.example");
  EXPECT_TRUE(issuer.CanLookUp());
  issuer.list->label.reset();
  EXPECT_TRUE(issuer.CanLookUp());  // the header with ${token}
  issuer.create.request.headers.clear();
  EXPECT_FALSE(issuer.CanLookUp());
  issuer.list->label = "/name";
  EXPECT_TRUE(issuer.CanLookUp());
  issuer.list.reset();
  EXPECT_FALSE(issuer.CanLookUp());
}

TEST(ValidateIssuer, WithoutAWayToLookUpItIsStillAnObject) {
  // That is condition Ready=False, NoLookup, so that people see it where they look.
  EXPECT_EQ(TextOf([](HttpIssuer& issuer) {
              issuer.list.reset();
              issuer.create.request.headers.clear();
            }),
            "");
}

TEST(ValidateIssuer, TheBuildersObjectsAreValid) {
  EXPECT_EQ(Text(Validate(CredentialIssuerBuilder().Build())), "");
  EXPECT_EQ(Text(Validate(CredentialIssuerBuilder().Generating(40).Build())), "");
  EXPECT_EQ(Text(Validate(CredentialIssuerBuilder().WithoutDisable().Build())), "");
  EXPECT_EQ(Text(Validate(ClusterCredentialIssuerBuilder().Build())), "");
}

TEST(ValidateIssuer, TheAdminCredentialStandsInItsOwnPlaceOnly) {
  EXPECT_NE(TextOf([](HttpIssuer& issuer) {
              issuer.create.request.headers = {{"X-Copy", "${secret}"}};
            }),
            "");
  for (const char* value :
       {"Bearer", "${secret}${secret}", "${secret} ${key}", "$ ${secret}", "${secret}\r\nX: y"}) {
    const std::string text =
        TextOf([&](HttpIssuer& issuer) { issuer.admin.header->value = value; });
    EXPECT_EQ(text,
              "spec.http.admin.header.value: must hold ${secret} exactly once and no other "
              "placeholder, e.g. Bearer ${secret}\n")
        << value;
  }
}

TEST(ValidateIssuer, CodesMustBeThereAndMeanOneThing) {
  EXPECT_EQ(TextOf([](HttpIssuer& issuer) {
              issuer.probe.live = {};
              issuer.probe.refused = {700};
            }),
            "spec.http.probe.live: must hold 1 to 16 HTTP status codes from 100 to 599, e.g. 200\n"
            "spec.http.probe.refused: must hold 1 to 16 HTTP status codes from 100 to 599, e.g. "
            "200\n");
}

TEST(ValidateIssuer, GeneratedKeysHaveEnoughEntropy) {
  GeneratedIssuer generated;
  generated.length = 16;  // 95 bits of alphanumerics
  EXPECT_EQ(TextOf(generated),
            "spec.generated.length: gives less than 128 bits with this alphabet: choose more "
            "characters\n");
  generated.length = 22;  // 131 bits
  EXPECT_EQ(TextOf(generated), "");
  generated.alphabet = "0123456789";
  generated.length = 39;  // 129.6 bits
  EXPECT_EQ(TextOf(generated), "");
  generated.length = 38;
  EXPECT_NE(TextOf(generated), "");
}

TEST(ValidateIssuer, AnAlphabetRepeatsNothing) {
  GeneratedIssuer generated;
  generated.alphabet = "aabcdefghij0123456789";
  EXPECT_EQ(TextOf(generated),
            "spec.generated.alphabet: must not repeat a character: some would come up more "
            "often\n");
  generated.alphabet = "abcdefghij 0123456789";
  EXPECT_EQ(TextOf(generated), "spec.generated.alphabet: must be printable ASCII without spaces\n");
}

TEST(EntropyBits, CountsDistinctCharacters) {
  EXPECT_DOUBLE_EQ(EntropyBits(10, "01"), 10);
  EXPECT_DOUBLE_EQ(EntropyBits(10, "0101"), 10);
  EXPECT_DOUBLE_EQ(EntropyBits(0, "01"), 0);
  EXPECT_DOUBLE_EQ(EntropyBits(10, ""), 0);
}

TEST(ValidateIssuer, AProbeOfGeneratedKeysIsCheckedToo) {
  GeneratedIssuer generated;
  generated.probe.emplace();
  generated.probe->base_url = "http://checker";
  generated.probe->probe = builders::HttpIssuerAt("https://a").probe;
  EXPECT_EQ(TextOf(generated),
            "spec.generated.probe.baseURL: must be https://HOST[:PORT][/PATH] without user, query "
            "or fragment, e.g. https://api.acme.example/v1\n");
}

TEST(ValidateIssuer, NoMessageRepeatsAPastedCredential) {
  const std::string text = TextOf([](HttpIssuer& issuer) {
    issuer.admin.header->value = "Bearer sk_live_canary1234567890";
    issuer.create.request.headers = {{"X", "sk_live_canary1234567890 ${oops}"}};
    issuer.create.request.json = R"({"a":"sk_live_canary1234567890 ${oops}"})";
    issuer.base_url = "https://user:sk_live_canary1234567890@a.example";
  });
  EXPECT_NE(text, "");
  EXPECT_EQ(text.find("canary"), std::string::npos) << text;
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
