// KeySource: where the sample application gets its key, as applications do: once from an
// environment variable, or from a file that may be replaced under it.
//
// Not thread-safe.
//
//   KeySource source({.file = "/keys/api-key", .watch = true});
//   KS_ASSIGN_OR_RETURN(const bool changed, source.Refresh());
#pragma once

#include <string>

#include "common/result.h"
#include "common/secret_bytes.h"

namespace keysteward::consumer {

struct KeyPlace {
  std::string environment = "";  // name of a variable; used when `file` is empty
  std::string file = "";
  bool watch = false;  // read the file again at every Refresh
};

class KeySource {
 public:
  explicit KeySource(KeyPlace place) : place_(std::move(place)) {}

  // Reads the key when there is none yet or the file is watched; true when it is another one than
  // before. An unreadable or empty place is an error and keeps the key. White space at the ends is
  // dropped.
  Result<bool> Refresh();
  const SecretBytes& key() const { return key_; }

 private:
  Result<SecretBytes> Read() const;

  const KeyPlace place_;
  SecretBytes key_;
};

}  // namespace keysteward::consumer
