#include <nlohmann/json.hpp>

#include "api/core/secret_types.h"
#include "common/base64.h"

namespace keysteward::api::core {

Result<SecretBytes> Secret::Value(const std::string& name) const {
  const auto found = data.find(name);
  if (found == data.end()) {
    return Error::NotFound("Secret " + metadata.key().ToString() + " has no entry \"" + name +
                           "\"");
  }
  Result<std::string> decoded = Base64Decode(found->second);
  if (!decoded) {
    return std::move(decoded).error().WithContext("Secret " + metadata.key().ToString() +
                                                  " entry \"" + name + "\"");
  }
  SecretBytes value = SecretBytes::CopyOf(*decoded);
  WipeString(*decoded);
  return value;
}

Result<Secret> FromJson(const nlohmann::json& object, std::type_identity<Secret> /*kind*/) {
  JsonFields fields(object, "");
  Secret secret;
  secret.metadata = ReadObjectMeta(fields);
  secret.type = fields.String("type", "Opaque");
  secret.immutable = fields.Bool("immutable");
  secret.data = fields.StringMap("data");
  KS_RETURN_IF_ERROR(fields.Check());
  return secret;
}

}  // namespace keysteward::api::core
