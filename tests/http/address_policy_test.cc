#include "http/address_policy.h"

#include <gmock/gmock.h>

namespace keysteward::http {
namespace {

using ::testing::HasSubstr;

// "" = allowed.
std::string Verdict(const char* text, const AddressPolicy& policy = {}) {
  const std::optional<IpAddress> address = IpAddress::Parse(text);
  if (!address) return "unparsable";
  const Result<void> judged = CheckAddress(*address, policy);
  if (judged) return "";
  EXPECT_EQ(judged.error().code, ErrorCode::kUnavailable);
  return judged.error().message;
}

TEST(AddressPolicy, PublicAddressesAreAllowed) {
  for (const char* text :
       {"1.1.1.1",        "8.8.8.8",         "9.255.255.255",   "11.0.0.0",        "100.63.255.255",
        "100.128.0.0",    "126.255.255.255", "128.0.0.1",       "169.253.255.255", "169.255.0.0",
        "172.15.255.255", "172.32.0.0",      "192.167.255.255", "192.169.0.0",     "192.0.1.0",
        "198.17.255.255", "198.20.0.0",      "223.255.255.255", "2606:4700::1111", "2a00:1450::1",
        "2400::1",        "64:ff9b::101:101"}) {
    EXPECT_EQ(Verdict(text), "") << text;
  }
}

TEST(AddressPolicy, SpecialAddressesAreRefusedWhateverIsAllowed) {
  const struct {
    const char* text;
    const char* why;
  } cases[] = {
      {"0.0.0.0", "unspecified"},
      {"0.1.2.3", "unspecified"},
      {"169.254.0.1", "link-local"},
      {"169.254.169.254", "cloud metadata"},
      {"169.254.170.2", "link-local"},
      {"100.100.100.200", "cloud metadata"},
      {"168.63.129.16", "cloud metadata"},
      {"192.0.0.192", "reserved"},
      {"192.0.2.1", "documentation"},
      {"198.51.100.7", "documentation"},
      {"203.0.113.255", "documentation"},
      {"192.88.99.1", "6to4 relay"},
      {"198.18.0.1", "benchmark"},
      {"198.19.255.255", "benchmark"},
      {"224.0.0.1", "multicast"},
      {"239.255.255.255", "multicast"},
      {"240.0.0.1", "reserved"},
      {"255.255.255.255", "broadcast"},
      {"::", "unspecified"},
      {"::ffff:8.8.8.8", "IPv4-mapped"},
      {"::ffff:127.0.0.1", "IPv4-mapped"},
      {"::ffff:169.254.169.254", "IPv4-mapped"},
      {"::ffff:0:127.0.0.1", "IPv4-translated"},
      {"::127.0.0.1", "IPv4-compatible"},
      {"64:ff9b::169.254.169.254", "169.254.169.254 is refused: cloud metadata"},
      {"64:ff9b::0.0.0.0", "unspecified"},
      {"64:ff9b:1::1", "reserved"},
      {"fd00:ec2::254", "cloud metadata"},
      {"fd20:ce::254", "cloud metadata"},
      {"fe80::1", "link-local"},
      {"febf::1", "link-local"},
      {"fec0::1", "site-local"},
      {"ff02::1", "multicast"},
      {"2001::1", "Teredo"},
      {"2001:2::1", "reserved"},
      {"2001:db8::1", "documentation"},
      {"3fff::1", "documentation"},
      {"2002:7f00:1::", "6to4"},
      {"100::1", "reserved"},
      {"4000::1", "reserved"},
  };
  for (const auto& [text, why] : cases) {
    EXPECT_THAT(Verdict(text, {.allow_private = true, .allow_loopback = true}), HasSubstr(why))
        << text;
  }
}

TEST(AddressPolicy, PrivateAddressesAreAllowedOnlyWhenAsked) {
  for (const char* text :
       {"10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
        "100.127.255.255", "fc00::1", "fd12:3456::1", "64:ff9b::10.0.0.1"}) {
    EXPECT_THAT(Verdict(text), HasSubstr("is refused: private")) << text;
    EXPECT_EQ(Verdict(text, {.allow_private = true}), "") << text;
  }
}

TEST(AddressPolicy, LoopbackIsNotPrivate) {
  for (const char* text : {"127.0.0.1", "127.255.255.255", "::1", "64:ff9b::127.0.0.1"}) {
    EXPECT_THAT(Verdict(text, {.allow_private = true}), HasSubstr("is refused: loopback")) << text;
    EXPECT_EQ(Verdict(text, {.allow_loopback = true}), "") << text;
  }
}

TEST(IpAddress, OnlyTheCanonicalWritingOfIpv4IsRead) {
  for (const char* text :
       {"2130706433", "0x7f.0.0.1", "127.1", "0177.0.0.1", "127.0.0.01", "", " 127.0.0.1",
        "1.2.3.4.5", "::1%lo", "[::1]", "localhost", "256.1.1.1"}) {
    EXPECT_FALSE(IpAddress::Parse(text)) << text;
  }
  EXPECT_EQ(IpAddress::Parse("2001:DB8::0:1")->ToString(), "2001:db8::1");
  EXPECT_EQ(IpAddress::Parse("10.1.2.3")->ToString(), "10.1.2.3");
}

}  // namespace
}  // namespace keysteward::http
