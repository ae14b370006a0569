// Endpoint and TransportOptions: which server a transport is bound to, and how it is trusted.
//
//   KS_ASSIGN_OR_RETURN(Endpoint endpoint, Endpoint::Parse("https://api.example:6443/base"));
//   TransportOptions options{.endpoint = std::move(endpoint), .trust = {.ca_pem = bundle}};
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.h"
#include "common/secret_bytes.h"

namespace keysteward::http {

struct Endpoint {
  std::string scheme;  // "https" or "http"
  std::string host;    // lower-case name, or an address without brackets
  uint16_t port = 0;
  std::string base_path = {};  // "" or "/path" without a "/" at its end; put before every target

  // kInvalidArgument for another scheme, user information, query, fragment, an empty or malformed
  // host, an address that is not in canonical form (0x7f.1, 2130706433, 127.1, 010.0.0.1, zone
  // ids), port 0, or a base path with "..", "//", blanks or characters to be encoded.
  static Result<Endpoint> Parse(std::string_view url);

  bool host_is_address() const;
  // Host header: brackets around IPv6, the port when it is not the default one.
  std::string Authority() const;
  // "https://host:port/base", for messages.
  std::string Url() const;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

struct TrustOptions {
  std::string ca_pem = {};            // one or more certificates; "" = the system's roots
  std::string server_name = {};       // checked against the certificate and sent as SNI; "" = host
  bool insecure_skip_verify = false;  // only when the user asked for it by flag
};

struct TransportOptions {
  Endpoint endpoint;
  TrustOptions trust = {};
  std::string client_certificate_pem = {};  // leaf first; "" = none
  SecretBytes client_key_pem = {};          // PKCS#8 or traditional PEM, not encrypted
  // Calls above the limit wait within their own deadline. Streams are counted apart: a watch holds
  // its connection for minutes.
  size_t max_connections = 32;
  size_t max_streams = 64;
  std::string user_agent = "keysteward";
};

}  // namespace keysteward::http
