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

TEST(Crc32Base62, AgreesWithKnownChecksums) {
  // CRC-32 of "123456789" is CBF43926: 3421780262 in base 62.
  const std::string digits = Crc32Base62("123456789");
  uint64_t number = 0;
  for (const char c : digits) {
    number = number * 62 + static_cast<uint64_t>(c <= '9'   ? c - '0'
                                                 : c <= 'Z' ? c - 'A' + 10
                                                            : c - 'a' + 36);
  }
  EXPECT_EQ(number, 0xCBF43926u);
  EXPECT_EQ(Crc32Base62(""), "000000");
  EXPECT_EQ(Crc32Base62("a").size(), 6u);
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

std::string Part(std::string_view text) {
  std::string part = Base64Encode(text);
  while (part.ends_with('=')) part.pop_back();
  return part;
}

TEST(Jwt, ConfirmsTokensWhoseHeaderAndPayloadParse) {
  EXPECT_EQ(Check(Validator::kJwt, MakeSample("{jwt}")), "Confirmed: its header and payload parse");
  EXPECT_EQ(Check(Validator::kJwt, Part(R"({"alg":"none"})") + "." + Part("{}") + ".x"),
            "Confirmed: its header and payload parse");
}

TEST(Jwt, DoubtsTokensThatAreNotSignedOrReadable) {
  EXPECT_EQ(Check(Validator::kJwt, Part(R"({"alg":"none"})") + "." + Part("{}") + "."),
            "Doubtful: it is not signed");
  EXPECT_EQ(Check(Validator::kJwt, Part(R"({"alg":"dir"})") + ".!!!.x"),
            "Doubtful: its payload is not readable");
  EXPECT_EQ(Check(Validator::kJwt, Part(R"({"alg":"dir"})") + "." + Part("text") + ".x"),
            "Doubtful: its payload is not readable");
}

TEST(Jwt, RefutesWhatHasNoTokenHeader) {
  for (const std::string header :
       {R"({"typ":"JWT"})", R"(["alg"])", R"("alg")", "{\"alg\"", "alg"}) {
    EXPECT_EQ(Check(Validator::kJwt, Part(header) + "." + Part("{}") + ".x"),
              "Refuted: no token header")
        << header;
  }
  EXPECT_EQ(Check(Validator::kJwt, "no dots"), "Refuted: not three parts");
  EXPECT_EQ(Check(Validator::kJwt, "one.dot"), "Refuted: not three parts");
  EXPECT_EQ(Check(Validator::kJwt, ".."), "Refuted: no token header");
}

TEST(Jwt, IsNotSlowedDownByDeepHeaders) {
  const std::string deep = "{\"alg\":" + std::string(40'000, '[');
  EXPECT_EQ(Check(Validator::kJwt, Part(deep) + "." + Part("{}") + ".x"),
            "Refuted: no token header");
  const std::string large = "{\"alg\":\"" + std::string(80'000, 'x') + "\"}";
  EXPECT_EQ(Check(Validator::kJwt, Part(large) + "." + Part("{}") + ".x"),
            "Refuted: no token header")
      << "larger than any header";
}

TEST(Pem, WantsABodyAfterTheBanner) {
  const std::string body = MakeSample("{base64:64}");
  EXPECT_EQ(Check(Validator::kPem, "", "\n" + body), "Confirmed: a key's body follows the banner");
  EXPECT_EQ(Check(Validator::kPem, "", ""), "Refuted: no key follows the banner");
  EXPECT_EQ(Check(Validator::kPem, "", "\n" + body.substr(0, 39) + "\n-----END"),
            "Refuted: no key follows the banner");
  EXPECT_EQ(Check(Validator::kPem, "", "\n-----END PRIVATE KEY-----\n" + body),
            "Refuted: no key follows the banner")
      << "what stands after the end is something else";
  EXPECT_EQ(Check(Validator::kPem, "", "\n...\n" + body), "Refuted: the key's body is left out");
  EXPECT_EQ(Check(Validator::kPem, "", "\n{{ .Values.k }}\n" + body),
            "Refuted: the key's body is left out");
}

TEST(Pem, SkipsTheHeadersOfOlderKeys) {
  const std::string body = MakeSample("{base64:64}");
  const std::string headers =
      MakeSample("\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,{hex:32}");
  EXPECT_EQ(Check(Validator::kPem, "", headers + "\n\n" + body),
            "Confirmed: a key's body follows the banner");
  EXPECT_EQ(Check(Validator::kPem, "", headers + "\n\n-----END"),
            "Refuted: no key follows the banner")
      << "headers are no body";
}

TEST(Pem, ReadsKeysOnOneLine) {
  const std::string body = MakeSample("{base64:64}");
  EXPECT_EQ(Check(Validator::kPem, "", "\\n" + body + "\\n-----END"),
            "Confirmed: a key's body follows the banner");
  EXPECT_EQ(Check(Validator::kPem, "", "\\nProc-Type: 4,ENCRYPTED\\n\\n" + body),
            "Confirmed: a key's body follows the banner");
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
  EXPECT_EQ(of("robot"), "Refuted: no user and password");
  EXPECT_EQ(of("robot:"), "Refuted: no user and password");
  EXPECT_EQ(of(":password9"), "Refuted: no user and password");
  EXPECT_EQ(of("robot:changeme"), "Refuted: its password is a placeholder");
  EXPECT_EQ(of("robot:$(PASSWORD)"), "Refuted: its password is a placeholder");
  EXPECT_EQ(of(std::string("\0\1\2:\3\4\5\6", 8)), "Refuted: not base64 of a text");
  EXPECT_EQ(Check(Validator::kUserPassword, "!!!!"), "Refuted: not base64 of a text");
}

TEST(UrlPassword, WantsMoreThanAPlaceholder) {
  EXPECT_EQ(Check(Validator::kUrlPassword, "hunter2"), "Confirmed: the URL carries a password");
  for (const char* value : {"${PASSWORD}", "<password>", "changeme", "xxxx", "***", "{{ pw }}"}) {
    EXPECT_EQ(Check(Validator::kUrlPassword, value), "Refuted: a placeholder") << value;
  }
}

TEST(DecodeAnyBase64, TakesBothAlphabetsAndAnyPadding) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},       {"aGVsbG8=", "hello"}, {"aGVsbG8", "hello"},    {"aGk=", "hi"},
      {"aA==", "h"},  {"aA", "h"},           {"aGVs\nbG8=", "hello"}, {"aGVs\r\nbG8", "hello"},
      {"aA=", "h"},   {"Pz8_", "???"},       {"Pz8/", "???"},         {"Pj4-", ">>>"},
      {"Pj4+", ">>>"}};
  for (const auto& [encoded, bytes] : cases) {
    EXPECT_EQ(DecodeAnyBase64(encoded, 100), std::string(bytes)) << encoded;
  }
}

TEST(DecodeAnyBase64, RefusesTheRest) {
  for (const char* text : {"a", "aGVsb", "aG=k", "a b=", "aGk===", "aGk!", "====", "\xFF\xFF"}) {
    EXPECT_EQ(DecodeAnyBase64(text, 100), std::nullopt) << text;
  }
}

TEST(DecodeAnyBase64, StopsAtItsLimit) {
  const std::string encoded = Base64Encode(std::string(100, 'x'));
  EXPECT_TRUE(DecodeAnyBase64(encoded, 100));
  EXPECT_FALSE(DecodeAnyBase64(encoded, 99));
  EXPECT_FALSE(DecodeAnyBase64(std::string(1u << 20, 'A'), 10));
}

TEST(DecodeAnyBase64, GivesBackWhatWasEncoded) {
  for (uint64_t seed = 1; seed < 100; ++seed) {
    const std::string bytes = MakeSample("{base64:" + std::to_string(seed) + "}", seed);
    EXPECT_EQ(DecodeAnyBase64(Base64Encode(bytes), 1000), bytes);
  }
}

TEST(LooksLikeText, WantsNineTenthsPrintable) {
  EXPECT_TRUE(LooksLikeText("a: b\n"));
  EXPECT_TRUE(LooksLikeText("nine char\x01"));
  EXPECT_FALSE(LooksLikeText("eight ch\x01\x02"));
  EXPECT_FALSE(LooksLikeText("abc")) << "too short to say";
  EXPECT_FALSE(LooksLikeText(""));
  EXPECT_FALSE(LooksLikeText("\xE6\x97\xA5\xE6\x9C\xAC")) << "no provider uses such letters";
}

}  // namespace
}  // namespace keysteward::detection
