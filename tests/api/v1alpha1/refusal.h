// Refusal: what the author of a wrong object is told, by reading it and by its rules.
//
//   Refusal<CredentialPolicy>(good, R"({"spec": {"action": "Block"}})")
#pragma once

#include <nlohmann/json.hpp>
#include <string>

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

}  // namespace keysteward::api::v1alpha1
