// CommandReader: which words of a command are credentials where nothing beside them says so, by
// what the program takes (command_table.h): `redis-cli -a x`, `docker login -p x`, `vault login x`.
// Programs that run another one (sudo, timeout, ssh, docker exec) are looked through.
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

#include "detection/fields/command_table.h"

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
  // What the command reads, as in `docker login --password-stdin <<< x`: the credential in it.
  std::string_view TakeInput(std::string_view input) const;
  // What the command prints goes to this file: the credential, if the file is named after one.
  std::string_view TakeTarget(std::string_view file) const;
  bool reads_credential() const { return reads_; }
  // Each line of the input holds one.
  bool reads_lines() const { return read_part_ == CommandPart::kAfterColon; }
  // A word with blanks is a command of its own: ssh host "redis-cli -a x".
  bool runs_scripts() const { return runs_; }

 private:
  // What is known of a command.
  struct Command {
    Program program{};
    bool begun = false;                   // the program came
    const CommandRow* waiting = nullptr;  // the option whose value comes next
    std::string_view subcommand;          // the newest that a row asks for
    uint32_t operands = 0;                // after the subcommand, or after the program
    std::string_view before;              // the word before
    bool after_option = false;
    bool batch = false;   // htpasswd -b: the password is on the command line
    bool prints = false;  // htpasswd -n: no file is named before it
  };

  std::string_view TakeFirst(std::string_view word);
  std::string_view Begin(std::string_view word);
  std::string_view SeekProgram(std::string_view word);
  std::string_view TakeOption(std::string_view word);
  std::string_view TakeOperand(std::string_view word, std::string_view before);
  bool TakeContainer(std::string_view word);
  std::string_view Read(CommandPart part);
  bool Asked(const CommandRow& row) const;

  Command now_;
  std::string_view printed_;  // the newest word
  std::string_view input_;    // what the command before printed
  bool reads_ = false;        // a credential from its input,
  CommandPart read_part_{};   // which is this part of it
  bool runs_ = false;         // a runner came
};

}  // namespace keysteward::detection
