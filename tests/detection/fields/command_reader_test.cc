#include "detection/fields/command_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

// What is taken of the words, one behind the other.
std::string Taken(const std::vector<std::string_view>& words) {
  CommandReader command;
  std::string out;
  for (const std::string_view word : words) {
    const std::string_view credential = command.Take(word);
    if (!credential.empty()) out += std::string(credential) + "|";
  }
  return out;
}

TEST(CommandReader, KnowsWhichWordOfAProgramIsACredential) {
  const std::pair<std::vector<std::string_view>, const char*> cases[] = {
      {{"redis-cli", "-h", "redis", "-a", "x1", "ping"}, "x1|"},
      {{"/usr/bin/redis-cli", "-a", "x1"}, "x1|"},
      {{"redis-cli", "-a", "-x1"}, "-x1|"},
      {{"mysql", "-u", "root", "-px1", "shop"}, "x1|"},
      {{"mongosh", "-u", "admin", "-p", "x1"}, "x1|"},
      {{"rabbitmqadmin", "-u", "admin", "-p", "x1", "list", "queues"}, "x1|"},
      {{"docker", "login", "-u", "ci", "-p", "x1", "ghcr.io"}, "x1|"},
      {{"helm", "registry", "login", "ghcr.io", "-p", "x1"}, "x1|"},
      {{"ldapsearch", "-x", "-w", "x1"}, "x1|"},
      {{"sqlcmd", "-S", "db", "-P", "x1"}, "x1|"},
      {{"sshpass", "-px1", "ssh", "host"}, "x1|"},
      {{"openssl", "pkcs12", "-passin", "pass:x1", "-passout", "file:out"}, "x1|"},
      {{"etcdctl", "--user", "root:x1", "get"}, "x1|"},
      {{"etcdctl", "--user=root:x1"}, "x1|"},
      {{"curl", "-uadmin:x1", "https://host"}, "x1|"},
      {{"smbclient", "//s/x", "-U", "user%x1"}, "x1|"},
      {{"lftp", "-u", "user,x1", "sftp://h"}, "x1|"},
      {{"vault", "login", "x1"}, "x1|"},
      {{"vault", "login", "x1=="}, "x1==|"},
      {{"rabbitmqctl", "add_user", "app", "x1"}, "x1|"},
      {{"mc", "alias", "set", "minio", "http://m:9000", "admin", "x1"}, "x1|"},
      {{"htpasswd", "-bc", "file", "admin", "x1"}, "x1|"},
      {{"htpasswd", "-nbB", "admin", "x1"}, "x1|"},
      {{"sudo", "-E", "env", "A=b", "redis-cli", "-a", "x1"}, "x1|"},
      {{"kubectl", "exec", "redis-0", "--", "redis-cli", "-a", "x1"}, "x1|"},
      {{"redis-cli", "-h", "r", "AUTH", "x1"}, "x1|"},
      {{"redis-cli", "config", "set", "requirepass", "x1"}, "x1|"},
      {{"curl", "-sSfu", "admin:x1", "https://host"}, "x1|"},
      {{"openssl", "enc", "-k", "x1"}, "x1|"},
      {{"openssl", "passwd", "-6", "-salt", "abcd", "x1"}, "x1|"},
      {{"sqlplus", "-s", "app/x1@db"}, "x1|"},
      {{"sqlldr", "userid=app/x1@db", "control=a.ctl"}, "x1|"},
      {{"rman", "target", "sys/x1@db"}, "x1|"},
      {{"etcdctl", "user", "add", "root:x1"}, "x1|"},
      {{"mc", "admin", "user", "add", "minio", "app", "x1"}, "x1|"},
      {{"mc", "config", "host", "add", "minio", "http://m", "key", "x1"}, "x1|"},
      {{"mosquitto_pub", "-h", "h", "-u", "a", "-P", "x1"}, "x1|"},
      {{"mosquitto_passwd", "-b", "file", "user", "x1"}, "x1|"},
      {{"snmpget", "-u", "a", "-A", "x1", "-X", "x2", "host"}, "x1|x2|"},
      {{"poetry", "config", "http-basic.pypi", "user", "x1"}, "x1|"},
      {{"mysqladmin", "-u", "root", "password", "x1"}, "x1|"},
      {{"dotnet", "nuget", "add", "source", "https://r", "-u", "a", "-p", "x1"}, "x1|"},
      {{"hdbsql", "-u", "SYSTEM", "-p", "x1"}, "x1|"},
      {{"nifi.sh", "set-single-user-credentials", "admin", "x1"}, "x1|"},
      {{"nsupdate", "-y", "hmac-sha256:ddns:x1"}, "x1|"},
      {{"radtest", "probe", "x1", "127.0.0.1"}, "x1|"},
      {{"vault", "operator", "unseal", "x1"}, "x1|"},
      {{"xfreerdp", "/v:win", "/u:kiosk", "/p:x1"}, "x1|"},
      {{"microsocks", "-u", "a", "-P", "x1"}, "x1|"},
      {{"app", "--password:x1"}, "x1|"},
      {{"--password:x1"}, "x1|"},
      {{"--level", "--auth", "admin:Winter77"}, "Winter77|"},
      {{"restic", "--password-command", "echo x1"}, "x1|"},
      {{"java", "-Dbasicauth=solr:Winter77", "-jar", "x.jar"}, "Winter77|"},
      {{"java", "-jar", "cli.jar", "-auth", "admin:Winter77"}, "Winter77|"}};
  for (const auto& [words, taken] : cases) EXPECT_EQ(Taken(words), taken) << words.back();
}

