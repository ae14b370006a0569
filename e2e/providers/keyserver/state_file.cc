#include "e2e/providers/keyserver/state_file.h"

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/json.h"
#include "common/strings.h"

namespace keysteward::keyserver {

Result<std::string> ReadTextFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error::NotFound(path + ": cannot be read");
  std::ostringstream text;
  text << file.rdbuf();
  return std::string(Trim(text.str()));
}

Result<void> WriteTextFile(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".new";
  {
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    file << text;
    if (!file.flush()) return Error::FailedPrecondition(temporary + ": cannot be written");
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) {
    return Error::FailedPrecondition(path + ": cannot be replaced");
  }
  return {};
}

Result<void> StateFile::Load() {
  if (path_.empty()) return {};
  Result<std::string> text = ReadTextFile(path_);
  if (!text && text.error().code == ErrorCode::kNotFound) return {};
  if (!text) return text.error();
  KS_ASSIGN_OR_RETURN(const nlohmann::json snapshot, ParseJson(*text));
  return keys_.Restore(snapshot);
}

Result<void> StateFile::Save() {
  if (path_.empty()) return {};
  MutexLock lock(mutex_);
  return WriteTextFile(path_, DumpJson(keys_.Snapshot()));
}

}  // namespace keysteward::keyserver
