#include "http/resolver.h"

#include <netdb.h>
#include <netinet/in.h>

#include <cstring>
#include <optional>
#include <thread>
#include <utility>

namespace keysteward::http {
namespace {

IpAddress FromSystem(const addrinfo& entry) {
  IpAddress out;
  out.is_v6 = entry.ai_family == AF_INET6;
  if (out.is_v6) {
    const auto* address = reinterpret_cast<const sockaddr_in6*>(entry.ai_addr);
    std::memcpy(out.bytes.data(), &address->sin6_addr, 16);
  } else {
    const auto* address = reinterpret_cast<const sockaddr_in*>(entry.ai_addr);
    std::memcpy(out.bytes.data(), &address->sin_addr, 4);
  }
  return out;
}

Result<std::vector<IpAddress>> LookUp(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (code != 0) {
    return Error::Unavailable("cannot resolve " + host + ": " + gai_strerror(code));
  }
  std::vector<IpAddress> out;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family == AF_INET || entry->ai_family == AF_INET6) {
      out.push_back(FromSystem(*entry));
    }
  }
  freeaddrinfo(found);
  if (out.empty()) return Error::Unavailable("cannot resolve " + host + ": it has no address");
  return out;
}

struct Lookup {
  std::optional<Result<std::vector<IpAddress>>> answer;
};

}  // namespace

// Also owned by every lookup thread.
struct SystemResolver::Shared {
  Mutex mutex;
  CondVar changed;
  size_t running GUARDED_BY(mutex) = 0;

  void Run(const std::shared_ptr<Shared>& self, const std::shared_ptr<Lookup>& lookup,
           const std::string& host) {
    std::thread([self, lookup, host] {
      Result<std::vector<IpAddress>> answer = LookUp(host);
      {
        MutexLock lock(self->mutex);
        lookup->answer = std::move(answer);
        --self->running;
      }
      self->changed.notify_all();
    }).detach();
  }
};

SystemResolver::SystemResolver(const Clock& clock)
    : clock_(clock), shared_(std::make_shared<Shared>()) {}

SystemResolver::~SystemResolver() = default;

Result<std::vector<IpAddress>> SystemResolver::Resolve(const std::string& host,
                                                       const std::stop_token& stop,
                                                       MonoTime deadline) {
  const auto lookup = std::make_shared<Lookup>();
  MutexLock lock(shared_->mutex);
  bool started = false;
  while (!lookup->answer) {
    if (!started && shared_->running < kMaxLookups) {
      ++shared_->running;
      started = true;
      shared_->Run(shared_, lookup, host);
    }
    if (stop.stop_requested()) return Error::Cancelled("resolving " + host + " cancelled");
    if (clock_.MonoNow() >= deadline) {
      return Error::Unavailable("cannot resolve " + host + " in time");
    }
    clock_.WaitUntil(shared_->changed, shared_->mutex, stop, deadline);
  }
  return *std::move(lookup->answer);
}

}  // namespace keysteward::http
