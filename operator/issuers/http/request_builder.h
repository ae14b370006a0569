// RequestBuilder: an issuer's described request with its placeholders filled in. Pure.
//
// Insertions are percent-encoded in paths and queries, JSON-escaped in bodies, form-encoded in
// forms and refused with CR, LF or NUL in headers. There is no template language.
//
//   KS_ASSIGN_OR_RETURN(http::HttpRequest request, BuildRequest(spec.create.request, base_path,
//   values));
#pragma once

#include <map>
#include <string>

#include "api/v1alpha1/http_issuer_types.h"
#include "common/result.h"
#include "http/transport.h"

namespace keysteward::op {

// Placeholder name ("token", "param.scope") → text.
using Insertions = std::map<std::string, std::string>;

// kInvalidArgument names the part of the request (never the inserted text).
Result<http::HttpRequest> BuildRequest(const api::v1alpha1::HttpRequest& described,
                                       const std::string& base_path, const Insertions& insertions);

}  // namespace keysteward::op
