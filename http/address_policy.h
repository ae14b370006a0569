// AddressPolicy: which addresses a server named by a tenant may have.
//
// An issuer's URL is text of somebody who may not reach the cluster's own network, so a name is
// resolved first, every address is judged here, and exactly the judged address is dialled. Pure.
//
//   KS_RETURN_IF_ERROR(CheckAddress(address, {.allow_private = issuer.allow_private}));
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/result.h"

namespace keysteward::http {

struct IpAddress {
  bool is_v6 = false;
  std::array<uint8_t, 16> bytes{};  // network order; IPv4 uses the first four

  // Canonical text only ("127.0.0.1", "::1"): no octal, no zone id; nullopt otherwise.
  static std::optional<IpAddress> Parse(std::string_view text);
  std::string ToString() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

struct AddressPolicy {
  // 10/8, 172.16/12, 192.168/16, 100.64/10 and fc00::/7, but never a metadata address.
  bool allow_private = false;
  // For tests and for programs that run outside a cluster; no field of an issuer sets it.
  bool allow_loopback = false;
};

// kUnavailable "address 10.0.0.1 is refused: private" for loopback, unspecified, private,
// link-local, cloud metadata, multicast, broadcast, reserved, documentation and benchmark ranges of
// the IANA special-purpose registries, and for IPv6 forms that carry an IPv4 address: mapped,
// compatible, 6to4, Teredo always; NAT64 (64:ff9b::/96) by the IPv4 address in it.
Result<void> CheckAddress(const IpAddress& address, const AddressPolicy& policy);

}  // namespace keysteward::http
