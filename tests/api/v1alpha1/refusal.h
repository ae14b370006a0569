// Refusal: what the author of a wrong object is told, by reading it and by its rules.
//
//   Refusal<CredentialPolicy>(good, R"({"spec": {"action": "Block"}})")
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/meta/decode.h"
#include "api/v1alpha1/field_error.h"

namespace keysteward::api::v1alpha1 {

struct Refused {
  const char* patch;  // JSON merge patch of a good object; "«53 n»" is 53 times n
  const char* message;
};

// "«3 x»" → "xxx"
inline std::string WithRepeats(std::string text) {
  constexpr std::string_view kOpen = "«";
  constexpr std::string_view kClose = "»";
  for (size_t open = text.find(kOpen); open != std::string::npos; open = text.find(kOpen)) {
    const size_t close = text.find(kClose, open);
    const size_t number = open + kOpen.size();
    const size_t blank = text.find(' ', number);
    const std::string repeated(std::stoul(text.substr(number, blank - number)), text[blank + 1]);
    text.replace(open, close + kClose.size() - open, repeated);
  }
  return text;
}

// The errors, one a line; "" for none.
inline std::string Text(const FieldErrors& errors) {
  std::string out;
  for (const FieldError& error : errors) out += error.ToString() + "\n";
  return out;
}

// "" for an object that is accepted; several messages are joined by " | ".
template <typename T>
std::string Refusal(nlohmann::json object, const std::string& patch) {
  object.merge_patch(nlohmann::json::parse(WithRepeats(patch)));
  const Result<T> decoded = Decode<T>(object);
  const std::string kind = std::string(KindOf<T>::resource.kind) + ": ";
  if (!decoded) return decoded.error().message.substr(kind.size());
  std::string out;
  for (const FieldError& error : Validate(*decoded)) {
    out += (out.empty() ? "" : " | ") + error.ToString();
  }
  return out;
}

// `count` times the text, each # as the number of the turn: Times(2, "x#") → "x0,x1".
inline std::string Times(size_t count, const std::string& text) {
  std::string out;
  for (size_t i = 0; i < count; ++i) {
    out += i > 0 ? "," : "";
    for (const char c : text) out += c == '#' ? std::to_string(i) : std::string(1, c);
  }
  return out;
}

// A limit from both sides: the last value that is good, the first that is not, and what is said.
struct Limit {
  std::string good;  // JSON merge patches of a good object
  std::string bad;
  std::string message;
};

// Merge patches that set one member: the name to as many n as told, the text at a JSON Pointer.
inline std::string NameOf(int length) {
  return R"({"metadata": {"name": "«)" + std::to_string(length) + R"( n»"}})";
}
inline std::string TextAt(const std::string& path, const std::string& value) {
  nlohmann::json out;
  out[nlohmann::json::json_pointer(path)] = value;
  return out.dump();
}

template <typename T>
void ExpectLimits(const nlohmann::json& object, const std::vector<Limit>& limits) {
  ASSERT_EQ(Refusal<T>(object, "{}"), "") << "what the rows change is itself good";
  for (const Limit& limit : limits) {
    EXPECT_EQ(Refusal<T>(object, limit.good), "") << limit.good.substr(0, 200);
    EXPECT_EQ(Refusal<T>(object, limit.bad), limit.message) << limit.bad.substr(0, 200);
  }
}

}  // namespace keysteward::api::v1alpha1
