// JSON of the `http` member of an issuer and of the probe that `generated` shares with it.
//
//   spec.http = ReadOptional(fields, "http", ReadHttpIssuer);
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "api/v1alpha1/http_issuer_types.h"
#include "common/json_fields.h"

namespace keysteward::api::v1alpha1::internal {

HttpRequest ReadHttpRequest(JsonFields fields);
HttpProbe ReadHttpProbe(JsonFields fields);
HttpIssuer ReadHttpIssuer(JsonFields fields);
nlohmann::json WriteHttpRequest(const HttpRequest& request);
nlohmann::json WriteHttpProbe(const HttpProbe& probe);
nlohmann::json WriteHttpIssuer(const HttpIssuer& issuer);

}  // namespace keysteward::api::v1alpha1::internal
