#include "cli/commands/scan_inputs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <istream>
#include <iterator>

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLargestFile = 64u << 20;

bool IsManifestName(const fs::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

bool IsHidden(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.size() > 1 && name[0] == '.';
}

void Walk(const std::string& root, std::vector<std::string>& files, ScanInputs& inputs) {
  std::error_code error;
  auto at = fs::recursive_directory_iterator(root, error);
  while (!error && at != fs::recursive_directory_iterator()) {
    std::error_code ignored;
    if (at->is_directory(ignored) && (IsHidden(at->path()) || at->is_symlink(ignored) ||
                                      at->path().filename() == "node_modules")) {
      at.disable_recursion_pending();
    } else if (at->is_regular_file(ignored) && !at->is_symlink(ignored) &&
               IsManifestName(at->path())) {
      files.push_back(at->path().string());
    }
    at.increment(error);
  }
  if (error) inputs.errors.push_back({root, "cannot be read: " + error.message()});
}

Result<std::string> ReadStream(std::istream& in, size_t limit) {
  std::string text;
  char buffer[1 << 16];
  while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
    text.append(buffer, static_cast<size_t>(in.gcount()));
    if (text.size() > limit) {
      return Error::TooLarge("larger than " + std::to_string(limit) + " bytes");
    }
  }
  if (in.bad()) return Error::Unavailable("cannot be read");
  return text;
}

void Add(const std::string& path, Result<std::string> text, detection::ManifestReader& reader,
         ScanInputs& inputs) {
  if (!text) {
    inputs.errors.push_back({path, text.error().message});
    return;
  }
  ScannedFile file{path, *std::move(text), {}};
  Result<detection::ManifestFile> manifest = reader.Read(file.text);
  if (!manifest) {
    inputs.errors.push_back({path, manifest.error().message});
    return;
  }
  file.manifest = *std::move(manifest);
  inputs.files.push_back(std::move(file));
}

}  // namespace

Result<std::string> ReadFile(const std::string& path, size_t limit) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (error || !fs::exists(status)) return Error::NotFound("no such file");
  if (!fs::is_regular_file(status)) return Error::InvalidArgument("not a regular file");
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error::PermissionDenied("cannot be opened");
  return ReadStream(in, limit);
}

ScanInputs ReadInputs(const std::vector<std::string>& paths, std::istream& in) {
  ScanInputs inputs;
  detection::ManifestReader reader({.bytes = kLargestFile});
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (path == "-") {
      Add("-", ReadStream(in, kLargestFile), reader, inputs);
    } else if (fs::is_directory(path, ignored)) {
      Walk(path, files, inputs);
    } else {
      files.push_back(path);
    }
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  for (const std::string& path : files) Add(path, ReadFile(path, kLargestFile), reader, inputs);
  return inputs;
}

}  // namespace keysteward::cli
