// In one file, since all of it is asked of both prefilters by one fixture.
#include "detection/engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <ctime>

#include "common/base64.h"
#include "detection/reader/manifest_reader.h"
#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class EngineTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    auto engine = Engine::CreateDefault({.portable = GetParam()});
    ASSERT_TRUE(engine) << engine.error().ToString();
    engine_ = *std::move(engine);
    scratch_ = engine_->NewScratch();
  }
  std::vector<Finding> Scan(const std::string& yaml) {
    const auto file = reader_.Read(yaml);
    EXPECT_TRUE(file) << file.error().ToString();
    if (!file) return {};
    return engine_->Scan(*file->documents[0].root, *scratch_).findings;
  }
  // "rule@path line:column" of every finding above Low.
  std::vector<std::string> Places(const std::string& yaml) {
    std::vector<std::string> out;
    for (const Finding& f : Scan(yaml)) {
      if (f.confidence == Confidence::kLow) continue;
      out.push_back(f.rule + "@" + f.path + " " + std::to_string(f.position.line) + ":" +
                    std::to_string(f.position.column));
    }
    return out;
  }

  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Scratch> scratch_;
  ManifestReader reader_;
  const std::string key_ = MakeSample("sk_live_{alnum:24}");
  const std::string random_ = MakeSample("{alnum:32}", 5);
};

// Of each, the name of the field, or of the kind, says reference elsewhere.
TEST_P(EngineTest, FindsCredentialsInFieldsWhoseTypeSaysThatTheyAreLiteral) {
  EXPECT_THAT(Places("apiVersion: v1\nkind: Pod\nspec: {containers: [{livenessProbe: {httpGet: "
                     "{path: '/h?api_key=" +
                     random_ + "'}}}]}\n"),
              ElementsAre("url-query-secret@spec.containers[0].livenessProbe.httpGet.path#api_key "
                          "3:66"));
  EXPECT_THAT(Places("apiVersion: external-secrets.io/v1\nkind: SecretStore\nspec: {provider: "
                     "{webhook: {headers: {X-Api-Key: " +
                     random_ + "}}}}\n"),
              ElementsAre("named-credential@spec.provider.webhook.headers.X-Api-Key 3:50"));
  EXPECT_THAT(
      Places("apiVersion: example.com/v1\nkind: Secret\ndata: {password: " + random_ + "}\n"),
      ElementsAre("named-credential@data.password 3:18"));
  EXPECT_THAT(Places("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: "
                     "{conversion: {webhook: {clientConfig: {url: 'https://h.example.com/?token=" +
                     random_ + "'}}}}\n"),
              ElementsAre("url-query-secret@spec.conversion.webhook.clientConfig.url#token 3:81"));
}

// Fields that hold the name of an entry, a file or a user, beside or under a name that says
// credential.
TEST_P(EngineTest, AccusesNoNamesInFieldsWhoseTypeSaysThatTheyAreNames) {
  EXPECT_THAT(Places("apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: {valuesFrom: "
                     "[{kind: Secret, name: s, valuesKey: " +
                     random_ + ", token: " + random_ + "}]}\n"),
              IsEmpty());
  EXPECT_THAT(Places("apiVersion: v1\nkind: Pod\nspec: {volumes: [{rbd: {keyring: " + random_ +
                     "}}, {projected: {sources: [{podCertificate: {credentialBundlePath: " +
                     random_ + "}}]}}]}\n"),
              IsEmpty());
  EXPECT_THAT(Places("apiVersion: v1\nkind: Pod\nspec: {volumes: [{csi: {volumeAttributes: "
                     "{password: " +
                     random_ + "}}}]}\n"),
              ElementsAre("named-credential@spec.volumes[0].csi.volumeAttributes.password 3:54"));
}

