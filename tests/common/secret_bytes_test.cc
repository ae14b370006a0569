#include "common/secret_bytes.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <concepts>
#include <fstream>
#include <ostream>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>

#include "tests/common/sanitized.h"

namespace keysteward {
namespace {

// What the compiler must refuse. Each line is a way a value could leak by accident.
template <typename T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};
template <typename T>
concept Comparable = requires(const T& a, const T& b) {
  a == b;
};
template <typename T>
concept Unequal = requires(const T& a, const T& b) {
  a != b;
};
template <typename T>
concept ComparableToText = requires(const T& a, const std::string& b) {
  a == b;
};
static_assert(!std::is_copy_constructible_v<SecretBytes>);
static_assert(!std::is_copy_assignable_v<SecretBytes>);
static_assert(std::is_nothrow_move_constructible_v<SecretBytes>);
static_assert(std::is_nothrow_move_assignable_v<SecretBytes>);
static_assert(!Streamable<SecretBytes>);
static_assert(!Comparable<SecretBytes>);
static_assert(!Unequal<SecretBytes>);
static_assert(!ComparableToText<SecretBytes>);
static_assert(!std::is_convertible_v<SecretBytes, std::string>);
static_assert(!std::is_convertible_v<SecretBytes, std::string_view>);
static_assert(!std::is_convertible_v<SecretBytes, bool>);
static_assert(!std::is_convertible_v<std::string, SecretBytes>);
static_assert(Streamable<std::string> && Comparable<std::string>, "the concepts themselves work");

TEST(SecretBytes, HoldsACopyOfTheBytes) {
  std::string source("a\0b", 3);
  const SecretBytes secret = SecretBytes::CopyOf(source);
  WipeString(source);
  EXPECT_EQ(secret.view(), std::string_view("a\0b", 3));
  EXPECT_EQ(secret.size(), 3U);
  EXPECT_FALSE(secret.empty());
}

TEST(SecretBytes, MayBeEmpty) {
  const SecretBytes none;
  const SecretBytes copy = SecretBytes::CopyOf("");
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(copy.view(), "");
  EXPECT_TRUE(none.ConstantTimeEquals(copy.view()));
}

TEST(SecretBytes, MovingLeavesNothingBehind) {
  SecretBytes first = SecretBytes::CopyOf("one");
  SecretBytes second = std::move(first);
  EXPECT_TRUE(first.empty());  // NOLINT: the moved-from state is the point
  EXPECT_EQ(second.view(), "one");
  SecretBytes third = SecretBytes::CopyOf("three");
  third = std::move(second);
  EXPECT_EQ(third.view(), "one");
  SecretBytes& same = third;
  third = std::move(same);
  EXPECT_EQ(third.view(), "one");
}

TEST(SecretBytes, AClonesLifeIsItsOwn) {
  SecretBytes copy;
  {
    const SecretBytes original = SecretBytes::CopyOf("value");
    copy = original.Clone();
  }
  EXPECT_EQ(copy.view(), "value");
}

TEST(SecretBytes, ComparesOnlyByTheNamedFunction) {
  const SecretBytes secret = SecretBytes::CopyOf("value");
  EXPECT_TRUE(secret.ConstantTimeEquals("value"));
  EXPECT_FALSE(secret.ConstantTimeEquals("valuE"));
  EXPECT_FALSE(secret.ConstantTimeEquals("valu"));
  EXPECT_FALSE(secret.ConstantTimeEquals("value1"));
  EXPECT_FALSE(secret.ConstantTimeEquals(""));
}

// The kernel's own account of the page that holds `address`: its VmFlags, or "" when unmapped.
std::string PageFlags(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  const auto wanted = reinterpret_cast<uintptr_t>(address);
  bool here = false;
  for (std::string line; std::getline(maps, line);) {
    uintptr_t first = 0;
    uintptr_t last = 0;
    char dash = 0;
    std::istringstream range(line);
    if (range >> std::hex >> first >> dash >> last && dash == '-') {
      here = first <= wanted && wanted < last;
    } else if (here && line.starts_with("VmFlags:")) {
      return line + " ";
    }
  }
  return "";
}

TEST(SecretBytes, ItsPagesAreLockedAndLeftOutOfCoreDumps) {
  const SecretBytes secret = SecretBytes::CopyOf("value");
  const std::string flags = PageFlags(secret.view().data());
  EXPECT_NE(flags.find(" dd "), std::string::npos) << flags;
  if (RunsUnderSanitizer()) GTEST_SKIP() << "sanitizers make mlock do nothing";
  EXPECT_NE(flags.find(" lo "), std::string::npos) << flags;
}

TEST(SecretBytes, ItsPagesAreGivenBackAtTheEnd) {
  const void* address = nullptr;
  {
    const SecretBytes secret = SecretBytes::CopyOf(std::string(1 << 20, 'x'));
    address = secret.view().data();
    EXPECT_EQ(secret.view().size(), size_t{1} << 20);
  }
  EXPECT_EQ(PageFlags(address).find(" lo "), std::string::npos);
}

TEST(WipeString, ClearsTheWholeBufferAlsoBeyondTheText) {
  std::string text(100, 'x');
  text.resize(50);
  const char* buffer = text.data();
  WipeString(text);
  EXPECT_TRUE(text.empty());
  ASSERT_EQ(text.data(), buffer);
  for (size_t i = 0; i < 100; ++i) ASSERT_EQ(buffer[i], '\0') << i;
}

TEST(SecretBytes, WhatIsMovedOverIsGivenBackToo) {
  SecretBytes secret = SecretBytes::CopyOf(std::string(1 << 20, 'x'));
  const void* address = secret.view().data();
  secret = SecretBytes::CopyOf("short");
  EXPECT_EQ(PageFlags(address).find(" lo "), std::string::npos);
  EXPECT_EQ(secret.view(), "short");
}

TEST(WipeString, AnEmptyTextIsNoTrouble) {
  std::string text;
  WipeString(text);
  EXPECT_TRUE(text.empty());
}

}  // namespace
}  // namespace keysteward
