// The bytes of a reply on the wire.
#pragma once

#include <string>
#include <string_view>

#include "http/server.h"

namespace keysteward::http {

// "OK", "Not Found"; "Unknown" for a status without a name here.
std::string_view StatusText(int status);

enum class ReplyEnd { kKeepAlive, kClose };

// Status line, headers and body; Content-Length and "Connection: close" are added. Without the body
// for HEAD. A reply that cannot be sent as it is (status outside 200…599, CR, LF or NUL in a
// header) becomes a 500 with fixed text.
std::string ReplyBytes(const HttpReply& reply, ReplyEnd end, bool head);

}  // namespace keysteward::http