TEST_P(EngineTest, ARuleOfAScopeCountsWhereItsScopeIsNamedAndNowhereElse) {
  Rule rule{.id = "acme",
            .provider = "Acme",
            .pattern = "acme_[a-z]{24}",
            .keywords = {"acme_"},
            .scope = "shop"};
  const auto engine = Engine::CreateDefault({.portable = GetParam()}, {rule});
  ASSERT_TRUE(engine) << engine.error().ToString();
  const auto scratch = (*engine)->NewScratch();
  const auto file = reader_.Read("kind: ConfigMap\ndata: {a: " + MakeSample("acme_{lower:24}") +
                                 ", b: " + key_ + "}\n");
  ASSERT_TRUE(file);
  const auto found = [&](std::vector<std::string> scopes) {
    std::vector<std::string> rules;
    for (const Finding& f :
         (*engine)->Scan(*file->documents[0].root, *scratch, {.rules = scopes}).findings) {
      rules.push_back(f.rule);
    }
    return rules;
  };
  // In turn: what one scan takes for clean may be none for the next.
  for (int turn = 0; turn < 2; ++turn) {
    EXPECT_THAT(found({}), ElementsAre("stripe-secret-key"));
    EXPECT_THAT(found({"other"}), ElementsAre("stripe-secret-key"));
    EXPECT_THAT(found({"other", "shop"}), ElementsAre("acme", "stripe-secret-key"));
  }
}

// A thread remembers which texts held nothing; each of these holds nothing in the first place
// alone.
TEST_P(EngineTest, WhatWasScannedBeforeChangesNoVerdict) {
  struct Case {
    const char* innocent;
    std::string accused;
  };
  const Case cases[] = {
      {"forgot.password: Forgot-password?\n", "db.password: Forgot-password?\n"},
      {"colour: '${X:-hunter2-prod-9x}'\n", "DB_PASSWORD: '${X:-hunter2-prod-9x}'\n"},
      {"kind: ConfigMap\ndata: {notes: '\"app\" \"hunter2-prod-9x\"'}\n",
       "kind: ConfigMap\ndata: {userlist.txt: '\"app\" \"hunter2-prod-9x\"'}\n"},
      {"args: ['redis-cli -a hunter2-prod-9x']\nkind: Thing\nnote: redis-cli -a hunter2-prod-9x\n",
       "kind: Thing\nrun: redis-cli -a hunter2-prod-9x\n"}};
  for (const Case& each : cases) {
    const auto alone = Places(each.accused);
    EXPECT_FALSE(alone.empty()) << each.accused;
    for (int turn = 0; turn < 2; ++turn) {
      Places(each.innocent);
      EXPECT_EQ(Places(each.accused), alone) << each.accused;
    }
  }
}

// Two parts of one text may have one path and one place; where they lie in memory says nothing.
TEST_P(EngineTest, TheOrderOfFindingsIsTheirs) {
  std::string text = "url: 'x?";
  for (uint64_t seed = 1; seed < 9; ++seed) {
    text += "q=%5f;DB_PASSWORD=" + MakeSample("{alnum:24}", seed) + "&";
  }
  const auto findings = Scan(text + "'\n");
  ASSERT_GT(findings.size(), 2u);
  for (size_t i = 1; i < findings.size(); ++i) {
    const Finding& a = findings[i - 1];
    const Finding& b = findings[i];
    if (a.path != b.path || a.position != b.position) continue;
    EXPECT_LT(a.value_digest, b.value_digest);
  }
}

TEST_P(EngineTest, AddedRulesAreRefusedByName) {
  const EngineOptions options{.portable = GetParam()};
  const auto refusal = [&](Rule rule) {
    rule.id = "acme";
    const auto engine = Engine::CreateDefault(options, {rule});
    return engine ? "" : engine.error().message;
  };
  EXPECT_EQ(refusal({.pattern = "acme_[a-z]{24}", .keywords = {"acme_"}}),
            "rule acme: needs a scope and no names");
  EXPECT_EQ(refusal({.pattern = "[a-z]{24}", .names = {"acme"}, .scope = "shop"}),
            "rule acme: needs a scope and no names");
  EXPECT_THAT(refusal({.pattern = "acme_[a-z", .keywords = {"acme_"}, .scope = "shop"}),
              testing::StartsWith("rule acme: missing"));
}

