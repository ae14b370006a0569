// The rules of the schemas and of the C++ validation give the same verdict on the wrong objects of
// e2e/crds/bad and the good ones of e2e/crds/good. The API server judges the same files in e2e.
#include <gtest/gtest.h>

#include "api/meta/decode.h"
#include "api/v1alpha1/credential_exception_validation.h"
#include "api/v1alpha1/credential_issuer_validation.h"
#include "api/v1alpha1/credential_policy_validation.h"
#include "api/v1alpha1/credential_revocation_validation.h"
#include "api/v1alpha1/credential_rotation_validation.h"
#include "api/v1alpha1/managed_credential_validation.h"
#include "common/duration.h"
#include "common/strings.h"
#include "nlohmann/json.hpp"
#include "tests/builders/yaml_document.h"

namespace keysteward::api::v1alpha1 {
namespace {

using nlohmann::json;

WallTime Now() { return ParseTime("2026-11-26T08:00:00Z").value(); }

FieldErrors Judge(const ManagedCredential& object) { return ValidateCreate(object, Now()); }
FieldErrors Judge(const CredentialException& object) { return ValidateCreate(object, Now()); }
template <typename T>
FieldErrors Judge(const T& object) {
  return Validate(object);
}

// The decoder's one error, or all of the validation's, as "field: message" lines.
template <typename T>
std::vector<std::string> VerdictOn(const json& object) {
  const Result<T> decoded = Decode<T>(object);
  const std::string kind = std::string(KindOf<T>::resource.kind) + ": ";
  if (!decoded) return {decoded.error().message.substr(kind.size())};
  std::vector<std::string> lines;
  for (const FieldError& error : Judge(*decoded)) lines.push_back(error.ToString());
  return lines;
}

std::vector<std::string> Verdict(const json& object) {
  const std::string kind = object["kind"];
  if (kind == "ManagedCredential") return VerdictOn<ManagedCredential>(object);
  if (kind == "CredentialRotation") return VerdictOn<CredentialRotation>(object);
  if (kind == "CredentialIssuer") return VerdictOn<CredentialIssuer>(object);
  if (kind == "ClusterCredentialIssuer") return VerdictOn<ClusterCredentialIssuer>(object);
  if (kind == "CredentialPolicy") return VerdictOn<CredentialPolicy>(object);
  if (kind == "CredentialRevocation") return VerdictOn<CredentialRevocation>(object);
  return VerdictOn<CredentialException>(object);
}

struct Expectation {
  std::string field;
  std::string message;
  std::string mode;  // "", "native" (the server's own words) or "server" (only the server can tell)
};

Expectation ExpectationOf(const std::string& path) {
  const std::string text = builders::ReadSourceFile(path);
  std::string line = text.substr(0, text.find('\n'));
  line.erase(0, std::string("# expect: ").size());
  std::vector<std::string> parts;
  while (true) {
    const size_t bar = line.find(" | ");
    parts.push_back(line.substr(0, bar));
    if (bar == std::string::npos) break;
    line.erase(0, bar + 3);
  }
  return {parts.at(0), parts.at(1), parts.size() > 2 ? parts[2] : ""};
}

class WrongObject : public testing::TestWithParam<std::string> {};

TEST_P(WrongObject, IsRefusedByTheSameRuleAsOnTheServer) {
  const Expectation expected = ExpectationOf(GetParam());
  if (expected.mode == "server") return;  // an unknown field or a regular expression
  const std::vector<std::string> lines = Verdict(builders::ReadYaml(GetParam()));
  ASSERT_FALSE(lines.empty()) << "accepted";
  const bool found = std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    const bool message =
        expected.mode == "native" || line.find(expected.message) != std::string::npos;
    return line.starts_with(expected.field) && message;
  });
  EXPECT_TRUE(found) << "expected " << expected.field << ": " << expected.message << "\n"
                     << "got      " << Join(lines, "\n         ");
}

std::string NameOf(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param.substr(std::string("e2e/crds/").size());
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, WrongObject,
                         testing::ValuesIn(builders::ListSourceFiles("e2e/crds/bad", ".yaml")),
                         NameOf);

class GoodObject : public testing::TestWithParam<std::string> {};

TEST_P(GoodObject, IsAccepted) {
  EXPECT_EQ(Verdict(builders::ReadYaml(GetParam())), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(Files, GoodObject,
                         testing::ValuesIn(builders::ListSourceFiles("e2e/crds/good", ".yaml")),
                         NameOf);

}  // namespace
}  // namespace keysteward::api::v1alpha1
