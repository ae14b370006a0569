// CommandReader: which words of a command are credentials where nothing beside them says so, by
// what the program takes: `redis-cli -a x`, `docker login -p x`, `vault login x`.
//
// Not thread-safe; the words outlive the reader.
//
//   CommandReader command;
//   for (const Node& word : words) {
//     if (const std::string_view credential = command.Take(word.text); !credential.empty()) …
//   }
#pragma once

#include <cstdint>
#include <string_view>

namespace keysteward::detection {

// What such a credential is called: it has no name of its own.
inline constexpr std::string_view kCommandCredential = "command-password";

class CommandReader {
 public:
  // The next word of the command, the program first, without its quotes. Returns the part of it
  // that is a credential, or "": a variable in its place is none.
  std::string_view Take(std::string_view word);
  // A new command begins. `piped`: it reads what the one before printed, as in
  // `echo x | docker login --password-stdin`.
  void Next(bool piped);

  // Programs that take the same options are one.
  enum class Program : uint8_t {
    kOther,
    kChpasswd,
    kCurl,
    kEcho,
    kEtcdctl,
    kHtpasswd,
    kHttpie,
    kLdap,
    kLftp,
    kMinio,
    kMongo,
    kMysql,
    kNuget,
    kOpenssl,
    kRabbitmq,
    kRedis,
    kRegistry,
    kSamba,
    kSevenZip,
    kSqlcmd,
    kSshpass,
    kTwine,
    kVault,
  };
  struct Row;
  enum class Part : uint8_t;

 private:
  std::string_view TakeOption(std::string_view word);
  std::string_view TakeOperand(std::string_view word);
  bool Asked(const Row& row) const;

  Program program_{};
  bool begun_ = false;            // the program came
  const Row* waiting_ = nullptr;  // the option whose value comes next
  std::string_view subcommand_;   // the newest that a row asks for
  uint32_t operands_ = 0;         // after the subcommand, or after the program
  std::string_view printed_;      // the newest word
  std::string_view input_;        // what the command before printed
  bool batch_ = false;            // htpasswd -b: the password is on the command line
  bool prints_ = false;           // htpasswd -n: no file is named before it
};

}  // namespace keysteward::detection
