#include "detection/fields/shell_commands.h"

#include <gtest/gtest.h>

#include <string>

namespace keysteward::detection {
namespace {

std::string Find(std::string_view script, size_t limit = 100) {
  std::vector<Assignment> pairs;
  FindShellCredentials(script, pairs, limit);
  std::string out;
  for (const Assignment& pair : pairs) {
    EXPECT_EQ(pair.name, "command-password");
    EXPECT_GE(pair.value.data(), script.data());
    EXPECT_LE(pair.value.data() + pair.value.size(), script.data() + script.size());
    out += std::string(pair.value) + "|";
  }
  return out;
}

TEST(FindShellCredentials, TakesATemplatesActionForAWord) {
  EXPECT_EQ(Find("htpasswd -nb {{ basic_auth_user }} {{ basic_auth_passwd }}"), "");
  EXPECT_EQ(Find("htpasswd -nb {{ basic_auth_user }} x1"), "x1|");
}

TEST(FindShellCredentials, ReadsCommandsAsAShellDoes) {
  const std::pair<const char*, const char*> cases[] = {
      {"redis-cli -a x1 ping", "x1|"},
      {"set -e\nredis-cli -a 'x 1' ping\n", "x 1|"},
      {"redis-cli -a \"x1\"", "x1|"},
      {"redis-cli \\\n  -h redis \\\n  -a x1", "x1|"},
      {"redis-cli \\\r\n  -a x1", "x1|"},
      {"cd /app && redis-cli -a x1; redis-cli -a x2 || redis-cli -a x3", "x1|x2|x3|"},
      {"if redis-cli -a x1 ping; then redis-cli -a x2 get y; fi", "x1|x2|"},
      {"V=$(redis-cli -a x1 get y)", "x1|"},
      {"echo \"it is $(redis-cli -a x1 get y)\"", "x1|"},
      {"sh -c 'redis-cli -a x1'", "x1|"},
      {"ssh host -c \"redis-cli -a x1 get y\"", "x1|"},
      {"A=b redis-cli -a x1", "x1|"},
      {"mysql -p'x1' shop", "x1|"},
      {"mysql -p'x 1;(y)' shop && redis-cli -a x2", "x 1;(y)|x2|"},
      {"V=\"$(redis-cli -a x1 get y)\"", "x1|"},
      {"V=\"a $(cat f) $(redis-cli -a x1 get y)\" redis-cli -a x2", "x1|x2|"},
      {"echo don't; redis-cli -a x1", "x1|"},
      {"redis-cli -a x1 > /dev/null 2>&1", "x1|"},
      {"echo x1 | docker login -u ci --password-stdin ghcr.io", "x1|"},
      {"printf '%s' 'x1' | sudo docker login --password-stdin", "x1|"},
      {"echo 'root:x1' | chpasswd", "x1|"},
      {"echo 'root:x1' | sudo chpasswd", "x1|"},
      {"chpasswd <<< 'root:x1'", "x1|"},
      {"gpg --batch --passphrase-fd 0 -d a.gpg <<< 'x1'", "x1|"},
      {"chpasswd <<EOF\nroot:x1\nbob:x2\nEOF\nredis-cli -a x3", "x1|x2|x3|"},
      {"chpasswd <<-'E'\n\troot:x1\n\tE\necho a:b", "x1|"},
      {"echo winter77 > /run/secrets/db_password", "winter77|"},
      {"echo -n 'winter77'>>token.txt", "winter77|"},
      {"echo x1 2>/dev/null | docker login --password-stdin", "x1|"},
      {"redis-cli -a x1 >/dev/null 2>&1; redis-cli -a x2", "x1|x2|"},
      {"redis-cli -a x1 >f.txt 2> e.txt && redis-cli -a x2", "x1|x2|"},
      {"passwd root <<EOF\nx1\nx2\nEOF", "x1|"},
      {"sudo -S sh <<EOF\nx1\nredis-cli -a x2\nEOF", "x1|x2|"},
      {"cat > f.sh <<EOF\nredis-cli -a x1\nEOF\n", "x1|"},
      {"docker login --password-stdin <<< x1", "x1|"},
      {"printf 'x1\\nx1\\n' | passwd root", "x1|"},
      {"echo x1 | sudo -S reboot", "x1|"},
      {"ssh host 'redis-cli -a x1'", "x1|"},
      {"sudo sh -xec 'redis-cli -a x1'", "x1|"},
      {"docker exec -i r sh -c 'redis-cli -a x1'", "x1|"},
      {"eval \"redis-cli -a x1\"", "x1|"}};
  for (const auto& [script, found] : cases) EXPECT_EQ(Find(script), found) << script;
}

TEST(FindUserPasswords, ReadsLinesOfUsers) {
  std::vector<Assignment> pairs;
  FindUserPasswords("root:x1\nbob:$6$abc\n# no\n eve:x2\r\nR", pairs);
  ASSERT_EQ(pairs.size(), 2u);
  EXPECT_EQ(pairs[0].value, "x1");
  EXPECT_EQ(pairs[1].value, "x2");
  EXPECT_EQ(pairs[1].name, "command-password");
}

TEST(FindShellCredentials, LeavesOtherScriptsAlone) {
  for (const char* script : {"",
                             "redis-cli",
                             "# redis-cli -a x1",
                             "redis-cli -a \"$PASSWORD\"",
                             "redis-cli -a $(cat /x)",
                             "redis-cli -a `cat /x`",
                             "echo redis-cli -a x1",
                             "docker run -p 8080:80 x",
                             "chpasswd <<< \"root:$P\"",
                             "cat <<< x1",
                             "chpasswd < /run/x1",
                             "chpasswd <<EOF\nroot:$P\nEOF\n",
                             "cat <<EOF\nroot:x1\nEOF\n",
                             "chpasswd <<",
                             "chpasswd <<EOF",
                             "gh auth login --with-token <<< $T",
                             "echo $P1 > password",
                             "echo winter77 > /run/data",
                             "cat winter77 > password",
                             "echo 'all 7 done' > /tmp/token",
                             "echo 1234567 > /sys/x/key_token",
                             "echo x7 >",
                             "echo >&2",
                             "ssh host 'echo redis-cli -a x1'",
                             "echo x1 || docker login --password-stdin",
                             "cat f | docker login --password-stdin",
                             "echo \"$TOKEN\" | docker login --password-stdin",
                             "\"",
                             "'x",
                             "\\",
                             "|;&"}) {
    EXPECT_EQ(Find(script), "") << script;
  }
}

TEST(FindShellCredentials, TakesNoMoreThanItsLimit) {
  EXPECT_EQ(Find("redis-cli -a x1; redis-cli -a x2; redis-cli -a x3", 2), "x1|x2|");
}

// Each word is looked at once, whatever the quotes: a million of them are read in moments.
TEST(FindShellCredentials, IsLinearInQuotes) {
  for (const std::string_view piece : {"\" ", "' ", "\"\\\" ", "$( ", "-c \"a $(b \" ", "\\\n", "|",
                                       "chpasswd <<E\na:b\n", "sudo 'a b' ", "a'b ", "a'"}) {
    std::string script;
    while (script.size() < 500'000) script += piece;
    Find(script);
  }
}

}  // namespace
}  // namespace keysteward::detection
