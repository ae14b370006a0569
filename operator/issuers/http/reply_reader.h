// ReplyReader: what a provider's answer says, taken out by JSON Pointer and checked. Pure.
//
// A provider is not trusted: ids and values are bounded and of harmless characters, or the answer
// is refused with a message that never quotes it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/v1alpha1/http_issuer_types.h"
#include "http/transport.h"
#include "operator/issuers/issuer.h"

namespace keysteward::op {

// What an HTTP status means when it is not an expected one: 401/403 kPermissionDenied, 404
// kNotFound, 429 kResourceExhausted with Retry-After, any other 3xx and 4xx but 408
// kInvalidArgument, the rest kUnknownOutcome for calls that change something and kUnavailable for
// those that only read.
Error StatusError(const http::HttpResponse& reply, bool changes);

Result<IssuedKey> ReadCreated(const api::v1alpha1::HttpCreate& described,
                              const http::HttpResponse& reply);

struct ListedPage {
  std::vector<ListedKey> keys;  // only those with a label
  std::string next;             // cursor; empty on the last page
};
Result<ListedPage> ReadListed(const api::v1alpha1::HttpList& described,
                              const http::HttpResponse& reply);

ProbeReply ReadProbed(const api::v1alpha1::HttpProbe& described, const http::HttpResponse& reply);

Result<LastUse> ReadLastUse(const api::v1alpha1::HttpLastUsed& described,
                            const http::HttpResponse& reply);

}  // namespace keysteward::op
