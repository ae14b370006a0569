#include "detection/engine/key_structure.h"

#include <gtest/gtest.h>

#include "common/base64.h"
#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

// "Confirmed: reason"
std::string Said(const Validation& validation) {
  static constexpr const char* kNames[] = {"None", "Confirmed", "Doubtful", "Refuted"};
  return std::string(kNames[static_cast<int>(validation.proof)]) + ": " +
         std::string(validation.reason);
}

std::string Part(std::string_view text) {
  std::string part = Base64Encode(text);
  while (part.ends_with('=')) part.pop_back();
  return part;
}

TEST(Jwt, ConfirmsTokensWhoseHeaderAndPayloadParse) {
  EXPECT_EQ(Said(CheckJwt(MakeSample("{jwt}"))), "Confirmed: its header and payload parse");
  EXPECT_EQ(Said(CheckJwt(Part(R"({"alg":"none"})") + "." + Part("{}") + ".x")),
            "Confirmed: its header and payload parse");
}

TEST(Jwt, DoubtsTokensThatAreNotSignedOrReadable) {
  EXPECT_EQ(Said(CheckJwt(Part(R"({"alg":"none"})") + "." + Part("{}") + ".")),
            "Doubtful: it is not signed");
  EXPECT_EQ(Said(CheckJwt(Part(R"({"alg":"dir"})") + ".!!!.x")),
            "Doubtful: its payload is not readable");
  EXPECT_EQ(Said(CheckJwt(Part(R"({"alg":"dir"})") + "." + Part("text") + ".x")),
            "Doubtful: its payload is not readable");
}

TEST(Jwt, RefutesWhatHasNoTokenHeader) {
  for (const std::string header :
       {R"({"typ":"JWT"})", R"(["alg"])", R"("alg")", "{\"alg\"", "alg"}) {
    EXPECT_EQ(Said(CheckJwt(Part(header) + "." + Part("{}") + ".x")), "Refuted: no token header")
        << header;
  }
  EXPECT_EQ(Said(CheckJwt("no dots")), "Refuted: not three parts");
  EXPECT_EQ(Said(CheckJwt("one.dot")), "Refuted: not three parts");
  EXPECT_EQ(Said(CheckJwt("..")), "Refuted: no token header");
}

TEST(Jwt, OfTheAnonymousRoleIsGivenToEveryBrowser) {
  const std::string header = Part(R"({"alg":"HS256"})") + ".";
  EXPECT_EQ(Said(CheckJwt(header + Part(R"({"iss":"supabase","role":"anon"})") + ".x")),
            "Refuted: it is the anonymous role's");
  EXPECT_EQ(Said(CheckJwt(header + Part(R"({"iss":"supabase","role":"service_role"})") + ".x")),
            "Confirmed: its header and payload parse");
  EXPECT_EQ(Said(CheckJwt(header + Part(R"({"role":["anon"]})") + ".x")),
            "Confirmed: its header and payload parse");
}

