// Checks of an issuer's `http` member and of the probe that `generated` shares with it.
//
//   Checks http = checks.At("http");
//   CheckHttpIssuer(http, *spec.http);
#pragma once

#include <set>
#include <span>
#include <string>

#include "api/v1alpha1/http_issuer_types.h"
#include "api/v1alpha1/internal/checks.h"

namespace keysteward::api::v1alpha1::internal {

// What one request may hold.
struct RequestRules {
  std::span<const std::string_view> placeholders;       // in headers and body
  std::span<const std::string_view> path_placeholders;  // in the path
  std::set<std::string> parameters;                     // declared ones
  bool body = true;                                     // json or form allowed
};

void CheckHttpRequest(Checks& checks, const HttpRequest& request, const RequestRules& rules);
void CheckHttpProbe(Checks& checks, const HttpProbe& probe,
                    const std::set<std::string>& parameters);
void CheckHttpIssuer(Checks& checks, const HttpIssuer& issuer);
void CheckEndpoint(Checks& checks, const std::string& base_url, const std::string& ca_bundle);

}  // namespace keysteward::api::v1alpha1::internal
