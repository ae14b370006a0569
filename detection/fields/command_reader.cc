#include "detection/fields/command_reader.h"

#include <algorithm>
#include <array>
#include <utility>

namespace keysteward::detection {

using View = std::string_view;

// Which part of the word is the credential.
enum class CommandReader::Part : uint8_t {
  kWhole,
  kGlued,         // -px, or the whole of the next word
  kGluedOnly,     // -px alone: the next word is another thing
  kAfterColon,    // user:x
  kAfterPercent,  // user%x
  kAfterComma,    // user,x
  kAfterPass,     // pass:x
};

struct CommandReader::Row {
  Program program;
  View subcommand;  // "": none is needed
  View option;      // "": an operand
  Part part = Part::kWhole;
  uint32_t operand = 0;  // counted from 1
};

namespace {

using Row = CommandReader::Row;
using Part = CommandReader::Part;
using Program = CommandReader::Program;

struct Name {
  View name;
  Program program;
};

// Sorted. Programs that take the same options are one.
constexpr std::array kNames = {
    Name{"7z", Program::kSevenZip},
    Name{"7za", Program::kSevenZip},
    Name{"7zr", Program::kSevenZip},
    Name{"az", Program::kRegistry},
    Name{"bao", Program::kVault},
    Name{"bcp", Program::kSqlcmd},
    Name{"buildah", Program::kRegistry},
    Name{"cf", Program::kRegistry},
    Name{"chpasswd", Program::kChpasswd},
    Name{"cosign", Program::kRegistry},
    Name{"crane", Program::kRegistry},
    Name{"curl", Program::kCurl},
    Name{"cypher-shell", Program::kMongo},
    Name{"docker", Program::kRegistry},
    Name{"dotnet", Program::kNuget},
    Name{"echo", Program::kEcho},
    Name{"etcdctl", Program::kEtcdctl},
    Name{"freebcp", Program::kSqlcmd},
    Name{"helm", Program::kRegistry},
    Name{"htpasswd", Program::kHtpasswd},
    Name{"http", Program::kHttpie},
    Name{"https", Program::kHttpie},
    Name{"ibmcloud", Program::kRegistry},
    Name{"isql", Program::kSqlcmd},
    Name{"kadmin", Program::kLdap},
    Name{"keydb-cli", Program::kRedis},
    Name{"ldapadd", Program::kLdap},
    Name{"ldapcompare", Program::kLdap},
    Name{"ldapdelete", Program::kLdap},
    Name{"ldapmodify", Program::kLdap},
    Name{"ldapmodrdn", Program::kLdap},
    Name{"ldappasswd", Program::kLdap},
    Name{"ldapsearch", Program::kLdap},
    Name{"ldapwhoami", Program::kLdap},
    Name{"lftp", Program::kLftp},
    Name{"mariabackup", Program::kMysql},
    Name{"mariadb", Program::kMysql},
    Name{"mariadb-admin", Program::kMysql},
    Name{"mariadb-check", Program::kMysql},
    Name{"mariadb-dump", Program::kMysql},
    Name{"mariadb-import", Program::kMysql},
    Name{"mc", Program::kMinio},
    Name{"mcli", Program::kMinio},
    Name{"mongo", Program::kMongo},
    Name{"mongodump", Program::kMongo},
    Name{"mongoexport", Program::kMongo},
    Name{"mongoimport", Program::kMongo},
    Name{"mongorestore", Program::kMongo},
    Name{"mongosh", Program::kMongo},
    Name{"mongostat", Program::kMongo},
    Name{"mongotop", Program::kMongo},
    Name{"mysql", Program::kMysql},
    Name{"mysqladmin", Program::kMysql},
    Name{"mysqlcheck", Program::kMysql},
    Name{"mysqldump", Program::kMysql},
    Name{"mysqlimport", Program::kMysql},
    Name{"mysqlsh", Program::kMysql},
    Name{"mysqlshow", Program::kMysql},
    Name{"nerdctl", Program::kRegistry},
    Name{"net", Program::kSamba},
    Name{"nuget", Program::kNuget},
    Name{"oc", Program::kRegistry},
    Name{"openssl", Program::kOpenssl},
    Name{"oras", Program::kRegistry},
    Name{"osql", Program::kSqlcmd},
    Name{"podman", Program::kRegistry},
    Name{"printf", Program::kEcho},
    Name{"rabbitmqctl", Program::kRabbitmq},
    Name{"redis-benchmark", Program::kRedis},
    Name{"redis-cli", Program::kRedis},
    Name{"rpcclient", Program::kSamba},
    Name{"skopeo", Program::kRegistry},
    Name{"smbclient", Program::kSamba},
    Name{"smbget", Program::kSamba},
    Name{"sqlcmd", Program::kSqlcmd},
    Name{"sshpass", Program::kSshpass},
    Name{"twine", Program::kTwine},
    Name{"unzip", Program::kSqlcmd},
    Name{"valkey-cli", Program::kRedis},
    Name{"vault", Program::kVault},
    Name{"xh", Program::kHttpie},
    Name{"xtrabackup", Program::kMysql},
    Name{"zip", Program::kSqlcmd},
};
constexpr bool Before(const Name& a, const Name& b) { return a.name < b.name; }
static_assert(std::is_sorted(kNames.begin(), kNames.end(), Before));

// From the programs' manuals. Options whose name says what they take (--password) need no row.
constexpr std::array kRows = {
    Row{Program::kRedis, "", "-a"},
    Row{Program::kMysql, "", "-p", Part::kGluedOnly},
    Row{Program::kMongo, "", "-p", Part::kGlued},
    Row{Program::kLdap, "", "-w"},
    Row{Program::kRegistry, "login", "-p"},
    Row{Program::kTwine, "upload", "-p"},
    Row{Program::kSqlcmd, "", "-P", Part::kGlued},
    Row{Program::kSshpass, "", "-p", Part::kGlued},
    Row{Program::kSevenZip, "", "-p", Part::kGluedOnly},
    Row{Program::kOpenssl, "", "-passin", Part::kAfterPass},
    Row{Program::kOpenssl, "", "-passout", Part::kAfterPass},
    Row{Program::kOpenssl, "", "-pass", Part::kAfterPass},
    Row{Program::kEtcdctl, "", "--user", Part::kAfterColon},
    Row{Program::kCurl, "", "-u", Part::kAfterColon},
    Row{Program::kCurl, "", "--user", Part::kAfterColon},
    Row{Program::kCurl, "", "-U", Part::kAfterColon},
    Row{Program::kCurl, "", "--proxy-user", Part::kAfterColon},
    Row{Program::kHttpie, "", "-a", Part::kAfterColon},
    Row{Program::kHttpie, "", "--auth", Part::kAfterColon},
    Row{Program::kSamba, "", "-U", Part::kAfterPercent},
    Row{Program::kLftp, "", "-u", Part::kAfterComma},
    Row{Program::kNuget, "push", "-k"},
    Row{Program::kVault, "login", "", Part::kWhole, 1},
    Row{Program::kRabbitmq, "add_user", "", Part::kWhole, 2},
    Row{Program::kRabbitmq, "change_password", "", Part::kWhole, 2},
    Row{Program::kRabbitmq, "authenticate_user", "", Part::kWhole, 2},
    Row{Program::kMinio, "set", "", Part::kWhole, 4},  // mc alias set NAME URL KEY SECRET
    Row{Program::kMinio, "add", "", Part::kWhole, 4},  // mc config host add, in older versions
};

Program ProgramOf(View name) {
  const auto found = std::lower_bound(kNames.begin(), kNames.end(), Name{name, {}}, Before);
  return found != kNames.end() && found->name == name ? found->program : Program::kOther;
}

View BaseName(View path) {
  const size_t slash = path.rfind('/');
  return slash == View::npos ? path : path.substr(slash + 1);
}

// What may stand before a program: an assignment, a program that runs another one, a shell's word.
bool IsPrelude(View word) {
  constexpr std::array<View, 21> kWords = {
      "sudo",  "doas", "exec",  "time",      "nohup",   "env",  "command",
      "nice",  "then", "do",    "if",        "else",    "elif", "while",
      "until", "!",    "xargs", "dumb-init", "su-exec", "gosu", "tini"};
  const View name = BaseName(word);
  if (word.starts_with('-') || std::find(kWords.begin(), kWords.end(), name) != kWords.end()) {
    return true;
  }
  const size_t equals = word.find('=');
  return equals != View::npos && equals > 0 && word.find_first_of("/:") > equals;
}

// -x, --no-auth-warning: nothing but small letters.
bool IsOption(View word) {
  return word.starts_with('-') && std::all_of(word.begin(), word.end(), [](char c) {
           return c == '-' || (c >= 'a' && c <= 'z');
         });
}

View After(View word, char mark) {
  const size_t at = word.find(mark);
  return at == View::npos || at == 0 ? View() : word.substr(at + 1);
}

// vault login role=x; base64 ends with the same sign.
bool IsParameter(View word) {
  while (word.ends_with('=')) word.remove_suffix(1);
  return word.find('=') != View::npos;
}

bool IsFilledInLater(View text) {
  return text.empty() || View("$<`%{").find(text[0]) != View::npos;
}

View Unquoted(View word) {
  const bool quoted =
      word.size() >= 2 && (word[0] == '"' || word[0] == '\'') && word.back() == word[0];
  return quoted ? word.substr(1, word.size() - 2) : word;
}

View PartOf(View word, Part part) {
  word = Unquoted(word);
  View credential;
  switch (part) {
    case Part::kWhole:
    case Part::kGlued:
      credential = word;
      break;
    case Part::kGluedOnly:
      break;
    case Part::kAfterColon:
      credential = After(word, ':');
      if (credential.starts_with("//")) credential = {};  // a URL
      break;
    case Part::kAfterPercent:
      credential = After(word, '%');
      break;
    case Part::kAfterComma:
      credential = After(word, ',');
      break;
    case Part::kAfterPass:
      if (word.starts_with("pass:")) credential = word.substr(5);
      break;
  }
  return IsFilledInLater(credential) ? View() : credential;
}

}  // namespace

bool CommandReader::Asked(const Row& row) const {
  return row.program == program_ && (row.subcommand.empty() || row.subcommand == subcommand_);
}

View CommandReader::Take(View word) {
  if (!begun_) {
    if (word.empty() || IsPrelude(word)) return {};
    begun_ = true;
    program_ = ProgramOf(BaseName(word));
    return program_ == Program::kChpasswd ? PartOf(input_, Part::kAfterColon) : View();
  }
  // kubectl exec pod -- redis-cli -a x
  if (word == "--") {
    Next(false);
    return {};
  }
  printed_ = word;
  if (program_ == Program::kOther || word.empty()) return {};
  const Row* option = std::exchange(waiting_, nullptr);
  // What an option waits for may begin with a dash too.
  if (word.starts_with('-') && (option == nullptr || IsOption(word))) return TakeOption(word);
  return option != nullptr ? PartOf(word, option->part) : TakeOperand(word);
}

void CommandReader::Next(bool piped) {
  const View input = piped && program_ == Program::kEcho ? printed_ : View();
  *this = CommandReader();
  input_ = input;
}

View CommandReader::TakeOption(View word) {
  if (word == "--password-stdin") return PartOf(input_, Part::kWhole);
  if (program_ == Program::kHtpasswd && !word.starts_with("--")) {
    batch_ |= word.find('b') != View::npos;
    prints_ |= word.find('n') != View::npos;
  }
  for (const Row& row : kRows) {
    if (row.option.empty() || !Asked(row) || !word.starts_with(row.option)) continue;
    const View rest = word.substr(row.option.size());
    if (rest.empty()) {
      if (row.part != Part::kGluedOnly) waiting_ = &row;
      return {};
    }
    const bool glues = row.part == Part::kGlued || row.part == Part::kGluedOnly;
    const Part part = glues ? Part::kWhole : row.part;
    if (rest[0] == '=') return PartOf(rest.substr(1), part);
    // -uadmin:x, -px; but -parseable is another option: a password has more than letters.
    const bool letters =
        std::all_of(rest.begin(), rest.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    const bool may_glue = glues || part != Part::kWhole;
    if (row.option.size() == 2 && may_glue && !letters) return PartOf(rest, part);
  }
  return {};
}

View CommandReader::TakeOperand(View word) {
  for (const Row& row : kRows) {
    if (row.program == program_ && row.subcommand == word) {
      subcommand_ = row.subcommand;
      operands_ = 0;
      return {};
    }
  }
  ++operands_;
  if (program_ == Program::kHtpasswd) {
    return batch_ && operands_ == (prints_ ? 2 : 3) ? PartOf(word, Part::kWhole) : View();
  }
  for (const Row& row : kRows) {
    if (row.operand == operands_ && Asked(row) && !IsParameter(word)) {
      return PartOf(word, row.part);
    }
  }
  return {};
}

}  // namespace keysteward::detection
