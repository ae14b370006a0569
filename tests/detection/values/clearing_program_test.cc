#include <gtest/gtest.h>

#include <utility>

#include "tests/detection/values/cleared_why.h"

namespace keysteward::detection {
namespace {

TEST(ProgramText, AndTextForPeopleAreNoValues) {
  const std::pair<const char*, const char*> cases[] = {
      {"\\s[^#]*$/", "program text"},
      {"\\x1b[32mPASS", "program text"},
      {"password of the user that owns the database", "prose"},
      {"os.getenv(", "program text"},
      {"process.env.API_KEY", "program text"},
      {"c.env[_].valueFrom.secretKeyRef", "program text"},
      {"handle:headers():get(", "program text"},
      {"Optional[str]", "program text"},
      {"[parameters('token')]", "program text"},
      {"System.fetch_env!(\"SECRET_KEY_BASE\")", "program text"},
      {"remote.kubernetes.secret.auth_1.data[\"password\"]", "program text"},
      {"-config-file /etc/consul/agent-token.json", "program text"},
      {"[concat(variables('prefix'), '-key')]", "program text"},
      {"org.acme.security.BcryptPasswordEncoder", "program text"},
      {"string", "program text"},
      {"^[A-Za-z0-9_-]{16,}$", "program text"},
      {".*token.*", "program text"},
      {"org.acme.security.plain.LoginModule required;", "program text"},
      {"Password", "text for people"},
      {"Mot de passe", "text for people"},
      {"Forgot your password?", "text for people"},
      {"Contraseña", "text for people"},
      {"process.env.DB2_PASSWORD", "program text"},
      {"var.db2_password", "program text"},
      {"data.aws_secret.db2.value", "program text"},
      {"env(DB2_PASSWORD)", "program text"},
      {"getenv('S3_SECRET", "program text"},
      {"trim(file_get_contents(getenv('S3_SECRET_FILE", "program text"},
      {"password.$returns.str", "program text"},
      {"util.#ConvertString & {$params: x}", "program text"},
      {"stringValue.str", "program text"},
      {"remote.kubernetes.secret.auth_1.data[\"password", "program text"},
      {"Mot-de-passe", "text for people"},
      {"process.env.s4Password", "program text"},
      {"String!):", "program text"},
      {"&str", "program text"},
      {"node scripts/token.js --catalog", "program text"},
      {"hashlib.pbkdf2_hmac(\"sha256\",", "program text"},
      {"base64decode(yamldecode(data.x).y)", "program text"},
      {"{os.environ.get('MYSQL_PWD',", "program text"},
      {"{get_secret_value('hub.token", "program text"},
      {"echo  $(kubectl get secret -n {{ .Release.Namespace", "a variable, filled in elsewhere"},
      {"generate_password(length=20)", "program text"},
      {"load_key(path=", "program text"},
      {"attachments[\"Secret.v1\"].get(f", "program text"},
      {"base64.b64encode(s3_access_key[\"AccessKey\"]", "program text"},
      {"n.token}})", "program text"},
      {",listKeys(concat(", "program text"},
      {"//g' -e x", "program text"},
      {">Forgot password?</a>", "program text"},
      {"qqPG%cJf@BKl6?3abWa.*Xcflpj1xrjL", "accused"},
      {"QBIT_PASS}).encode()", "program text"},
      {"QBIT9PASS}x", "accused"},
      {"(.data.password // .data.github_token)", "program text"},
      {"(.data.password", "program text"},
      {".data9.pass", "accused"},
      {"(Get-Content", "program text"},
      {"V1dHYMq#[^Mmv9nultd5", "accused"},
      {"Summer2024(x", "accused"},
      {"hashes.x9(7Qw", "accused"}};
  for (const auto& [value, reason] : cases) EXPECT_EQ(Why(value), reason) << value;
}

}  // namespace
}  // namespace keysteward::detection
