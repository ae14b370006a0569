// CheckRequest: refuses a request that could not be written as exactly one HTTP/1.1 message.
//
// Both transports call it before anything is sent, so a stranger's text in a header or target can
// never start a second request.
//
//   KS_RETURN_IF_ERROR(CheckRequest(request));
#pragma once

#include "common/result.h"
#include "http/transport.h"

namespace keysteward::http {

// kInvalidArgument naming the offending part, never its content. Refused: a method that is not a
// token; a target that does not start with exactly one "/", or holds blanks, control or non-ASCII
// characters, quotes, or "#"; a header name that is not a token; a header value with CR, LF, NUL or
// another control character; the headers the transport writes itself (Host, Content-Length,
// Transfer-Encoding, Connection, Expect, Upgrade, TE, Trailer).
Result<void> CheckRequest(const HttpRequest& request);

// Whether sending the request twice equals sending it once by its method alone (GET, HEAD).
bool IsRepeatable(const HttpRequest& request);

}  // namespace keysteward::http
