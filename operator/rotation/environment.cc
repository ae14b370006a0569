#include "operator/rotation/environment.h"

#include "common/digest.h"

namespace keysteward::op {

std::string DigestOf(const Installation& installation, const SecretBytes& value) {
  return HmacSha256Hex(installation.digest_key.view(), value.view()).substr(0, 16);
}

std::string LabelPrefix(const Installation& installation, const std::string& credential_uid) {
  return "keysteward/" + installation.id + "/" + credential_uid + "/";
}

std::string KeyLabel(const Installation& installation, const std::string& credential_uid,
                     int64_t generation, int64_t attempt) {
  return LabelPrefix(installation, credential_uid) + std::to_string(generation) + "-" +
         std::to_string(attempt);
}

std::string KeyToken(const Installation& installation, const std::string& credential_uid,
                     int64_t generation, int64_t attempt) {
  return installation.id + "-" + credential_uid + "-" + std::to_string(generation) + "-" +
         std::to_string(attempt);
}

}  // namespace keysteward::op
