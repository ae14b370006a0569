#include "e2e/providers/keyserver/flags.h"

#include <CLI/CLI.hpp>

namespace keysteward::keyserver {

void AddFlags(CLI::App& app, Flags& flags) {
  app.add_option("--listen", flags.listen, "address:port of the service, TLS");
  app.add_option("--admin-listen", flags.admin_listen, "address:port for tests, plain HTTP");
  app.add_option("--admin-token-file", flags.admin_token_file, "bearer token of the key admin")
      ->required();
  app.add_option("--tls-cert", flags.tls_cert, "certificate chain, PEM");
  app.add_option("--tls-key", flags.tls_key, "its key, PEM");
  app.add_option("--write-ca", flags.write_ca, "make a certificate and write its CA here");
  app.add_option("--dns-name", flags.names, "names in the made certificate");
  app.add_option("--ip-address", flags.addresses, "addresses in the made certificate");
  app.add_option("--state-file", flags.state_file, "keep keys over restarts");
  app.add_option("--key-prefix", flags.keys.key_prefix, "first characters of every key");
  app.add_option("--max-keys", flags.keys.max_keys_per_owner,
                 "keys per owner (name up to the last /); 0: no limit");
  app.add_option("--key-lifetime", flags.key_lifetime, "expiry of new keys; 0s: none");
  app.add_flag("!--replay-without-secret", flags.keys.replay_secret,
               "an idempotent replay does not show the key again");
  app.add_flag("--remember-values", flags.keys.remember_values,
               "GET /issued of the test interface gives every value ever made");
}

}  // namespace keysteward::keyserver
