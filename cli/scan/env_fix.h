// EnvFix: literal values of environment variables replaced, in a manifest's own text or in the
// source it is rendered from, by references to the Secret of a ManagedCredential.
//
// Pure: text in, text out. Only `value: …` is replaced, so comments and layout stay; the result is
// read again and must be the same objects but for those variables.
//
//   CredentialNames names;
//   KS_ASSIGN_OR_RETURN(const FixedText fixed, FixEnv(text, findings, names));
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/scan/scan_report.h"
#include "common/result.h"

namespace keysteward::cli {

// One ManagedCredential for each value of a namespace, whatever files it is in.
class CredentialNames {
 public:
  struct Choice {
    std::string name;
    std::string key;  // of the Secret
    bool is_new = false;
  };
  // A name that nobody else has: by the variable, else with the object's name in front.
  Choice Choose(const std::string& namespace_name, const std::string& object_name,
                const std::string& variable, const std::array<uint8_t, 32>& digest);
  // A name that a manifest takes already.
  void Reserve(const std::string& namespace_name, const std::string& name);

 private:
  using Place = std::pair<std::string, std::string>;  // namespace, name
  struct Holder {
    std::array<uint8_t, 32> digest{};
    std::string key;
  };
  std::map<Place, Holder> taken_;
};

// A variable of a rendered object that reads a Secret when its source is mended.
struct RenderedReference {
  detection::ObjectIdentity object;
  std::string path;  // of the value it has now: spec.containers[0].env[2].value
  std::string secret;
  std::string key;  // of the Secret
};

struct FixedText {
  std::string text;                         // all of it; empty when nothing was replaced
  std::vector<std::string> lines;           // "9: valueFrom: {secretKeyRef: …}"
  std::vector<std::string> credentials;     // YAML of each ManagedCredential
  bool appended = false;                    // they stand at the text's end
  std::vector<std::string> advice;          // "20: not replaced: why": what is left to a person
  std::vector<RenderedReference> rendered;  // of a source
};

// `findings` are those of this text, or those of rendered output whose source it is. A source and
// JSON have no place for other objects. kInternal when the result is not what it should be.
Result<FixedText> FixEnv(std::string_view text, const std::vector<const ScanFinding*>& findings,
                         CredentialNames& names);

}  // namespace keysteward::cli
