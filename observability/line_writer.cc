#include "observability/line_writer.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace keysteward {
namespace {

// Opening the pipe again gives flags of our own. It fails where the pipe belongs to another user,
// as in some containers; then poll() before each write has to do.
int ReopenNonBlocking(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0 || !S_ISFIFO(status.st_mode)) return -1;
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  return open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
}

// Keeps SIGPIPE from this thread while it lives, and takes away the one a write raised.
class SigpipeGuard {
 public:
  SigpipeGuard() {
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
  }
  ~SigpipeGuard() {
    const timespec now{};
    if (!was_pending_) {
      while (sigtimedwait(&sigpipe_, nullptr, &now) == -1 && errno == EINTR) continue;
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;

 private:
  sigset_t sigpipe_;
  sigset_t before_;
  bool was_pending_ = false;
};

bool ReadyForWriting(int fd) {
  pollfd entry{.fd = fd, .events = POLLOUT, .revents = 0};
  return poll(&entry, 1, 0) == 1 && (entry.revents & POLLOUT) != 0;
}

// Bytes written, or -1. Never waits.
ssize_t WriteNow(int fd, std::string_view text) {
  const ssize_t sent = send(fd, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent >= 0 || errno != ENOTSOCK) return sent;
  if (!ReadyForWriting(fd)) return -1;
  return write(fd, text.data(), text.size());
}

}  // namespace

LineWriter::LineWriter(int fd) : fd_(fd), reopened_(ReopenNonBlocking(fd)) {}

LineWriter::~LineWriter() {
  if (reopened_ >= 0) close(reopened_);
}

bool LineWriter::Write(std::string_view line) {
  std::string text(line);
  text += '\n';
  // Held over the write, which never waits: two threads that both saw room for one line would.
  MutexLock lock(mutex_);
  const SigpipeGuard guard;
  if (torn_) text.insert(text.begin(), '\n');
  const ssize_t written = WriteNow(reopened_ >= 0 ? reopened_ : fd_, text);
  if (written > 0) torn_ = static_cast<size_t>(written) < text.size();
  return written == static_cast<ssize_t>(text.size());
}

}  // namespace keysteward