TEST_P(EngineTest, TellsTheLineOfAKeyInsideABlockOfText) {
  EXPECT_THAT(Places("kind: ConfigMap\ndata:\n  notes: |\n    one\n    two " + key_ + "\n"),
              ElementsAre("stripe-secret-key@data.notes 5:9"));
}

TEST_P(EngineTest, TellsTheColumnOfAKeyInBlocksInsideBlocks) {
  EXPECT_THAT(
      Places("kind: ConfigMap\ndata:\n  a.yaml: |\n    x: 1\n    b: |\n      " + key_ +
             "\n    c: " + key_ + "x\n"),
      ElementsAre("stripe-secret-key@data[a.yaml]#b 6:7", "stripe-secret-key@data[a.yaml]#c 7:8"));
}

TEST_P(EngineTest, SaysThatTheProgramTakesAPassword) {
  const auto found = Scan("kind: Pod\nspec:\n  containers:\n  - command: [sh, -c, \"redis-cli -a " +
                          random_ + "\"]\n");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].path, "spec.containers[0].command[2]#command-password");
  EXPECT_THAT(found[0].reasons,
              ElementsAre("the program takes it as a password",
                          "the value reads like random characters", "in an argument"));
}

// Found by an examiner: what a part of a file says in base64 was told at the file's first line.
TEST_P(EngineTest, TellsTheLineOfAPartThatIsEncoded) {
  EXPECT_THAT(Places("kind: ConfigMap\ndata:\n  a.ini: |\n    url = x\n    password_b64 = " +
                     Base64Encode("user=app\npassword=" + random_ + "\n") + "\n"),
              ElementsAre(testing::EndsWith(" 5:20")));
}

// Found by an examiner: a comment before it took the place of a line of a pgpass file.
TEST_P(EngineTest, TellsTheLineOfAFileThatIsMatchedAsAWhole) {
  EXPECT_THAT(Places("kind: ConfigMap\ndata:\n  .pgpass: |\n    # host:port:db:user:password\n    "
                     "db.svc:5432:app:etl:" +
                     random_ + "\n"),
              ElementsAre(testing::StartsWith("pgpass-line@data[.pgpass]")));
  EXPECT_THAT(Places("kind: ConfigMap\ndata:\n  .pgpass: |\n    # host:port:db:user:password\n    "
                     "db.svc:5432:app:etl:" +
                     random_ + "\n"),
              ElementsAre(testing::EndsWith(" 5:5")));
}

TEST_P(EngineTest, LeavesALoginWhosePasswordIsFilledInAlone) {
  const std::string pod = "kind: Pod\nspec:\n  containers:\n  - args: ['x --dest-creds mirror:";
  EXPECT_EQ(Scan(pod + "\"$HARBOR_PW\" y']\n").size(), 0u);
  EXPECT_EQ(Scan(pod + "hunter2-prod y']\n").size(), 1u);
}

// # password = x: an example, or what was used until today: nobody is stopped for it.
TEST_P(EngineTest, WarnsOfWhatACommentOfATextHolds) {
  const auto found =
      Scan("kind: ConfigMap\ndata:\n  a.ini: |\n    # password = " + random_ + "\n    x = 1\n");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].confidence, Confidence::kMedium);
}

TEST_P(EngineTest, FindsTheKeyOfAListOfCredentials) {
  EXPECT_EQ(Scan("kind: X\nspec: {keyauth_credentials: [{key: " + random_ + "}]}\n").size(), 1u);
  EXPECT_EQ(Scan("kind: X\nspec: {admin_key: [{name: a, key: " + random_ + "}]}\n").size(), 1u);
  EXPECT_EQ(Scan("kind: X\nspec: {rows: [{key: " + random_ + "}]}\n").size(), 0u);
  EXPECT_EQ(Scan("kind: X\nspec: {apiKey: {name: a, key: api-key}}\n").size(), 0u);
}

