#include "http/beast/socket_bio.h"

#include <openssl/bio.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>

namespace keysteward::http {
namespace {

SocketLink& LinkOf(BIO* bio) { return *static_cast<SocketLink*>(BIO_get_data(bio)); }

bool WouldBlock() { return errno == EAGAIN || errno == EINTR; }

int Write(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t sent = send(LinkOf(bio).socket, bytes, static_cast<size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && WouldBlock()) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int Read(BIO* bio, char* out, int size) {
  BIO_clear_retry_flags(bio);
  const SocketLink& link = LinkOf(bio);
  if (link.wait != nullptr && link.wait->IsOver()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const ssize_t got = recv(link.socket, out, static_cast<size_t>(size), 0);
  if (got < 0 && WouldBlock()) BIO_set_retry_read(bio);
  return static_cast<int>(got);
}

long Control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

struct FreeMethod {
  void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};

std::unique_ptr<BIO_METHOD, FreeMethod> MakeMethod() {
  std::unique_ptr<BIO_METHOD, FreeMethod> method(
      BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without SIGPIPE"));
  if (!method) return nullptr;
  BIO_meth_set_write(method.get(), &Write);
  BIO_meth_set_read(method.get(), &Read);
  BIO_meth_set_ctrl(method.get(), &Control);
  return method;
}

}  // namespace

BIO* NewSocketBio(SocketLink& link) {
  // A table of functions, built once; OpenSSL keeps a pointer to it.
  static const std::unique_ptr<BIO_METHOD, FreeMethod> kMethod = MakeMethod();
  BIO* bio = kMethod ? BIO_new(kMethod.get()) : nullptr;
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, &link);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace keysteward::http
