#include "cli/scan/env_fix.h"
#include "policy/messages.h"

namespace keysteward::cli {
namespace {

// A key that a Secret may have.
std::string SecretKey(const std::string& variable) {
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
  const bool fine = !variable.empty() && variable.size() <= 253 && variable[0] != '.' &&
                    variable.find_first_not_of(kAllowed) == std::string::npos;
  return fine ? variable : "key";
}

}  // namespace

CredentialNames::Choice CredentialNames::Choose(const std::string& namespace_name,
                                                const std::string& object_name,
                                                const std::string& variable,
                                                const std::array<uint8_t, 32>& digest) {
  const std::string key = SecretKey(variable);
  const std::string first = policy::CredentialName(variable);
  std::string name = first;
  for (int attempt = 1;; ++attempt) {
    const auto [holder, is_new] = taken_.try_emplace({namespace_name, name}, Holder{digest, key});
    if (is_new) return {name, key, true};
    if (holder->second.digest == digest) return {name, holder->second.key, false};
    name = policy::CredentialName(object_name + "-" + first);
    if (attempt > 1) name += "-" + std::to_string(attempt);
  }
}

void CredentialNames::Reserve(const std::string& namespace_name, const std::string& name) {
  taken_.try_emplace({namespace_name, name});
}

}  // namespace keysteward::cli
