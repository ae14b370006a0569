// ReadRegularFile: the bytes of a small file that somebody else may be replacing.
//
// Symbolic links are followed (a mounted Secret consists of them); a FIFO, device or directory is
// refused without waiting for it.
//
//   KS_ASSIGN_OR_RETURN(const std::string pem, ReadRegularFile(path, kMaxPemBytes));
#pragma once

#include <cstddef>
#include <string>

#include "common/result.h"

namespace keysteward::tls {

// kNotFound when there is no such file, kTooLarge above `limit` bytes, kPermissionDenied or
// kInvalidArgument otherwise. The message holds the path.
Result<std::string> ReadRegularFile(const std::string& path, size_t limit);

}  // namespace keysteward::tls
