#include "detection/engine/engine.h"

#include <array>

#include "common/base64.h"
#include "tests/detection/engine/engine_case.h"

namespace keysteward::detection {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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

TEST_P(EngineTest, CapsTemplatesAtMedium) {
  const auto findings = engine_->ScanText("key: " + key_ + "\n", *scratch_).findings;
  ASSERT_THAT(findings, testing::SizeIs(1));
  EXPECT_EQ(findings[0].confidence, Confidence::kMedium);
  EXPECT_EQ(findings[0].position.line, 1u);
}

INSTANTIATE_TEST_SUITE_P(BothPrefilters, EngineTest, testing::Values(false, true), PrefilterName);

}  // namespace
}  // namespace keysteward::detection
