#include "http/beast/connection_limits.h"

#include <gtest/gtest.h>

namespace keysteward::http {
namespace {

ServerLimits Limits(size_t connections, size_t per_address, size_t reserved) {
  ServerLimits limits;
  limits.connections = connections;
  limits.connections_per_address = per_address;
  limits.reserved_connections = reserved;
  return limits;
}

// How many connections the address gets until it is refused.
size_t Admitted(ConnectionLimits& limits, const std::string& address) {
  size_t count = 0;
  while (count < 1000 && limits.TryAdmit(address)) ++count;
  return count;
}

TEST(ConnectionLimits, OneAddressHoldsItsShareAndLeavesTheRestToOthers) {
  ConnectionLimits limits(Limits(10, 4, 0), {});
  EXPECT_EQ(Admitted(limits, "10.0.0.1"), 4u);
  EXPECT_EQ(Admitted(limits, "10.0.0.2"), 4u);
  EXPECT_EQ(Admitted(limits, "10.0.0.3"), 2u) << "all together";
  EXPECT_EQ(limits.open(), 10u);
}

TEST(ConnectionLimits, WhoLeavesMakesRoomForOneOfAnyAddress) {
  ConnectionLimits limits(Limits(4, 2, 0), {});
  EXPECT_EQ(Admitted(limits, "a"), 2u);
  EXPECT_EQ(Admitted(limits, "b"), 2u);
  limits.Release("a");
  EXPECT_EQ(limits.open(), 3u);
  EXPECT_FALSE(limits.TryAdmit("b")) << "it holds its share";
  EXPECT_TRUE(limits.TryAdmit("a"));
  EXPECT_FALSE(limits.TryAdmit("c"));
}

TEST(ConnectionLimits, AnAddressThatLeftAltogetherStartsAnew) {
  ConnectionLimits limits(Limits(10, 3, 0), {});
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(Admitted(limits, "a"), 3u);
    for (int i = 0; i < 3; ++i) limits.Release("a");
    EXPECT_EQ(limits.open(), 0u);
  }
}

TEST(ConnectionLimits, ReservedSlotsAreKeptForTheReservedAddresses) {
  ConnectionLimits limits(Limits(10, 100, 3), {"10.0.0.9"});
  EXPECT_EQ(Admitted(limits, "10.0.0.1"), 7u);
  EXPECT_EQ(Admitted(limits, "10.0.0.2"), 0u);
  EXPECT_EQ(Admitted(limits, "10.0.0.9"), 3u);
}

TEST(ConnectionLimits, AReservedAddressMayUseEverySlot) {
  ConnectionLimits limits(Limits(10, 2, 3), {"10.0.0.9"});
  EXPECT_EQ(Admitted(limits, "10.0.0.9"), 10u);
}

TEST(ConnectionLimits, WithoutReservedAddressesNothingIsKeptFree) {
  ConnectionLimits limits(Limits(5, 100, 3), {});
  EXPECT_EQ(Admitted(limits, "a"), 5u);
}

TEST(ConnectionLimits, MoreReservedThanThereAreLeavesNothingToOthers) {
  ConnectionLimits limits(Limits(2, 100, 50), {"10.0.0.9"});
  EXPECT_EQ(Admitted(limits, "a"), 0u);
  EXPECT_EQ(Admitted(limits, "10.0.0.9"), 2u);
}

}  // namespace
}  // namespace keysteward::http