// A thread remembers texts that held nothing; as a command the same text may hold something.
TEST_P(EngineTest, ReadsACommandThatWasATextElsewhere) {
  const std::string text = "redis-cli -a " + random_ + " ping";
  const std::string pod = "kind: Pod\nspec: {containers: [{command: [sh, -c, '" + text + "']}]}\n";
  EXPECT_EQ(
      Scan("kind: ConfigMap\nmetadata: {annotations: {a: '" + text + "'}}\ndata: {}\n").size(), 0u);
  EXPECT_EQ(Scan(pod).size(), 1u);
}

TEST_P(EngineTest, TellsTheLinesOfManyKeysInTwoTexts) {
  const std::string other = MakeSample("sk_live_{alnum:24}", 2);
  EXPECT_THAT(Places("kind: ConfigMap\ndata:\n  a: |\n    " + key_ + "\n    x\n    " + other +
                     "\n  b: |\n    one\n    " + other + "\n    " + key_ + "\n"),
              ElementsAre("stripe-secret-key@data.a 4:5", "stripe-secret-key@data.a 6:5",
                          "stripe-secret-key@data.b 9:5", "stripe-secret-key@data.b 10:5"));
}

TEST_P(EngineTest, FollowsNestedDocumentsToTheInnerPath) {
  EXPECT_THAT(
      Places("kind: ConfigMap\ndata:\n  c.json: '{\"a\": {\"apiToken\": \"" + random_ + "\"}}'\n"),
      ElementsAre("named-credential@data[c.json]#a.apiToken 3:31"));
  EXPECT_THAT(Places("kind: ConfigMap\ndata:\n  c.yaml: |\n    a: b\n    list:\n    - password: " +
                     random_ + "\n"),
              ElementsAre("named-credential@data[c.yaml]#list[0].password 6:17"));
  EXPECT_THAT(
      Places("kind: ConfigMap\ndata:\n  .env: |\n    A=b\n    DB_PASSWORD=" + random_ + "\n"),
      ElementsAre("named-credential@data[.env]#DB_PASSWORD 5:17"));
}

TEST_P(EngineTest, FindsAValueInEveryPlaceThatAnAliasPutsItAsTheApiServerDoes) {
  EXPECT_THAT(
      Places("kind: Pod\nspec:\n  containers:\n  - env: &shared\n    - name: A_TOKEN\n      "
             "value: " +
             random_ + "\n  - env: *shared\n"),
      ElementsAre("named-credential@spec.containers[0].env[0].value 6:14",
                  "named-credential@spec.containers[1].env[0].value 6:14"));
}

TEST_P(EngineTest, DecodesBase64ThreeTimesAndNoFurther) {
  std::string text = key_;
  for (int depth = 1; depth <= 4; ++depth) {
    text = Base64Encode(text);
    const auto places = Places("kind: ConfigMap\nbinaryData: {blob: " + text + "}\n");
    EXPECT_EQ(places.size(), depth <= 3 ? 1u : 0u) << depth;
  }
}

TEST_P(EngineTest, ReportsAValueOnceThoughSeenInTextAndDecoded) {
  EXPECT_THAT(Scan("kind: ConfigMap\ndata:\n  c.yaml: |\n    a: b\n    stripe: " + key_ + "\n"),
              testing::SizeIs(1));
}

TEST_P(EngineTest, ReportsTheLastAppliedCopyOnlyWhenTheFieldIsGone) {
  const std::string annotation =
      "metadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: "
      "'{\"spec\":{\"env\":[{\"name\":\"API_KEY\",\"value\":\"" +
      key_ + "\"}]}}'}}\n";
  const std::string field = "spec: {env: [{name: API_KEY, value: " + key_ + "}]}\n";
  EXPECT_THAT(Places("kind: Pod\n" + annotation + field),
              ElementsAre("stripe-secret-key@spec.env[0].value 3:37"));
  const auto copy = Scan("kind: Pod\n" + annotation);
  ASSERT_THAT(copy, testing::SizeIs(1));
  EXPECT_TRUE(copy[0].in_last_applied);
}

