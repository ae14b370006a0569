// CheckReplyHead: refuses the head of a reply whose end could be read in two ways.
//
//   KS_RETURN_IF_ERROR(CheckReplyHead(status, headers));
#pragma once

#include "common/result.h"
#include "http/transport.h"

namespace keysteward::http {

inline constexpr size_t kMaxReplyHeader = 16 * 1024;
inline constexpr size_t kMaxReplyFields = 100;

// kTooLarge above 16 KiB or 100 fields. kUnknownOutcome for a status outside 200–599 (101 and other
// interim answers were not asked for), a Content-Length that is not one decimal number, a
// Transfer-Encoding other than "chunked", or both of them. Messages never quote the server.
Result<void> CheckReplyHead(int status, const Headers& headers);

}  // namespace keysteward::http
