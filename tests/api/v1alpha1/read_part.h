// One part of an object, written as JSON and read through its kind.
//
//   ReadSpec<CredentialPolicy>(R"({"action": "Warn"})").action
//   WithStatus<CredentialPolicy>(CredentialPolicyBuilder().BuildJson(), R"({"namespaces":
//   4})").status
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/meta/decode.h"
#include "common/duration.h"

namespace keysteward::api::v1alpha1 {

template <typename T>
decltype(T::spec) ReadSpec(const char* spec) {
  const Result<T> decoded = Decode<T>(nlohmann::json{{"spec", nlohmann::json::parse(spec)}});
  EXPECT_TRUE(decoded) << decoded.error().ToString();
  return decoded ? decoded->spec : decltype(T::spec){};
}

template <typename T>
T WithStatus(nlohmann::json object, const char* status) {
  object["status"] = nlohmann::json::parse(status);
  const Result<T> decoded = Decode<T>(object);
  EXPECT_TRUE(decoded) << decoded.error().ToString();
  return decoded ? *decoded : T{};
}

// 2027-01-01 at that hour.
inline WallTime Hour(int hour) {
  return ParseTime("2027-01-01T00:00:00Z").value() + std::chrono::hours(hour);
}

}  // namespace keysteward::api::v1alpha1
