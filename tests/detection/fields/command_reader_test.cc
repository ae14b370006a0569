#include "detection/fields/command_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

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
      {{"kubectl", "exec", "redis-0", "--", "redis-cli", "-a", "x1"}, "x1|"}};
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
      {}};
  for (const auto& words : cases)
    EXPECT_EQ(Taken(words), "") << (words.empty() ? "" : words.back());
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
