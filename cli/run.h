// Run: one command, from a parsed command line to its exit status. All that touches the world is
// given, so that the whole program runs in a test.
//
//   return Run(parsed.line, {clock, Variable, std::cin, std::cout, std::cerr, connect});
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>

#include "cli/command_line.h"

namespace keysteward::cli {

// A client and what it needs to stay alive.
struct Connected {
  std::shared_ptr<void> keeps;
  kube::Client* client = nullptr;
  std::string namespace_name;
  std::string server;  // URL
};

struct World {
  const Clock& clock;
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool colour = false;
  std::stop_token stop;
  std::function<Result<Connected>(const CommandLine& line)> connect;
};

// Errors are explained on world.err.
int Run(const CommandLine& line, const World& world);

// Whether the command waits for something and must survive a Ctrl-C to say how to go on.
bool Waits(const CommandLine& line);

}  // namespace keysteward::cli
