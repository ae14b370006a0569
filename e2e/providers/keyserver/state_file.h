// StateFile: the keys on disk, so that the service can be restarted in the middle of a test. Holds
// digests, no values: after a restart an idempotent replay no longer shows the value.
//
// Thread-safe.
#pragma once

#include <string>

#include "common/mutex.h"
#include "common/result.h"
#include "e2e/providers/keyserver/key_store.h"

namespace keysteward::keyserver {

class StateFile {
 public:
  // An empty path keeps nothing.
  StateFile(std::string path, KeyStore& keys) : path_(std::move(path)), keys_(keys) {}

  // Fills the store; a file that is not there is an empty one.
  Result<void> Load();
  // Replaces the file in one step.
  Result<void> Save();

 private:
  const std::string path_;
  KeyStore& keys_;
  Mutex mutex_;  // one writer at a time; guards the file
};

// The content of a small text file, without white space at its ends. kNotFound, kInvalidArgument.
Result<std::string> ReadTextFile(const std::string& path);
// Replaces the file in one step: a reader sees the old text or the new one.
Result<void> WriteTextFile(const std::string& path, const std::string& text);

}  // namespace keysteward::keyserver