TEST(CommandReader, TakesNothingThatIsAnotherThingOrFilledInLater) {
  const std::vector<std::string_view> cases[] = {
      {"docker", "run", "-p", "8080:80", "image"},
      {"mkdir", "-p", "/data"},
      {"psql", "-p", "5432"},
      {"mysql", "-p", "shop"},
      {"mysql", "-pass"},
      {"redis-cli", "-a", "$REDIS_PASSWORD"},
      {"redis-cli", "-a", "--no-auth-warning"},
      {"redis-cli", "-u", "redis://default:x1@h"},
      {"docker", "login", "-p", "${TOKEN}"},
      {"curl", "-u", "https://host"},
      {"curl", "-u", "admin"},
      {"vault", "login", "-method=kubernetes", "role=app"},
      {"vault", "status", "x1"},
      {"htpasswd", "-c", "file", "admin", "x1"},
      {"openssl", "pkcs12", "-passin", "env:PASS"},
      {"sh", "-c", "true"},
      {"redis-cli", "AUTH", "$P"},
      {"redis-cli", "AUTH", "worker", "$P"},
      {"fly", "-t", "main-team", "set-pipeline"},
      {"cf", "push", "app", "-p", "target/app-1.jar"},
      {"app", "--auth=oidc:client-id-1"},
      {"curl", "-sSfo", "out:1"},
      {"curl", "-sSfu", "ci:$TOKEN"},
      {"openssl", "req", "-keyout", "x1"},
      {"openssl", "passwd", "-6", "$P"},
      {"sqlplus", "/", "as", "sysdba"},
      {"sqlplus", "/nolog", "@/x/y.sql"},
      {"sqlplus", "app@//db:1521/x1"},
      {"sqlplus", "app/$P@db"},
      {"impdp", "directory=d1", "dumpfile=a/b.dmp"},
      {"mc", "admin", "user", "add", "minio", "app", "$P"},
      {"docker", "run", "--name", "mysql", "-p3306:3306", "mysql:8"},
      {"sudo", "psql", "-d", "mysql", "-p5432"},
      {"ssh", "host", "psql", "-d", "mysql", "-p5432"},
      {"echo", "x1", "sudo", "-S"},
      {"app", "--auth=ldap:optional", "--auth", "basic:none", "-auth:basic"},
      {"app", "--partition-key:userId", "--token-ttl:30s"},
      {"keytool", "-storepass:file", "/run/x1", "-keypass:env", "X1"},
      {"restic", "--password-command", "echo $P"},
      {"restic", "--init-command", "echo x1"},
      {"msbuild", "/p:Configuration=x1"},
      {"xfreerdp", "/v:x1"},
      {"lftp", "-u", "ops,\"$P\"", "sftp://h"},
      {"curl", "-u", "root:\"$P\"", "https://h"},
      {"nsupdate", "-k", "/etc/x1.key"},
      {"useradd", "-p", "$6$abc$def1", "bob"},
      {}};
  for (const auto& words : cases)
    EXPECT_EQ(Taken(words), "") << (words.empty() ? "" : words.back());
}

