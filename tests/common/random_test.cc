#include "common/random.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/fakes/fake_random.h"

namespace keysteward {
namespace {

// Gives the 64-bit numbers it was made with, little endian, in order.
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(std::vector<uint64_t> numbers) : numbers_(std::move(numbers)) {}
  void Fill(std::span<std::byte> out) override {
    ASSERT_EQ(out.size(), sizeof(uint64_t));
    ASSERT_LT(next_, numbers_.size()) << "drawn more often than expected";
    std::memcpy(out.data(), &numbers_[next_++], sizeof(uint64_t));
  }
  size_t drawn() const { return next_; }

 private:
  std::vector<uint64_t> numbers_;
  size_t next_ = 0;
};

TEST(Random, BelowDrawsAgainWhatWouldFavourSmallNumbers) {
  ScriptedRandom random({UINT64_MAX, UINT64_MAX - 1, 13});
  EXPECT_EQ(random.Below(10), 3U);  // the largest multiple of 10 is UINT64_MAX - 5
  EXPECT_EQ(random.drawn(), 3U);
}

TEST(Random, BelowOneIsZero) {
  FakeRandom random;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(random.Below(1), 0U);
}

TEST(Random, BelowIsEvenOverItsRange) {
  FakeRandom random;
  std::map<uint64_t, int> counts;
  for (int i = 0; i < 60'000; ++i) ++counts[random.Below(6)];
  EXPECT_EQ(counts.size(), 6U);
  for (const auto& [number, count] : counts) EXPECT_NEAR(count, 10'000, 500) << number;
}

TEST(Random, UnitStaysBelowOne) {
  FakeRandom random;
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double unit = random.Unit();
    ASSERT_GE(unit, 0);
    ASSERT_LT(unit, 1);
    sum += unit;
  }
  EXPECT_NEAR(sum / 10'000, 0.5, 0.02);
}

TEST(Random, TextUsesItsAlphabetOnlyAndAllOfIt) {
  FakeRandom random;
  const std::string text = random.Text(2000, "abcXYZ");
  EXPECT_EQ(text.size(), 2000U);
  EXPECT_EQ(std::set<char>(text.begin(), text.end()),
            (std::set<char>{'a', 'b', 'c', 'X', 'Y', 'Z'}));
  EXPECT_EQ(random.Text(3, "q"), "qqq");
  EXPECT_EQ(random.Text(0, "q"), "");
}

TEST(SystemRandom, GivesDifferentBytesEachTime) {
  SystemRandom random;
  std::array<std::byte, 32> first{};
  std::array<std::byte, 32> second{};
  random.Fill(first);
  random.Fill(second);
  EXPECT_NE(first, second);
  random.Fill({});
}

TEST(FakeRandom, RepeatsItselfForTheSameSeed) {
  EXPECT_EQ(FakeRandom(7).Text(20, "0123456789abcdef"), FakeRandom(7).Text(20, "0123456789abcdef"));
  EXPECT_NE(FakeRandom(7).Text(20, "0123456789abcdef"), FakeRandom(8).Text(20, "0123456789abcdef"));
}

TEST(Random, TextTakesAnAlphabetOfEveryByte) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  FakeRandom random;
  const std::string text = random.Text(20'000, all);
  EXPECT_EQ(std::set<char>(text.begin(), text.end()).size(), 256U);
}

TEST(Random, BelowTheLargestBoundGivesEveryNumber) {
  ScriptedRandom random({UINT64_MAX, UINT64_MAX - 1});
  EXPECT_EQ(random.Below(UINT64_MAX), UINT64_MAX - 1) << "the bound itself is drawn again";
}

TEST(SystemRandom, ThreadsNeverGetTheSameBytes) {
  SystemRandom random;
  std::vector<std::string> texts(4);
  std::vector<std::jthread> threads;
  for (std::string& text : texts) {
    threads.emplace_back([&random, &text] { text = random.Text(64, "0123456789abcdef"); });
  }
  threads.clear();
  EXPECT_EQ(std::set<std::string>(texts.begin(), texts.end()).size(), 4U);
}

}  // namespace
}  // namespace keysteward
