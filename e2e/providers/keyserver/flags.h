// The command line of keyserver.
#pragma once

#include <string>
#include <vector>

#include "e2e/providers/keyserver/key_store.h"

namespace CLI {
class App;
}

namespace keysteward::keyserver {

struct Flags {
  std::string listen = "127.0.0.1:9443";
  std::string admin_listen = "127.0.0.1:9444";
  std::string admin_token_file;
  std::string tls_cert;
  std::string tls_key;
  std::string write_ca;
  std::vector<std::string> names = {"localhost"};
  std::vector<std::string> addresses = {"127.0.0.1"};
  std::string state_file;
  std::string key_lifetime = "0s";
  KeyStoreOptions keys;
};

// `flags` must outlive the parse.
void AddFlags(CLI::App& app, Flags& flags);

}  // namespace keysteward::keyserver
