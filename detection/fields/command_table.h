// What programs take as credentials where nothing beside them says so, from their manuals.
//
//   ProgramOf("redis-cli") == Program::kRedis; then CommandRows() of that program apply.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace keysteward::detection {

// Programs that take the same options are one.
enum class Program : uint8_t {
  kOther,
  kAirflow,
  kChpasswd,
  kCurl,
  kDashT,
  kDb2,
  kEcho,
  kEtcdctl,
  kFreerdp,  // /p:x
  kGitlabRunner,
  kGrafana,
  kHtpasswd,
  kHttpie,
  kIsql,
  kLdap,
  kLftp,
  kMinio,
  kMongo,
  kMysql,
  kNeo4j,
  kNgrok,
  kNifi,
  kNsupdate,
  kNuget,
  kOpenssl,
  kOracle,
  kOras,
  kPasswd,
  kRabbitmq,
  kRedis,
  kRegistry,
  kRunner,    // what it runs is its first operand
  kRunnerOn,  // what it runs is its second operand: it runs on a host, in a folder, as a user
  kSamba,
  kSendemail,
  kSevenZip,
  kSnmp,
  kSnyk,
  kSqlcmd,
  kSshpass,
  kSwaks,
  kTwine,
  kUseradd,
  kVault,
  kVirsh,
  kWpa,
};

// Which part of a word is the credential.
enum class CommandPart : uint8_t {
  kWhole,
  kWithDigit,     // a name may stand there instead
  kNothing,       // the option takes another thing
  kGlued,         // -px, or the whole of the next word
  kGluedOnly,     // -px alone: the next word is another thing
  kAfterColon,    // user:x
  kAfterPercent,  // user%x
  kAfterComma,    // user,x
  kAfterPass,     // pass:x
  kAfterSlash,    // user/x@database
  kAfterLast,     // algorithm:name:x
};

// An option or an operand that is a credential.
struct CommandRow {
  Program program;
  std::string_view subcommand;  // a word, or two words in a row; "": none is needed
  std::string_view option;      // "": an operand
  CommandPart part = CommandPart::kWhole;
  uint32_t operand = 0;  // counted from 1, after the subcommand
};

// Of a program's name without its folder.
Program ProgramOf(std::string_view name);
std::span<const CommandRow> CommandRows();

}  // namespace keysteward::detection
