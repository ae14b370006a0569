#include "http/address_policy.h"

#include <arpa/inet.h>

#include <algorithm>

namespace keysteward::http {
namespace {

enum class Kind { kRefused, kPrivate, kLoopback, kEmbedsV4 };

struct Range {
  std::string_view prefix;
  unsigned bits;
  Kind kind;
  std::string_view name;
};

// First match wins, so exceptions stand before the range that holds them.
constexpr Range kV4[] = {
    {"0.0.0.0", 8, Kind::kRefused, "unspecified"},
    {"127.0.0.0", 8, Kind::kLoopback, "loopback"},
    {"169.254.169.254", 32, Kind::kRefused, "cloud metadata"},
    {"169.254.0.0", 16, Kind::kRefused, "link-local"},
    {"100.100.100.200", 32, Kind::kRefused, "cloud metadata"},
    {"168.63.129.16", 32, Kind::kRefused, "cloud metadata"},
    {"192.0.0.0", 24, Kind::kRefused, "reserved"},
    {"10.0.0.0", 8, Kind::kPrivate, "private"},
    {"172.16.0.0", 12, Kind::kPrivate, "private"},
    {"192.168.0.0", 16, Kind::kPrivate, "private"},
    {"100.64.0.0", 10, Kind::kPrivate, "private (shared address space)"},
    {"192.0.2.0", 24, Kind::kRefused, "documentation"},
    {"198.51.100.0", 24, Kind::kRefused, "documentation"},
    {"203.0.113.0", 24, Kind::kRefused, "documentation"},
    {"192.88.99.0", 24, Kind::kRefused, "6to4 relay"},
    {"198.18.0.0", 15, Kind::kRefused, "benchmark"},
    {"224.0.0.0", 4, Kind::kRefused, "multicast"},
    {"255.255.255.255", 32, Kind::kRefused, "broadcast"},
    {"240.0.0.0", 4, Kind::kRefused, "reserved"},
};

constexpr Range kV6[] = {
    {"::", 128, Kind::kRefused, "unspecified"},
    {"::1", 128, Kind::kLoopback, "loopback"},
    {"::ffff:0:0", 96, Kind::kRefused, "IPv4-mapped"},
    {"::ffff:0:0:0", 96, Kind::kRefused, "IPv4-translated"},
    {"::", 96, Kind::kRefused, "IPv4-compatible"},
    {"64:ff9b::", 96, Kind::kEmbedsV4, "NAT64"},
    {"fd00:ec2::254", 128, Kind::kRefused, "cloud metadata"},
    {"fd20:ce::254", 128, Kind::kRefused, "cloud metadata"},
    {"fc00::", 7, Kind::kPrivate, "private"},
    {"fe80::", 10, Kind::kRefused, "link-local"},
    {"fec0::", 10, Kind::kRefused, "site-local"},
    {"ff00::", 8, Kind::kRefused, "multicast"},
    {"2001::", 32, Kind::kRefused, "Teredo"},
    {"2001::", 23, Kind::kRefused, "reserved"},
    {"2001:db8::", 32, Kind::kRefused, "documentation"},
    {"3fff::", 20, Kind::kRefused, "documentation"},
    {"2002::", 16, Kind::kRefused, "6to4"},
};

bool Contains(const Range& range, const IpAddress& address) {
  const IpAddress prefix = *IpAddress::Parse(range.prefix);
  const size_t whole = range.bits / 8;
  if (!std::equal(prefix.bytes.begin(), prefix.bytes.begin() + whole, address.bytes.begin())) {
    return false;
  }
  const unsigned rest = range.bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<uint8_t>(0xff << (8 - rest));
  return (prefix.bytes[whole] & mask) == (address.bytes[whole] & mask);
}

Error Refused(const IpAddress& address, std::string_view why) {
  return Error::Unavailable("address " + address.ToString() + " is refused: " + std::string(why));
}

Result<void> Judge(const Range& range, const IpAddress& address, const AddressPolicy& policy) {
  switch (range.kind) {
    case Kind::kPrivate:
      if (policy.allow_private) return {};
      break;
    case Kind::kLoopback:
      if (policy.allow_loopback) return {};
      break;
    case Kind::kEmbedsV4: {
      IpAddress inner;
      std::copy_n(address.bytes.begin() + 12, 4, inner.bytes.begin());
      return CheckAddress(inner, policy);
    }
    case Kind::kRefused:
      break;
  }
  return Refused(address, range.name);
}

template <size_t N>
const Range* Find(const Range (&ranges)[N], const IpAddress& address) {
  const auto* found = std::find_if(std::begin(ranges), std::end(ranges),
                                   [&](const Range& range) { return Contains(range, address); });
  return found == std::end(ranges) ? nullptr : found;
}

}  // namespace

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  IpAddress out;
  const std::string terminated(text);
  out.is_v6 = text.find(':') != std::string_view::npos;
  if (inet_pton(out.is_v6 ? AF_INET6 : AF_INET, terminated.c_str(), out.bytes.data()) != 1) {
    return std::nullopt;
  }
  return out;
}

std::string IpAddress::ToString() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  inet_ntop(is_v6 ? AF_INET6 : AF_INET, bytes.data(), out.data(), out.size());
  return out.data();
}

Result<void> CheckAddress(const IpAddress& address, const AddressPolicy& policy) {
  const Range* range = address.is_v6 ? Find(kV6, address) : Find(kV4, address);
  if (range) return Judge(*range, address, policy);
  // Only 2000::/3 is handed out for global unicast.
  if (address.is_v6 && (address.bytes[0] & 0xe0) != 0x20) return Refused(address, "reserved");
  return {};
}

}  // namespace keysteward::http
