#include "e2e/consumer/key_source.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "common/strings.h"

namespace keysteward::consumer {

Result<SecretBytes> KeySource::Read() const {
  std::string text;
  std::string place;
  if (place_.file.empty()) {
    place = "variable " + place_.environment;
    const char* value = std::getenv(place_.environment.c_str());
    if (value == nullptr) return Error::NotFound(place + " is not set");
    text = value;
  } else {
    place = "file " + place_.file;
    std::ifstream file(place_.file, std::ios::binary);
    if (!file) return Error::NotFound(place + " cannot be read");
    std::ostringstream stream;
    stream << file.rdbuf();
    text = std::move(stream).str();
  }
  SecretBytes key = SecretBytes::CopyOf(Trim(text));
  WipeString(text);
  if (key.empty()) return Error::InvalidArgument(place + " is empty");
  return key;
}

Result<bool> KeySource::Refresh() {
  const bool wanted = key_.empty() || (place_.watch && !place_.file.empty());
  if (!wanted) return false;
  KS_ASSIGN_OR_RETURN(SecretBytes key, Read());
  if (key_.ConstantTimeEquals(key.view())) return false;
  key_ = std::move(key);
  return true;
}

}  // namespace keysteward::consumer