TEST(CommandReader, LooksThroughProgramsThatRunAnother) {
  const std::vector<std::string_view> runners[] = {{"sudo", "-u", "app"},
                                                   {"/usr/bin/timeout", "-k", "5", "10s"},
                                                   {"nice", "-n", "10"},
                                                   {"xargs", "-n1"},
                                                   {"chroot", "/host"},
                                                   {"gosu", "app"},
                                                   {"ssh", "-p", "22", "root@host"},
                                                   {"sudo", "timeout", "5"},
                                                   {"docker", "exec", "-i", "redis"},
                                                   {"docker", "exec", "redis"},
                                                   {"kubectl", "-n", "x", "exec", "redis-0"},
                                                   {"docker", "run", "--rm", "redis:7"},
                                                   {"docker", "run", "redis"}};
  for (std::vector<std::string_view> words : runners) {
    const std::string what = std::string(words[0]) + " " + std::string(words[1]);
    words.insert(words.end(), {"redis-cli", "-a", "x1"});
    EXPECT_EQ(Taken(words), "x1|") << what;
  }
}

// A setting's name and what only a credential can be.
TEST(CommandReader, TakesWhatAWordNames) {
  const std::string random = MakeSample("{alnum:24}", 5);
  EXPECT_EQ(Taken({"npm", "config", "set", "//r.x/:_authToken", random}), random + "|");
  EXPECT_EQ(Taken({"aws", "configure", "set", "aws_secret_access_key", random}), random + "|");
  EXPECT_EQ(Taken({"app", "set", "aws_secret_access_key", "the-value"}), "");
  EXPECT_EQ(Taken({"kubectl", "delete", "secret", random}), "");
  EXPECT_EQ(Taken({"cp", "/etc/api-key", random}), "");
  EXPECT_EQ(Taken({"app", "--api-token:" + random}), random + "|");
}

TEST(CommandReader, ReadsItsInput) {
  CommandReader command;
  for (const std::string_view word : {"gh", "auth", "login", "--with-token"}) command.Take(word);
  EXPECT_EQ(command.TakeInput("x1"), "x1");
  EXPECT_EQ(command.TakeInput("$TOKEN"), "");
  command.Next(false);
  for (const std::string_view word : {"cat", "-"}) command.Take(word);
  EXPECT_EQ(command.TakeInput("x1"), "");
  command.Next(false);
  for (const std::string_view word : {"printf", "x1\\nx1\\n"}) command.Take(word);
  command.Next(true);
  EXPECT_EQ(command.Take("passwd"), "x1");
  command.Next(false);
  for (const std::string_view word : {"echo", "x1"}) command.Take(word);
  command.Next(true);
  command.Take("sudo");
  EXPECT_EQ(command.Take("-S"), "x1");
}

TEST(CommandReader, ReadsWhatTheCommandBeforePrints) {
  CommandReader command;
  for (const std::string_view word : {"echo", "-n", "x1"}) command.Take(word);
  command.Next(true);
  EXPECT_EQ(command.Take("docker"), "");
  EXPECT_EQ(command.Take("login"), "");
  EXPECT_EQ(command.Take("--password-stdin"), "x1");
  command.Next(false);
  for (const std::string_view word : {"echo", "root:x1"}) command.Take(word);
  command.Next(true);
  EXPECT_EQ(command.Take("chpasswd"), "x1");
  command.Next(false);
  for (const std::string_view word : {"cat", "x1"}) command.Take(word);
  command.Next(true);
  EXPECT_EQ(command.Take("chpasswd"), "") << "what a file holds is not in the text";
}

}  // namespace
}  // namespace keysteward::detection
