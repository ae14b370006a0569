// The stream buffers handed to cpprestsdk: ResponseBuffer takes the body of a reply into a Call,
// RequestBuffer gives the body of a request.
//
// The library's own buffers are not used: the default one for replies grows without bound, and one
// that can seek lets the library send a POST again by itself when a kept connection turns out to
// be closed. Included only by the .cc files of this folder (heavy headers).
#pragma once

#include <cpprest/streams.h>

#include <memory>
#include <string>

#include "http/cpprest/call.h"
#include "http/cpprest/wire_watch.h"

namespace keysteward::http {

// `call` and `wire` are kept alive by the buffer.
concurrency::streams::ostream ResponseBufferFor(std::shared_ptr<Call> call,
                                                std::shared_ptr<WireWatch> wire);

// Cannot seek, so the library cannot repeat the request.
concurrency::streams::istream RequestBufferFor(std::string body);

}  // namespace keysteward::http
