#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "tls/socket_stream.h"

namespace keysteward::tls {
namespace {

class PlainStream final : public SocketStream {
 public:
  explicit PlainStream(int fd) : fd_(fd) {}
  ~PlainStream() override { close(fd_); }
  PlainStream(const PlainStream&) = delete;
  PlainStream& operator=(const PlainStream&) = delete;

  IoStatus Handshake() override { return IoStatus::kDone; }

  IoResult Read(std::span<char> out) override {
    const ssize_t count = recv(fd_, out.data(), out.size(), 0);
    if (count == 0) return {IoStatus::kClosed, 0};
    return Outcome(count, IoStatus::kWantRead);
  }

  IoResult Write(std::string_view bytes) override {
    return Outcome(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL), IoStatus::kWantWrite);
  }

  void EndWriting() override { shutdown(fd_, SHUT_WR); }
  std::string PeerName() const override { return ""; }
  int fd() const override { return fd_; }

 private:
  static IoResult Outcome(ssize_t count, IoStatus want) {
    if (count > 0) return {IoStatus::kDone, static_cast<size_t>(count)};
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {want, 0};
    return {IoStatus::kFailed, 0};
  }

  const int fd_;
};

}  // namespace

std::unique_ptr<SocketStream> MakePlainStream(int fd) { return std::make_unique<PlainStream>(fd); }

}  // namespace keysteward::tls
