// What a value is called by the field that it is in, and by what stands around it.
#include "tests/detection/engine/engine_case.h"

namespace keysteward::detection {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class EngineNames : public EngineTest {};

// Of each, the name of the field, or of the kind, says reference elsewhere.
TEST_P(EngineNames, FindsCredentialsInFieldsWhoseTypeSaysThatTheyAreLiteral) {
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

// What stands beside a value, or around it, says that it is none.
TEST_P(EngineNames, AccusesNothingThatItsNeighboursSayIsNoValue) {
  const std::string values[] = {
      "cookieNames: {idToken: IdToken-b0a1b740, bearerToken: AccessToken-5F93C2E4}",
      "properties: [{key: api_key, value: " + random_ + ", encrypted: true}]",
      "dbPassword: {name: DB, secret: wdp-db2-x9, key: password}",
      "signing_key: !Find [crypto.key, [name, " + random_ + "]]",
      "ServiceToken: !GetAtt DashboardGeneratorFunction.Arn",
      "suite: s\ntests: [{it: works, set: {userPassword: TestPassword123}, asserts: []}]",
      "keystorePasswordSecretKey: keystore.password1",
      "cfg: 'report-uri "
      "https://sentry.acme.io/api/45/?sentry_key=0343e20fc4e0469790b6016561f032e3'",
      "run.sh: 'echo \"abc123x\" >> /bin/passwd;echo z'",
      "x.py: 'export(Arn=arn, Passphrase=passphrase_enc)'",
      "docs: ['[design] https://docs.example.com/document/d/" + random_ + "']",
      "password: {description: 'the requirepass server option'}",
      "db: postgres://userid:password@host:5432/dbname",
      "x.js: 'login({password: dockerHubToken, user: u})'",
      "y: '{\"htpasswd\": __htpasswd_content | b64encode}'",
      "base64EncodedPrivateKey: ingress.tls.base64EncodedPrivateKey",
      "sudo: 'zabbix ALL=(ALL) NOPASSWD: /sbin/lvs *'",
      "pw: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAYAAAAf8/9hAAAB5klEQVQ4y6WT'",
      "docs_search_api_key: " + random_};
  for (const std::string& yaml : values) EXPECT_THAT(Places(yaml), IsEmpty()) << yaml;
}

TEST_P(EngineNames, FindsWhatASchemaOrAParameterSetsByDefault) {
  EXPECT_THAT(Places("properties: {adminPassword: {type: string, default: " + random_ + "}}"),
              ElementsAre("named-credential@properties.adminPassword.default 1:53"));
  EXPECT_THAT(Places("p: [{parameterName: adminPassword, parameterValue: " + random_ + "}]"),
              ElementsAre("named-credential@p[0].parameterValue 1:52"));
}

// Kubernetes drops a tag of a program's own and takes the value, so it must not hide one.
TEST_P(EngineNames, ATagHidesNothingInAnObject) {
  EXPECT_THAT(Places("apiVersion: v1\nkind: Pod\nspec: {containers: [{env: [{name: API_TOKEN, "
                     "value: !Ref " +
                     random_ + "}]}]}\n"),
              ElementsAre("named-credential@spec.containers[0].env[0].value 3:53"));
}

// Fields that hold the name of an entry, a file or a user, beside or under a name that says
// credential.
TEST_P(EngineNames, AccusesNoNamesInFieldsWhoseTypeSaysThatTheyAreNames) {
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

TEST_P(EngineNames, FindsPasswordsBesideUsersAndInLabels) {
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
TEST_P(EngineNames, AProvidersFormatInAUrlIsTheProviders) {
  const auto found = Scan("url: 'https://robot:" + key_ + "@h.acme.dev/'\n");
  ASSERT_THAT(found, testing::SizeIs(1));
  EXPECT_EQ(found[0].rule, "stripe-secret-key");
}

TEST_P(EngineNames, ASecretThatHoldsItsPasswordIsNoReference) {
  EXPECT_THAT(Places("smtpSecret: {username: app, password: " + random_ + "}\n"),
              ElementsAre("named-credential@smtpSecret.password 1:39"));
  // Which entry of the Secret has it, unless it is no name that anybody would give one.
  EXPECT_THAT(Places("smtpSecret: {name: app, password: smtp-password}\n"), IsEmpty());
  EXPECT_THAT(Places("smtpSecret: {name: app, password: " + random_ + "}\n"),
              ElementsAre("named-credential@smtpSecret.password 1:35"));
  EXPECT_THAT(Places("smtpSecret: {name: app, password: 'Go2Turtl3#661'}\n"),
              ElementsAre("named-credential@smtpSecret.password 1:35"));
}

TEST_P(EngineNames, AWrappedValueHasTheNameOfWhatHoldsIt) {
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

TEST_P(EngineNames, AHeaderOfAListHasItsOwnName) {
  EXPECT_THAT(Places("add: {headers: ['x-consumer:payments', 'x-api-key:zaq12wsX!4']}\n"),
              ElementsAre("named-credential@add.headers[1] 1:51"));
  EXPECT_THAT(Places("add: {headers: ['x-api-key-name:apikey', 'x-api-key:$(headers.a)', ':']}\n"),
              IsEmpty());
}

TEST_P(EngineNames, AUrlWhoseHostIsAPlaceholderShowsAForm) {
  EXPECT_THAT(Places("run: git remote add x https://kbot:token@<GIT_PROVIDER>.com/a\n"), IsEmpty());
  EXPECT_THAT(Places("s3: s3://access_key:secret_access_key@region/bucket\n"), IsEmpty());
  EXPECT_THAT(Places("run: git remote add x https://kbot:" + random_ + "@<GIT_PROVIDER>.com/a\n"),
              testing::SizeIs(1));
}

TEST_P(EngineNames, AnArgumentOfItsOwnMayBeginWithADash) {
  EXPECT_THAT(Places("kind: Pod\nspec: {containers: [{args: [--master-key, '-A-" + random_ +
                     "', --token, --log-level, -v]}]}\n"),
              ElementsAre("named-credential@spec.containers[0].args[1] 2:43"));
}

TEST_P(EngineNames, FindsRandomValuesInMappingsOfCredentials) {
  EXPECT_THAT(Places("spec: {apiTokens: {ci: " + random_ + ", max: 4096, ref: ci-token}}\n"),
              ElementsAre("named-credential@spec.apiTokens.ci 1:24"));
  EXPECT_THAT(Places("spec: {tokens: {ci: {secretName: " + random_ +
                     "}}, digests: {ci: " + random_ + "}}\n"),
              IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(BothPrefilters, EngineNames, testing::Values(false, true), PrefilterName);

}  // namespace
}  // namespace keysteward::detection
