// Files that hold credentials in forms of no single provider, as entries of a ConfigMap: which rule
// or name finds them is free, that something does is not.
#include <gtest/gtest.h>

#include "detection/engine/engine.h"
#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

struct Form {
  const char* name;  // of the ConfigMap's entry
  const char* text;  // a template
};

// «MakeSample» renders \n as a line break.
constexpr Form kForms[] = {
    {"config",
     "apiVersion: v1\\nkind: Config\\nusers:\\n- name: admin\\n  user:\\n    client-key-data: "
     "{b64:-----BEGIN EC PRIVATE KEY-----\\n{base64:64}\\n{base64:64}\\n-----END EC PRIVATE "
     "KEY-----}\\n"},
    {"kubeconfig",
     "apiVersion: v1\\nkind: Config\\nusers:\\n- name: ci\\n  user:\\n    token: {alnum:48}\\n"},
    {"config.yaml", "users:\\n- name: ci\\n  user:\\n    token: {jwt}\\n"},
    {".npmrc", "//npm.acme.example/:_authToken={alnum:36}\\nalways-auth=true\\n"},
    {".npmrc", "_auth={b64:robot:{alnum:20}}\\nregistry=https://npm.acme.example\\n"},
    {".npmrc", "//npm.acme.example/:_password={b64:{alnum:20}}\\n"},
    {".pgpass", "db.prod.svc:5432:shop:app:{alnum:18}\\n"},
    {".netrc", "machine git.acme.example login robot password {alnum:20}\\n"},
    {".netrc", "machine git.acme.example\\n  login robot\\n  password {alnum:20}\\n"},
    {"htpasswd", "admin:{PLAIN}{alnum:16}\\n"},
    {".dockerconfigjson",
     "{\"auths\":{\"reg.acme.example\":{\"auth\":\"{b64:robot:{alnum:24}}\"}}}"},
    {".dockerconfigjson",
     "{\"auths\":{\"reg.acme.example\":{\"username\":\"robot\",\"password\":\"{alnum:24}\"}}}"},
    {"key.json",
     "{\"type\":\"service_account\",\"private_key_id\":\"{hex:40}\",\"private_key\":\"-----BEGIN "
     "PRIVATE KEY-----\\\\n{base64:64}\\\\n{base64:64}\\\\n-----END PRIVATE KEY-----\\\\n\"}"},
    {"azure.json",
     "{\"clientId\":\"{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}\",\"clientSecret\":\"{alnum:40}\"}"},
    {"credentials",
     "[default]\\naws_access_key_id = AKIA{base32:16}\\naws_secret_access_key = {base64:40}\\n"},
    {"credentials", "[default]\\naws_secret_access_key = {base64:40}\\n"},
    {".my.cnf", "[client]\\nuser=root\\npassword={alnum:16}\\n"},
    {".my.cnf", "[client]\\nuser = root\\npassword = \"{alnum:16}\"\\n"},
    {".git-credentials", "https://robot:{alnum:24}@git.acme.example\\n"},
    {"wg0.conf",
     "[Interface]\\nPrivateKey = {base64:42}8=\\nAddress = 10.0.0.1/24\\n\\n[Peer]\\nPublicKey = "
     "x\\n"},
    {"keys.txt", "# created: 2026\\nAGE-SECRET-KEY-1{bech32:52}{bech32sum}\\n"},
    {"id_ed25519",
     "-----BEGIN OPENSSH PRIVATE KEY-----\\n{base64:70}\\n{base64:70}\\n-----END OPENSSH PRIVATE "
     "KEY-----\\n"},
    {"secring.asc", "-----BEGIN PGP PRIVATE KEY BLOCK-----\\n\\n{base64:64}\\n{base64:64}\\n"},
    {"key.ppk",
     "PuTTY-User-Key-File-3: ssh-ed25519\\nEncryption: none\\nPublic-Lines: 1\\n{base64:64}\\n"},
    {"jwk.json",
     "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{base64url:43}\",\"y\":\"{base64url:43}\",\"d\":\"{"
     "base64url:43}\"}"},
    {"jwks.json",
     "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"{base64url:342}\",\"e\":\"AQAB\",\"d\":\"{base64url:342}"
     "\"}]}"},
    {"signing-key", "{der:600}"},
    {"application.properties", "jwt.private-key={der:600}\\n"},
    {"nginx.conf",
     "location / {\\n  proxy_set_header Authorization \"Basic {b64:robot:{alnum:20}}\";\\n}\\n"},
    {"nginx.conf", "location / {\\n  proxy_set_header X-Api-Key \"{alnum:32}\";\\n}\\n"},
    {".s3cfg", "[default]\\naccess_key = {alnum:20}\\nsecret_key = {alnum:40}\\n"},
    {"rclone.conf", "[remote]\\ntype = s3\\nsecret_access_key = {base64:40}\\n"},
    {"rclone.conf", "[sftp]\\ntype = sftp\\npass = {base64url:40}\\n"},
    {"prod.tfvars", "db_password = \"{alnum:16}\"\\nregion = \"eu-west-1\"\\n"},
    {"application.properties", "spring.datasource.password={alnum:16}\\n"},
    {"application.yaml", "spring:\\n  datasource:\\n    password: {alnum:16}\\n"},
    {"pip.conf", "[global]\\nindex-url = https://robot:{alnum:20}@pypi.acme.example/simple\\n"},
    {"settings.xml", "<server><id>acme</id><password>{alnum:20}</password></server>"},
    {"connection", "Server=db;Database=shop;User Id=app;Password={alnum:16};Encrypt=true"},
    {"redis.conf", "port 6379\\nrequirepass {alnum:24}\\n"},
    {"sentinel.conf", "sentinel auth-pass mymaster {alnum:24}\\n"},
    {"ldap.conf", "binddn cn=admin\\nbindpw {alnum:16}\\n"},
    {"wpa_supplicant.conf", "network={\\n  ssid=\"acme\"\\n  psk=\"{alnum:16}\"\\n}\\n"},
    {"msmtprc", "account default\\nhost smtp.acme.example\\nuser app\\npassword {alnum:15}7\\n"},
    {"user.creds",
     "-----BEGIN USER NKEY SEED-----\\nSUA{base32:55}\\n------END USER NKEY SEED------\\n"},
    {"auth.conf", "{\"token\":\"secret-token:{alnum:40}\"}"},
};