TEST_P(EngineTest, GathersReasons) {
  const auto findings = Scan("kind: Pod\nspec: {env: [{name: GITHUB_TOKEN, value: " +
                             MakeSample("ghp_{alnum:30}{crc32}") + "}]}\n");
  ASSERT_THAT(findings, testing::SizeIs(1));
  EXPECT_THAT(findings[0].reasons,
              ElementsAre("it has the form of a credential of GitHub",
                          "the name GITHUB_TOKEN says credential", "its checksum is right",
                          "in an environment variable"));
}

TEST_P(EngineTest, DoubtsAWrongChecksumUnlessTheNameAccusesToo) {
  const std::string wrong = MakeSample("ghp_{alnum:30}") + "zzzzzz";
  EXPECT_EQ(Scan("kind: ConfigMap\ndata: {note: " + wrong + "}\n")[0].confidence,
            Confidence::kMedium);
  EXPECT_EQ(Scan("kind: ConfigMap\ndata: {token: " + wrong + "}\n")[0].confidence,
            Confidence::kHigh);
}

TEST_P(EngineTest, FingerprintsNameAPlaceNotAValue) {
  const auto at = [&](const std::string& name, const std::string& value) {
    return Scan("kind: ConfigMap\nmetadata: {name: " + name + "}\ndata: {pay: " + value + "}\n")[0]
        .fingerprint;
  };
  EXPECT_EQ(at("a", key_), at("a", MakeSample("sk_live_{alnum:24}", 9)));
  EXPECT_NE(at("a", key_), at("b", key_));
}

TEST_P(EngineTest, NeverPrintsAValue) {
  for (const Rule& rule : engine_->rules().rules) {
    const std::string value = MakeSample(rule.examples[0], 11);
    const std::string name = rule.by_name() ? rule.names[0] : "TOKEN";
    std::array<Node, 2> nodes;
    nodes[1].kind = NodeKind::kString;
    nodes[1].key = name;
    nodes[1].text = value;
    nodes[0].kind = NodeKind::kMapping;
    nodes[0].first = &nodes[1];
    for (const Finding& f : engine_->Scan(nodes[0], *scratch_).findings) {
      std::string printed = f.path + f.stable_path + f.name + f.fingerprint + f.fix;
      for (const std::string& reason : f.reasons) printed += reason;
      // The first half may be a vendor's public prefix or a name.
      for (size_t i = value.size() / 2; i + 12 <= value.size(); ++i) {
        EXPECT_EQ(printed.find(value.substr(i, 12)), std::string::npos) << rule.id;
      }
    }
  }
}

// What a thread remembers of a text beside one name says nothing of it beside another.
TEST_P(EngineTest, ATextThatWasSeenBesideOtherNamesIsFoundBesideItsOwn) {
  const auto scan = [&](const std::string& name, const std::string& value, Scratch& scratch) {
    std::array<Node, 2> nodes;
    nodes[1].kind = NodeKind::kString;
    nodes[1].key = name;
    nodes[1].text = value;
    nodes[0].kind = NodeKind::kMapping;
    nodes[0].first = &nodes[1];
    std::string found;
    for (const Finding& f : engine_->Scan(nodes[0], scratch).findings) {
      found += f.rule + " " + std::string(ConfidenceName(f.confidence)) + "|";
    }
    return found;
  };
  size_t by_name = 0;
  for (const Rule& rule : engine_->rules().rules) {
    if (!rule.by_name()) continue;
    ++by_name;
    const std::string name = rule.names[0].substr(rule.names[0][0] == '=');
    const std::string value = MakeSample(rule.examples[0], 3);
    for (const char* other : {"title", "auth", "wireguardkey", "kubernetes", "password", "mode"}) {
      scan(other, value, *scratch_);
    }
    const std::string alone = scan(name, value, *engine_->NewScratch());
    EXPECT_EQ(scan(name, value, *scratch_), alone) << rule.id;
    EXPECT_EQ(scan(name, value, *scratch_), alone) << rule.id << ", again";
    EXPECT_NE(alone, "") << rule.id;
  }
  EXPECT_GT(by_name, 100u);
}

