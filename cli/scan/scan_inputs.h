// The texts of a scan: found under the given paths, or given by git, a renderer or a cluster.
//
// Finding does not read: files are read by the thread that judges them.
//
//   ScanInputs inputs = FindInputs({"deploy/", "-"}, {}, std::cin);
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "common/result.h"

namespace keysteward::cli {

// Of one file; and of what a program or a cluster hands over at once.
inline constexpr size_t kLargestFile = 8u << 20;
inline constexpr size_t kLargestStream = 64u << 20;

struct ScanInput {
  std::string path;                   // as it is shown; "-" for standard input
  std::optional<std::string> text;    // none: still in the file
  std::optional<std::string> before;  // an older version, whose findings are no news
  bool is_entry = false;              // no manifest, but what an entry of a ConfigMap holds
};

struct InputError {
  std::string file;
  std::string message;  // "3:1: …" for broken content
};

struct ScanInputs {
  std::vector<ScanInput> inputs;  // in order of path
  std::vector<InputError> errors;
  bool complete = true;  // false: Secrets that are referred to may be elsewhere
  bool live = false;     // a server's objects: without lines, and comments in them are values
};

// Directories are walked for manifests, templates and settings, and for the files that
// kustomizations among them generate ConfigMaps from. Below them are left out: settings that a
// kustomization makes Secrets of, tools' working copies, symbolic links, folders of other people's
// packages, and what matches a glob of `exclude` by its name or its path. A file named outright is
// read whatever its name.
ScanInputs FindInputs(const std::vector<std::string>& paths,
                      const std::vector<std::string>& exclude, std::istream& in);

// .yaml, .yml and .json, and templates.
bool IsManifestName(const std::string& path);
// .tpl, as a chart's _helpers.tpl, and its NOTES.txt: text, whatever its form.
bool IsTemplateName(const std::string& path);
// .env, prod.env, .env.prod and .properties, but no .env.example: names and values.
bool IsSettingsName(const std::string& path);
// Configuration or a script below a chart's files/, which its templates put into ConfigMaps. Looks
// for the chart beside it.
bool IsChartFile(const std::string& path);
// Whether a file at this relative path is left out when its root is walked.
bool IsLeftOut(const std::string& path, const std::vector<std::string>& exclude);

// One file, at most `limit` bytes; regular files only.
Result<std::string> ReadFile(const std::string& path, size_t limit);

}  // namespace keysteward::cli