TEST(Jwt, IsNotSlowedDownByDeepHeaders) {
  const std::string deep = "{\"alg\":" + std::string(40'000, '[');
  EXPECT_EQ(Said(CheckJwt(Part(deep) + "." + Part("{}") + ".x")), "Refuted: no token header");
  const std::string large = "{\"alg\":\"" + std::string(80'000, 'x') + "\"}";
  EXPECT_EQ(Said(CheckJwt(Part(large) + "." + Part("{}") + ".x")), "Refuted: no token header")
      << "larger than any header";
}

TEST(Pem, WantsABodyAfterTheBanner) {
  const std::string body = MakeSample("{base64:64}");
  EXPECT_EQ(Said(CheckPem("\n" + body)), "Confirmed: a key's body follows the banner");
  EXPECT_EQ(Said(CheckPem("")), "Refuted: no key follows the banner");
  EXPECT_EQ(Said(CheckPem("\n" + body.substr(0, 39) + "\n-----END")),
            "Refuted: no key follows the banner");
  EXPECT_EQ(Said(CheckPem("\n-----END PRIVATE KEY-----\n" + body)),
            "Refuted: no key follows the banner")
      << "what stands after the end is something else";
  EXPECT_EQ(Said(CheckPem("\n...\n" + body)), "Refuted: the key's body is left out");
  EXPECT_EQ(Said(CheckPem("\n{{ .Values.k }}\n" + body)), "Refuted: the key's body is left out");
}

TEST(Pem, SkipsTheHeadersOfOlderKeys) {
  const std::string body = MakeSample("{base64:64}");
  const std::string headers =
      MakeSample("\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,{hex:32}");
  EXPECT_EQ(Said(CheckPem(headers + "\n\n" + body)), "Confirmed: a key's body follows the banner");
  EXPECT_EQ(Said(CheckPem(headers + "\n\n-----END")), "Refuted: no key follows the banner")
      << "headers are no body";
}

TEST(Pem, ReadsKeysOnOneLine) {
  const std::string body = MakeSample("{base64:64}");
  EXPECT_EQ(Said(CheckPem("\\n" + body + "\\n-----END")),
            "Confirmed: a key's body follows the banner");
  EXPECT_EQ(Said(CheckPem("\\nProc-Type: 4,ENCRYPTED\\n\\n" + body)),
            "Confirmed: a key's body follows the banner");
}

TEST(PrivateKeyDer, ConfirmsWhatBeginsWithAVersion) {
  for (const char* size : {"{der:40}", "{der:300}", "{der:1200}"}) {
    EXPECT_EQ(Said(CheckPrivateKeyDer(MakeSample(size))), "Confirmed: it decodes to a private key");
  }
  const std::string store("\x30\x05\x02\x01\x03\x30\x00", 7);
  EXPECT_EQ(Said(CheckPrivateKeyDer(Base64Encode(store))),
            "Confirmed: it decodes to a private key");
}

TEST(PrivateKeyDer, RefutesCertificatesPublicKeysAndNoise) {
  const std::string certificate("\x30\x06\x30\x04\x02\x02\x01\x01", 8);
  const std::string public_key("\x30\x09\x02\x04\x11\x22\x33\x44\x02\x01\x03", 11);
  const std::string cut("\x30\x20\x02\x01\x00", 5);
  for (const std::string& der : {certificate, public_key, cut, std::string("\x30\x84\x01", 3),
                                 std::string("\x30\x80", 2), std::string("\x30"), std::string()}) {
    EXPECT_EQ(Said(CheckPrivateKeyDer(Base64Encode(der))), "Refuted: no private key when decoded");
  }
  EXPECT_EQ(Said(CheckPrivateKeyDer("no base64 !")), "Refuted: not base64");
  EXPECT_EQ(Said(CheckPrivateKeyDer(std::string(1u << 20, 'A'))), "Refuted: not base64");
}

TEST(Base64Binary, TellsBytesFromText) {
  EXPECT_EQ(Said(CheckBase64Binary(MakeSample("{base64:86}=="))),
            "Confirmed: it decodes to random bytes");
  EXPECT_EQ(Said(CheckBase64Binary(Base64Encode("a sentence that somebody wrote"))),
            "Refuted: it decodes to text");
  EXPECT_EQ(Said(CheckBase64Binary("not base64 !")), "Refuted: not base64");
}

TEST(DiscordId, WantsANumberInTheFirstPart) {
  for (const char* form : {"{b64url:{digit:17}}.a.b", "{b64url:{digit:18}}.a.b",
                           "{b64url:{digit:19}}.a.b", "{b64url:{digit:20}}.a.b"}) {
    EXPECT_EQ(Said(CheckDiscordId(MakeSample(form))),
              "Confirmed: its first part decodes to a user id");
  }
  for (const char* form : {"{b64url:{digit:16}}.a.b", "{b64url:{digit:21}}.a.b",
                           "{b64url:{alpha:18}}.a.b", "", ".", "!!!.a.b"}) {
    EXPECT_EQ(Said(CheckDiscordId(MakeSample(form))), "None: ");
  }
}

}  // namespace
}  // namespace keysteward::detection