TEST_P(EngineTest, ALoginThatARuleKnowsEncodedIsNotAccusedAgainDecoded) {
  const std::string login = Base64Encode("robot:" + random_);
  EXPECT_THAT(Places("kind: ConfigMap\ndata:\n  config.json: '{\"auths\":{\"r.example.com\":{"
                     "\"auth\":\"" +
                     login + "\"}}}'\n"),
              ElementsAre(testing::StartsWith("registry-auth@")));
}

TEST_P(EngineTest, SaysOfWhatKindACredentialWithoutAProviderIs) {
  const auto found =
      Scan("kind: ConfigMap\ndata: {url: 'https://robot:" + random_ + "@h.example.com/'}\n");
  ASSERT_THAT(found, testing::SizeIs(1));
  EXPECT_EQ(found[0].reasons[0], "it has the form of a URL with a password");
}

TEST_P(EngineTest, FindsPasswordsBesideUsersAndInLabels) {
  EXPECT_THAT(Places("kind: Thing\nspec: {users: {alice: " + random_ + ", bob: admin}}\n"),
              ElementsAre("named-credential@spec.users.alice 2:23"));
  EXPECT_THAT(Places("spec: {users: [{subject: " + random_ + "}]}"), IsEmpty());
  EXPECT_THAT(Places("spec: {users: {uuid: " + random_ + ", aliceHash: " + random_ + "}}"),
              IsEmpty());
  const auto found = Scan("spec: {users: {alice: " + random_ + "}}");
  ASSERT_THAT(found, testing::SizeIs(1));
  EXPECT_EQ(found[0].reasons[0], "a user's value in a list of users");
  const std::string label = "metadata: {name: n, labels: {";
  EXPECT_THAT(Places("kind: Pod\n" + label + "redis-password: " + random_ + "}}\n"),
              ElementsAre("named-credential@metadata.labels.redis-password 2:46"));
  EXPECT_THAT(Places("kind: Pod\n" + label + "password: db-credentials, secret: " + random_ +
                     ", password-hash: " + random_ + "}}\n"),
              IsEmpty());
}

// Both rules know the same bytes; which prefilter met which first decides nothing.
TEST_P(EngineTest, AProvidersFormatInAUrlIsTheProviders) {
  const auto found = Scan("url: 'https://robot:" + key_ + "@h.acme.dev/'\n");
  ASSERT_THAT(found, testing::SizeIs(1));
  EXPECT_EQ(found[0].rule, "stripe-secret-key");
}

TEST_P(EngineTest, ASecretThatHoldsItsPasswordIsNoReference) {
  EXPECT_THAT(Places("smtpSecret: {username: app, password: " + random_ + "}\n"),
              ElementsAre("named-credential@smtpSecret.password 1:39"));
  // Which entry of the Secret has it, unless it is no name that anybody would give one.
  EXPECT_THAT(Places("smtpSecret: {name: app, password: smtp-password}\n"), IsEmpty());
  EXPECT_THAT(Places("smtpSecret: {name: app, password: " + random_ + "}\n"),
              ElementsAre("named-credential@smtpSecret.password 1:35"));
  EXPECT_THAT(Places("smtpSecret: {name: app, password: 'Go2Turtl3#661'}\n"),
              ElementsAre("named-credential@smtpSecret.password 1:35"));
}

TEST_P(EngineTest, AWrappedValueHasTheNameOfWhatHoldsIt) {
  const std::string wrapped = "{type: Literal, literal: {value: " + random_ + "}}";
  EXPECT_THAT(Places("envRefs: {ACCESS_TOKEN: " + wrapped + ", REGION: " + wrapped + "}\n"),
              ElementsAre("named-credential@envRefs.ACCESS_TOKEN.literal.value 1:58"));
  EXPECT_THAT(Places("secrets: {cookie: [" + random_ + "], pull: [shop-registry]}\n"),
              ElementsAre("named-credential@secrets.cookie[0] 1:20"));
  EXPECT_THAT(Places("api: {key: " + random_ + "}\nfile: {key: " + random_ + "}\n"),
              ElementsAre("named-credential@api.key 1:12"));
  EXPECT_THAT(Places("extra_settings: [{setting: BIND_PASSWORD, value: \"'" + random_ + "'\"}]\n"),
              ElementsAre("named-credential@extra_settings[0].value 1:50"));
}

