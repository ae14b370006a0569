#include "tls/internal/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace keysteward::tls {
namespace {

Error FromErrno(const std::string& path, int number) {
  const std::string message = path + ": " + std::generic_category().message(number);
  if (number == ENOENT || number == ENOTDIR) return Error::NotFound(message);
  if (number == EACCES || number == EPERM) return Error::PermissionDenied(message);
  return Error::InvalidArgument(message);
}

struct OpenFile {
  int fd;
  ~OpenFile() { close(fd); }
};

}  // namespace

Result<std::string> ReadRegularFile(const std::string& path, size_t limit) {
  // Non-blocking, so that opening a FIFO returns.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return FromErrno(path, errno);
  const OpenFile file{fd};
  struct stat status {};
  if (fstat(fd, &status) != 0) return FromErrno(path, errno);
  if (!S_ISREG(status.st_mode)) return Error::InvalidArgument(path + ": not a regular file");
  std::string bytes(limit + 1, '\0');
  size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t count = read(fd, bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return FromErrno(path, errno);
    if (count == 0) break;
    size += static_cast<size_t>(count);
  }
  if (size > limit) {
    return Error::TooLarge(path + ": larger than " + std::to_string(limit) + " bytes");
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace keysteward::tls
