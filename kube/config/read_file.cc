#include "kube/config/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace keysteward::kube {
namespace {

Error OpenError(const std::string& path, int number) {
  const std::string message = path + ": " + std::strerror(number);
  return number == ENOENT || number == ENOTDIR ? Error::NotFound(message)
                                               : Error::FailedPrecondition(message);
}

Result<std::string> ReadAll(int file, const std::string& path) {
  std::string out;
  char buffer[16 * 1024];
  while (true) {
    const ssize_t got = read(file, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return OpenError(path, errno);
    if (got == 0) return out;
    out.append(buffer, static_cast<size_t>(got));
    if (out.size() > kMaxConfigFile) {
      return Error::TooLarge(path + ": larger than " + std::to_string(kMaxConfigFile) + " bytes");
    }
  }
}

}  // namespace

Result<std::string> ReadFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return OpenError(path, errno);
  Result<std::string> text = ReadAll(file, path);
  close(file);
  return text;
}

}  // namespace keysteward::kube