TEST_P(EngineTest, AHeaderOfAListHasItsOwnName) {
  EXPECT_THAT(Places("add: {headers: ['x-consumer:payments', 'x-api-key:zaq12wsX!4']}\n"),
              ElementsAre("named-credential@add.headers[1] 1:51"));
  EXPECT_THAT(Places("add: {headers: ['x-api-key-name:apikey', 'x-api-key:$(headers.a)', ':']}\n"),
              IsEmpty());
}

TEST_P(EngineTest, AUrlWhoseHostIsAPlaceholderShowsAForm) {
  EXPECT_THAT(Places("run: git remote add x https://kbot:token@<GIT_PROVIDER>.com/a\n"), IsEmpty());
  EXPECT_THAT(Places("s3: s3://access_key:secret_access_key@region/bucket\n"), IsEmpty());
  EXPECT_THAT(Places("run: git remote add x https://kbot:" + random_ + "@<GIT_PROVIDER>.com/a\n"),
              testing::SizeIs(1));
}

TEST_P(EngineTest, AnArgumentOfItsOwnMayBeginWithADash) {
  EXPECT_THAT(Places("kind: Pod\nspec: {containers: [{args: [--master-key, '-A-" + random_ +
                     "', --token, --log-level, -v]}]}\n"),
              ElementsAre("named-credential@spec.containers[0].args[1] 2:43"));
}

TEST_P(EngineTest, FindsRandomValuesInMappingsOfCredentials) {
  EXPECT_THAT(Places("spec: {apiTokens: {ci: " + random_ + ", max: 4096, ref: ci-token}}\n"),
              ElementsAre("named-credential@spec.apiTokens.ci 1:24"));
  EXPECT_THAT(Places("spec: {tokens: {ci: {secretName: " + random_ +
                     "}}, digests: {ci: " + random_ + "}}\n"),
              IsEmpty());
}

TEST_P(EngineTest, CapsTemplatesAtMedium) {
  const auto findings = engine_->ScanText("key: " + key_ + "\n", *scratch_).findings;
  ASSERT_THAT(findings, testing::SizeIs(1));
  EXPECT_EQ(findings[0].confidence, Confidence::kMedium);
  EXPECT_EQ(findings[0].position.line, 1u);
}

class HostileObjects : public EngineTest {
 protected:
  // CPU seconds for one object read and scanned; generous, for sanitizers on a loaded machine.
  double Time(const std::string& yaml) {
    const std::clock_t start = std::clock();
    const auto file = reader_.Read(yaml);
    if (file) engine_->Scan(*file->documents[0].root, *scratch_);
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  }
  static std::string Repeat(std::string_view piece, size_t bytes) {
    std::string text;
    while (text.size() < bytes) text += piece;
    return text;
  }
};

TEST_P(HostileObjects, AreJudgedInBoundedTime) {
  for (const std::string_view piece :
       {"secret=", "token: aaaaaaaaaa ", "eyJhbGciOiJIUzI1NiJ9.", "ghp_", "sk_live_aaaaaaaa ",
        "://a:b@", "AKIA", "-----BEGIN PRIVATE KEY-----", "bearer ", "Zm9v", "xoxb-1",
        "basic QUJD"}) {
    EXPECT_LT(Time("kind: ConfigMap\ndata: {x: '" + Repeat(piece, 1u << 20) + "'}\n"), 10.0)
        << piece;
  }
}

TEST_P(HostileObjects, WithManyEnvironmentEntriesAreJudged) {
  std::string yaml = "kind: Pod\nspec:\n  containers:\n  - env:\n";
  for (int i = 0; i < 40'000; ++i) {
    yaml += "    - {name: API_KEY_" + std::to_string(i) + ", value: v}\n";
  }
  EXPECT_LT(Time(yaml), 10.0);
}

