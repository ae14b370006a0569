// KubernetesTypes: the generated table detection/fields/kubernetes/types.yaml, read.
//
// Pure. Part of the build-time program, not of the product.
//
//   KS_ASSIGN_OR_RETURN(const KubernetesTypes types, ReadKubernetesTypes("types.yaml", text));
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace keysteward::detection {

enum class Holder : uint8_t { kList, kMap };

struct TypeMember {
  std::string name;
  std::vector<Holder> holders;  // around what it holds, outermost first
  std::string of;               // a type, or what a leaf takes: "string", "integer or string", …
  bool speaks_of_secrets = false;  // its description does
};

struct KubernetesTypes {
  struct Kind {
    std::string api_version;
    std::string kind;
    std::string type;
  };

  std::string version;
  std::vector<Kind> kinds;
  std::map<std::string, std::vector<TypeMember>, std::less<>> types;
};

// Errors: kInvalidArgument, "FILE:line: what is wrong".
Result<KubernetesTypes> ReadKubernetesTypes(std::string_view file, std::string_view text);

}  // namespace keysteward::detection
