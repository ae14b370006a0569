#include "api/v1alpha1/placeholders.h"

#include <algorithm>

#include "api/v1alpha1/internal/checks.h"

namespace keysteward::api::v1alpha1 {
namespace {

constexpr std::string_view kParameterPrefix = "param.";

bool IsName(std::string_view name) {
  if (const std::optional<std::string_view> parameter = ParameterOf(name)) name = *parameter;
  return internal::IsParameterName(name);
}

std::string Allowed(std::span<const std::string_view> allowed) {
  std::string out = "may hold only ";
  for (size_t i = 0; i < allowed.size(); ++i) {
    if (i > 0) out += ", ";
    out += "${" + std::string(allowed[i]) + "}";
  }
  return out + " and ${param.NAME} as placeholders";
}

}  // namespace

std::optional<std::string_view> ParameterOf(std::string_view placeholder) {
  if (!placeholder.starts_with(kParameterPrefix)) return std::nullopt;
  return placeholder.substr(kParameterPrefix.size());
}

Result<std::vector<std::string>> ParsePlaceholders(std::string_view text) {
  std::vector<std::string> names;
  size_t at = 0;
  while ((at = text.find("${", at)) != std::string_view::npos) {
    const size_t end = text.find('}', at);
    if (end == std::string_view::npos) return Error::InvalidArgument("has a ${ without }");
    const std::string_view name = text.substr(at + 2, end - at - 2);
    if (!IsName(name)) return Error::InvalidArgument("has a ${…} whose name is not a word");
    names.emplace_back(name);
    at = end + 1;
  }
  return names;
}

std::optional<std::string> CheckPlaceholders(std::string_view text,
                                             std::span<const std::string_view> allowed) {
  const Result<std::vector<std::string>> names = ParsePlaceholders(text);
  if (!names) return names.error().message + "; it " + Allowed(allowed);
  for (const std::string& name : *names) {
    const bool known = std::find(allowed.begin(), allowed.end(), name) != allowed.end();
    if (!known && !ParameterOf(name)) return Allowed(allowed);
  }
  return std::nullopt;
}

}  // namespace keysteward::api::v1alpha1
