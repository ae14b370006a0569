#include "cli/commands/server_info.h"

#include <algorithm>
#include <charconv>

#include "common/json.h"
#include "common/json_fields.h"

namespace keysteward::cli {

using nlohmann::json;

namespace {

// "36", or "36+" of a vendor's build.
int LeadingNumber(const std::string& text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Result<std::vector<std::string>> ReadKinds(const CommandContext& context) {
  const Result<std::string> body =
      context.client.GetRaw("/apis/keysteward.dev/v1alpha1", context.call());
  if (!body && body.error().code == ErrorCode::kNotFound) return std::vector<std::string>();
  if (!body) return body.error().WithContext("discover keysteward.dev/v1alpha1");
  KS_ASSIGN_OR_RETURN(const json document, ParseJson(*body));
  JsonFields fields(document, "APIResourceList");
  std::vector<std::string> kinds;
  fields.Objects("resources", [&](JsonFields& resource) {
    const std::string name = resource.String("name");
    if (name.find('/') == std::string::npos) kinds.push_back(name);
  });
  KS_RETURN_IF_ERROR(fields.Check());
  std::sort(kinds.begin(), kinds.end());
  return kinds;
}

}  // namespace

Result<ServerInfo> ReadServerInfo(const CommandContext& context) {
  const Result<std::string> body = context.client.GetRaw("/version", context.call());
  if (!body) return body.error().WithContext("ask the API server for its version");
  KS_ASSIGN_OR_RETURN(const json document, ParseJson(*body));
  JsonFields fields(document, "version");
  ServerInfo info;
  info.git_version = fields.RequiredString("gitVersion");
  info.minor = LeadingNumber(fields.String("minor"));
  KS_RETURN_IF_ERROR(fields.Check());
  KS_ASSIGN_OR_RETURN(info.kinds, ReadKinds(context));
  return info;
}

}  // namespace keysteward::cli
