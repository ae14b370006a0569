// The files of a scan: found under the given paths, read and parsed once.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "common/result.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::cli {

struct ScannedFile {
  std::string path;  // as given or found; "-" for standard input
  std::string text;
  detection::ManifestFile manifest;
};

struct InputError {
  std::string file;
  std::string message;  // "3:1: …" for broken content
};

struct ScanInputs {
  std::vector<ScannedFile> files;  // in order of path
  std::vector<InputError> errors;
};

// Directories are walked for .yaml, .yml and .json; hidden folders and symbolic links below them
// are left out. A file named outright is read whatever its name.
ScanInputs ReadInputs(const std::vector<std::string>& paths, std::istream& in);

// One file, at most `limit` bytes; regular files only.
Result<std::string> ReadFile(const std::string& path, size_t limit);

}  // namespace keysteward::cli
