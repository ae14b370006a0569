#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/meta/decode.h"
#include "api/v1alpha1/credential_issuer_types.h"
#include "api/v1alpha1/credential_issuer_validation.h"
#include "tests/builders/credential_issuer_builder.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::ClusterCredentialIssuerBuilder;
using builders::CredentialIssuerBuilder;
using nlohmann::json;

std::string Text(const FieldErrors& errors) {
  std::string out;
  for (const FieldError& error : errors) out += error.ToString() + "\n";
  return out;
}

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

TEST(CredentialIssuerJson, AbsentMembersHaveTheirDefaults) {
  const json object = {{"kind", "CredentialIssuer"}, {"spec", {{"generated", json::object()}}}};
  const CredentialIssuer issuer = Decode<CredentialIssuer>(object).value();
  ASSERT_TRUE(issuer.spec.generated);
  EXPECT_FALSE(issuer.spec.http);
  EXPECT_EQ(issuer.spec.generated->length, 40);
  EXPECT_EQ(issuer.spec.generated->alphabet, kAlphanumeric);
  EXPECT_EQ(issuer.spec.rate_limit, (RateLimit{10, 20}));
  EXPECT_EQ(issuer.spec.max_live_keys, 3);
  EXPECT_EQ(issuer.spec.max_credentials_per_namespace, std::nullopt);
  EXPECT_EQ(issuer.spec.consistency_window, std::chrono::seconds(60));
  EXPECT_TRUE(issuer.spec.Parameters().empty());
}

TEST(CredentialIssuerJson, TheBuildersObjectSurvives) {
  const CredentialIssuer issuer = CredentialIssuerBuilder().Build();
  EXPECT_EQ(Decode<CredentialIssuer>(ToJson(issuer)).value().spec, issuer.spec);
}

TEST(CredentialIssuerJson, AJsonBodyKeepsNumbersListsAndOrderlessNames) {
  json object = CredentialIssuerBuilder().BuildJson();
  const json body = {{"n", 1}, {"x", 1.5}, {"list", {true, nullptr, {{"deep", "${label}"}}}}};
  object["spec"]["http"]["create"]["request"]["json"] = body;
  const CredentialIssuer issuer = Decode<CredentialIssuer>(object).value();
  EXPECT_EQ(ToJson(issuer.spec)["http"]["create"]["request"]["json"], body);
}

TEST(CredentialIssuerJson, AnEmptyFormIsNotAnAbsentOne) {
  CredentialIssuer issuer = CredentialIssuerBuilder().Build();
  issuer.spec.http->remove.request.form.emplace();
  const CredentialIssuer again = Decode<CredentialIssuer>(ToJson(issuer)).value();
  EXPECT_TRUE(again.spec.http->remove.request.form.has_value());
  EXPECT_FALSE(again.spec.http->create.request.form.has_value());
}

TEST(CredentialIssuerJson, StatusCodesAreBounded) {
  for (const json& codes : {json{99}, json{600}, json{"200"}, json(200), json{200.5}}) {
    json object = CredentialIssuerBuilder().BuildJson();
    object["spec"]["http"]["probe"]["live"] = codes;
    const Result<CredentialIssuer> decoded = Decode<CredentialIssuer>(object);
    ASSERT_FALSE(decoded) << codes;
    EXPECT_NE(decoded.error().message.find("spec.http.probe.live: must "), std::string::npos)
        << decoded.error().message;
  }
}

TEST(ClusterCredentialIssuerJson, NoSelectorNeverReadsAsAllNamespaces) {
  json object = ClusterCredentialIssuerBuilder().BuildJson();
  object["spec"].erase("allowedNamespaces");
  const Result<ClusterCredentialIssuer> decoded = Decode<ClusterCredentialIssuer>(object);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().message,
            "ClusterCredentialIssuer: spec.allowedNamespaces: is required: {} means all "
            "namespaces");
}

TEST(ClusterCredentialIssuerJson, SelectsNamespacesByLabel) {
  const ClusterCredentialIssuer issuer =
      ClusterCredentialIssuerBuilder().ForNamespacesWith("team", "payments").Build();
  const ClusterCredentialIssuer again = Decode<ClusterCredentialIssuer>(ToJson(issuer)).value();
  EXPECT_EQ(again.spec, issuer.spec);
  EXPECT_TRUE(again.spec.allowed_namespaces.Matches({{"team", "payments"}}));
  EXPECT_FALSE(again.spec.allowed_namespaces.Matches({{"team", "mail"}}));
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

TEST(ValidateIssuer, PlaceholdersInsideAJsonBodyAreFoundAtAnyDepth) {
  EXPECT_EQ(TextOf([](HttpIssuer& issuer) {
              issuer.create.request.json = R"({"a":[{"b":"x"},{"b":"${secret}"}]})";
            }),
            "spec.http.create.request.json.a[1].b: may hold only ${token}, ${label}, ${expiresAt} "
            "and ${param.NAME} as placeholders\n");
}

TEST(ValidateIssuer, AParameterUsedMustBeDeclared) {
  const auto use = [](HttpIssuer& issuer) {
    issuer.create.request.json = R"({"scope":"${param.scope}"})";
    issuer.list->request.path = "/keys?tier=${param.tier}";
  };
  EXPECT_EQ(TextOf(use),
            "spec.http.create.request.json.scope: uses ${param.scope} but parameters does not "
            "declare it: add it there\n"
            "spec.http.list.request.path: uses ${param.tier} but parameters does not declare it: "
            "add it there\n");
  EXPECT_EQ(TextOf([&](HttpIssuer& issuer) {
              use(issuer);
              issuer.parameters = {{"scope", true, "^[a-z]+$", {}}, {"tier", false, {}, {"gold"}}};
            }),
            "");
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

TEST(ValidateIssuer, HeadersOfTheClientAndDoubledOnesAreRefused) {
  for (const char* name : {"host", "Content-Length", "TRANSFER-ENCODING", "Connection", "TE"}) {
    EXPECT_NE(TextOf([&](HttpIssuer& issuer) {
                issuer.create.request.headers.push_back({name, "x"});
              }).find("is set by the HTTP client itself"),
              std::string::npos)
        << name;
  }
  EXPECT_EQ(TextOf([](HttpIssuer& issuer) {
              issuer.create.request.headers.push_back({"idempotency-key", "x"});
            }),
            "spec.http.create.request.headers[1].name: must not be listed twice\n");
}

TEST(ValidateIssuer, AGetWithABodyIsRefusedWhereverItStands) {
  EXPECT_EQ(TextOf([](HttpIssuer& issuer) {
              issuer.disable->request.method = HttpMethod::kGet;
              issuer.disable->request.json = "{}";
            }),
            "spec.http.disable.request.method: GET carries no body: remove json and form, or "
            "choose POST, PUT or PATCH\n");
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
