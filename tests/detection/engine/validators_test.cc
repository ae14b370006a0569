#include "detection/engine/validators.h"

#include <gtest/gtest.h>

#include "common/base64.h"
#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

// "Confirmed: reason", for any validator.
std::string Check(Validator validator, std::string_view credential, std::string_view after = {}) {
  const Validation validation = Validate(validator, credential, after);
  static constexpr const char* kNames[] = {"None", "Confirmed", "Doubtful", "Refuted"};
  const std::string reason(validation.reason);
  return kNames[static_cast<int>(validation.proof)] + (reason.empty() ? "" : ": " + reason);
}

TEST(Validate, WithoutValidatorProvesNothing) {
  EXPECT_EQ(Check(Validator::kNone, "anything"), "None");
}

TEST(Crc32, ConfirmsWhatCarriesItsChecksum) {
  for (uint64_t seed = 1; seed < 50; ++seed) {
    EXPECT_EQ(Check(Validator::kCrc32Base62, MakeSample("ghp_{alnum:30}{crc32}", seed)),
              "Confirmed: its checksum is right");
  }
}

TEST(Crc32, DoubtsEverySingleChangedCharacter) {
  const std::string token = MakeSample("ghp_{alnum:30}{crc32}");
  for (size_t at = 4; at < token.size(); ++at) {
    std::string changed = token;
    changed[at] = changed[at] == 'a' ? 'b' : 'a';
    EXPECT_EQ(Check(Validator::kCrc32Base62, changed), "Doubtful: its checksum is wrong") << at;
  }
}

TEST(Crc32, IsNotFooledByShortTokens) {
  for (const char* token : {"", "_", "ghp_", "ghp_a", "ghp_abcdef", "abc"}) {
    EXPECT_NE(Check(Validator::kCrc32Base62, token), "Confirmed: its checksum is right") << token;
  }
}

TEST(AwsKeyId, WantsBase32) {
  EXPECT_EQ(Check(Validator::kAwsKeyId, MakeSample("AKIA{base32:16}")),
            "Confirmed: the key id decodes to an account");
  EXPECT_EQ(Check(Validator::kAwsKeyId, MakeSample("AKIA{base32:15}") + "1"),
            "Doubtful: its characters are not base 32");
  EXPECT_EQ(Check(Validator::kAwsKeyId, MakeSample("AKIA{base32:15}")),
            "Refuted: not twenty characters");
  EXPECT_EQ(Check(Validator::kAwsKeyId, MakeSample("AKIA{base32:17}")),
            "Refuted: not twenty characters");
}

TEST(Random, TellsRandomCharactersFromWords) {
  EXPECT_EQ(Check(Validator::kRandom, MakeSample("{alnum:32}")),
            "Confirmed: it reads like random characters");
  EXPECT_EQ(Check(Validator::kRandom, "authentication-required"), "Refuted: it reads like words");
  EXPECT_EQ(Check(Validator::kRandom, "a1b2"), "None") << "too short to say";
  EXPECT_EQ(Check(Validator::kRandom, ""), "Refuted: it reads like words");
}

TEST(UserPassword, WantsBase64OfAUserAndAPassword) {
  const auto of = [](std::string_view text) {
    return Check(Validator::kUserPassword, Base64Encode(text));
  };
  EXPECT_EQ(of("robot:" + MakeSample("{alnum:20}")),
            "Confirmed: it decodes to a user and a password");
  EXPECT_EQ(of("robot"), "Refuted: no user and password in base64");
  EXPECT_EQ(of("robot:"), "Refuted: no user and password in base64");
  EXPECT_EQ(of(":password9"), "Refuted: no user and password in base64");
  EXPECT_EQ(of("robot:changeme"), "Refuted: its password is a placeholder");
  EXPECT_EQ(of("robot:$(PASSWORD)"), "Refuted: its password is a placeholder");
  EXPECT_EQ(of(std::string("\0\1\2:\3\4\5\6", 8)), "Refuted: no user and password in base64");
  EXPECT_EQ(Check(Validator::kUserPassword, "!!!!"), "Refuted: no user and password in base64");
}

TEST(UrlPassword, MayBeAUuid) {
  EXPECT_EQ(Validate(Validator::kUrlPassword, "a9e0e136-a6aa-4cbf-9e95-90eb87085a6b", "").proof,
            Proof::kConfirmed);
  EXPECT_EQ(Validate(Validator::kUrlPassword, "12345678-1234-1234-1234-123456789012", "").proof,
            Proof::kRefuted);
}

TEST(UrlPassword, WantsMoreThanAPlaceholder) {
  EXPECT_EQ(Check(Validator::kUrlPassword, "hunter2"), "Confirmed: the password stands in clear");
  for (const char* value : {"${PASSWORD}", "<password>", "changeme", "xxxx", "***", "{{ pw }}"}) {
    EXPECT_EQ(Check(Validator::kUrlPassword, value), "Refuted: a placeholder") << value;
  }
}

TEST(Bech32, ConfirmsARightChecksumAndDoubtsNothing) {
  EXPECT_EQ(Check(Validator::kBech32, MakeSample("AGE-SECRET-KEY-1{bech32:52}{bech32sum}")),
            "Confirmed: its checksum is right");
  EXPECT_EQ(Check(Validator::kBech32, MakeSample("AGE-SECRET-KEY-1{bech32:58}")), "None");
  for (const char* key : {"", "1", "AGE-SECRET-KEY-1", "AGE-SECRET-KEY-1QQQQQQ", "none"}) {
    EXPECT_EQ(Check(Validator::kBech32, key), "None") << key;
  }
}

TEST(Validate, AsksForTheRulesEntropyAndClasses) {
  Rule rule;
  EXPECT_TRUE(MeetsRequirements(rule, ""));
  rule.minimum_entropy = 2;
  EXPECT_FALSE(MeetsRequirements(rule, "aabb"));
  EXPECT_TRUE(MeetsRequirements(rule, "abcd"));
  EXPECT_EQ(Validate(rule, "aabb").proof, Proof::kRefuted);
  rule.minimum_entropy = 0;
  rule.required_classes = {CharacterClass::kUpper, CharacterClass::kDigit};
  EXPECT_FALSE(MeetsRequirements(rule, "abcD"));
  EXPECT_FALSE(MeetsRequirements(rule, "abc9"));
  EXPECT_TRUE(MeetsRequirements(rule, "abC9"));
  rule.required_classes = {CharacterClass::kLower, CharacterClass::kSpecial};
  EXPECT_FALSE(MeetsRequirements(rule, "ABC_9"));
  EXPECT_FALSE(MeetsRequirements(rule, "abc9"));
  EXPECT_TRUE(MeetsRequirements(rule, "ab_9"));
}

TEST(Validate, KnowsEveryValidatorThatARuleFileCanName) {
  for (int i = 1; i <= static_cast<int>(Validator::kBech32); ++i) {
    EXPECT_NE(ValidatorName(static_cast<Validator>(i)), "") << i;
  }
  EXPECT_EQ(ValidatorName(Validator::kNone), "");
}

}  // namespace
}  // namespace keysteward::detection