// What names a value was looked for anew beside each: a minute for a mebibyte.
TEST_P(HostileObjects, WithManyMembersOfOneNameAreJudged) {
  for (const char* member : {R"("value":"abc",)", R"("args":["a"],)"}) {
    EXPECT_LT(Time(R"({"password":{)" + Repeat(member, 600'000) + R"("a":1}})"), 5.0) << member;
  }
}

// B15: half a minute for a ConfigMap of a mebibyte, ten times the API server's patience.
TEST_P(HostileObjects, FullOfNamedKeysAreJudged) {
  std::string yaml = "kind: ConfigMap\ndata:\n  app.env: |\n";
  for (uint64_t i = 0; i < 20'000; ++i) {
    yaml += "    API_TOKEN_" + std::to_string(i) + "=" + MakeSample("{alnum:24}", i) + "\n";
  }
  EXPECT_LT(Time(yaml), 3.0);
}

TEST_P(HostileObjects, FullOfKeysEndInABudgetFinding) {
  std::string text;
  for (uint64_t seed = 1; seed <= 3000; ++seed)
    text += MakeSample("sk_live_{alnum:24}", seed) + " ";
  const auto findings = Scan("kind: ConfigMap\ndata: {x: '" + text + "'}\n");
  EXPECT_TRUE(std::any_of(findings.begin(), findings.end(),
                          [](const Finding& f) { return f.rule == kBudgetRule; }));
}

TEST_P(HostileObjects, FullOfNamedKeysEndInABudgetFindingToo) {
  std::string yaml = "kind: ConfigMap\ndata:\n  app.env: |\n";
  for (uint64_t i = 0; i < 3000; ++i) {
    yaml += "    API_TOKEN_" + std::to_string(i) + "=" + MakeSample("{alnum:24}", i) + "\n";
  }
  const auto findings = Scan(yaml);
  EXPECT_TRUE(std::any_of(findings.begin(), findings.end(),
                          [](const Finding& f) { return f.rule == kBudgetRule; }));
  EXPECT_GT(findings.size(), 1000u) << "those that were named are still there";
}

// Messages of a program name tokens and passwords by the thousand, and nobody is told.
TEST_P(HostileObjects, FullOfNamesThatNobodyIsToldOfHaveNoBudgetFinding) {
  std::string yaml = "kind: ConfigMap\ndata:\n  app.properties: |\n";
  for (int i = 0; i < 5000; ++i) {
    yaml += "    error." + std::to_string(i) + ".token=session-expired\n";
  }
  for (const Finding& f : Scan(yaml)) {
    EXPECT_EQ(f.confidence, Confidence::kLow) << f.rule << " " << f.path;
  }
}

TEST_P(HostileObjects, OfOddShapeAreNoProblem) {
  for (const char* yaml :
       {"null\n", "[]\n", "x\n", "kind: [a]\nspec: {containers: {a: b}}\n", "metadata: x\n",
        "metadata: {annotations: [a]}\n", "kind: ConfigMap\ndata: [a, {b: c}]\n",
        "env: {name: {a: b}, value: [c]}\n", "args: [[a], {b: c}, null]\n", "args: {a: b}\n"}) {
    EXPECT_THAT(Places(yaml), IsEmpty()) << yaml;
  }
}

// The engine reads bytes that are no UTF-8 as they are.
TEST_P(HostileObjects, WithBytesThatAreNoTextAreJudged) {
  std::array<Node, 2> nodes;
  const std::string text = "\xFF\xFE" + key_ + std::string("\0\xC3", 2);
  nodes[1].kind = NodeKind::kString;
  nodes[1].key = "x";
  nodes[1].text = text;
  nodes[0].kind = NodeKind::kMapping;
  nodes[0].first = &nodes[1];
  EXPECT_THAT(engine_->Scan(nodes[0], *scratch_).findings, testing::SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(BothPrefilters, EngineTest, testing::Values(false, true),
                         [](const auto& p) { return p.param ? "Portable" : "Vectorscan"; });
INSTANTIATE_TEST_SUITE_P(BothPrefilters, HostileObjects, testing::Values(false, true),
                         [](const auto& p) { return p.param ? "Portable" : "Vectorscan"; });

}  // namespace
}  // namespace keysteward::detection