class CommonForms : public testing::TestWithParam<Form> {};

TEST_P(CommonForms, AreFoundOnBothEngines) {
  for (const bool portable : {false, true}) {
    const auto engine = Engine::CreateDefault({.portable = portable});
    ASSERT_TRUE(engine) << engine.error().ToString();
    const auto scratch = (*engine)->NewScratch();
    for (const uint64_t seed : {1u, 2u, 3u, 4u, 5u}) {
      const std::string text = MakeSample(GetParam().text, seed);
      Node entry{};
      entry.kind = NodeKind::kString;
      entry.key = GetParam().name;
      entry.text = text;
      Node data{};
      data.kind = NodeKind::kMapping;
      data.key = "data";
      data.first = &entry;
      data.count = 1;
      Node kind{};
      kind.kind = NodeKind::kString;
      kind.key = "kind";
      kind.text = "ConfigMap";
      kind.next = &data;
      Node root{};
      root.kind = NodeKind::kMapping;
      root.first = &kind;
      root.count = 2;
      size_t found = 0;
      for (const Finding& finding : (*engine)->Scan(root, *scratch).findings) {
        found += finding.confidence >= Confidence::kMedium;
      }
      EXPECT_GT(found, 0u) << GetParam().name << "\t" << GetParam().text << "\tseed " << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, CommonForms, testing::ValuesIn(kForms),
                         [](const auto& p) { return std::to_string(p.index); });

}  // namespace
}  // namespace keysteward::detection
