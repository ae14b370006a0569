#include "cli/scan/scan_inputs.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <istream>
#include <set>

#include "cli/scan/generator_files.h"

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;

// Folders that hold what others wrote: dependencies, and tools' working copies. Other hidden ones
// hold what people wrote: .github, .ci, .kube.
bool IsForeignFolder(const std::string& name) {
  static constexpr std::string_view kNames[] = {"node_modules",
                                                "vendor",
                                                "bower_components",
                                                "__pycache__",
                                                ".git",
                                                ".hg",
                                                ".svn",
                                                ".bzr",
                                                ".terraform",
                                                ".terragrunt-cache",
                                                ".venv",
                                                ".tox",
                                                ".nox",
                                                ".cache",
                                                ".npm",
                                                ".yarn",
                                                ".pnpm-store",
                                                ".idea",
                                                ".vscode",
                                                ".mypy_cache",
                                                ".pytest_cache",
                                                ".ruff_cache",
                                                ".gradle",
                                                ".m2",
                                                ".direnv",
                                                ".devenv",
                                                ".next",
                                                ".nuxt",
                                                ".eggs"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

bool Matches(const std::vector<std::string>& globs, const std::string& name,
             const std::string& path) {
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
    return fnmatch(glob.c_str(), name.c_str(), 0) == 0 ||
           fnmatch(glob.c_str(), path.c_str(), 0) == 0;
  });
}

class FolderWalk {
 public:
  FolderWalk(const std::vector<std::string>& exclude, std::vector<std::string>& files,
             std::vector<InputError>& errors)
      : exclude_(exclude), files_(files), errors_(errors) {}

  // A folder that cannot be read is an error of its own; the others are still walked.
  void Walk(const fs::path& root) {
    std::vector<fs::path> open = {root};
    while (!open.empty()) {
      const fs::path folder = std::move(open.back());
      open.pop_back();
      std::error_code error;
      for (auto at = fs::directory_iterator(folder, error);
           !error && at != fs::directory_iterator(); at.increment(error)) {
        Take(*at, open);
      }
      if (error) errors_.push_back({folder.string(), "cannot be read: " + error.message()});
    }
  }

 private:
  void Take(const fs::directory_entry& entry, std::vector<fs::path>& open) {
    std::error_code ignored;
    if (entry.is_symlink(ignored)) return;
    const std::string name = entry.path().filename().string();
    if (entry.is_directory(ignored)) {
      if (!IsForeignFolder(name) && !Excluded(name, entry.path().string())) {
        open.push_back(entry.path());
      }
    } else if (entry.is_regular_file(ignored) &&
               (IsManifestName(name) || IsSettingsName(name) ||
                IsChartFile(entry.path().string())) &&
               !Excluded(name, entry.path().string())) {
      files_.push_back(entry.path().string());
    }
  }
  bool Excluded(const std::string& name, const std::string& path) const {
    return Matches(exclude_, name, path);
  }

  const std::vector<std::string>& exclude_;
  std::vector<std::string>& files_;
  std::vector<InputError>& errors_;
};

Error TooLarge(size_t limit) {
  return Error::TooLarge("larger than " + std::to_string(limit) + " bytes");
}

Result<std::string> ReadStream(std::istream& in, size_t limit) {
  std::string text;
  char buffer[1 << 16];
  while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
    text.append(buffer, static_cast<size_t>(in.gcount()));
    if (text.size() > limit) return TooLarge(limit);
  }
  if (in.bad()) return Error::Unavailable("cannot be read");
  return text;
}

// Closes what it holds.
struct Descriptor {
  int number = -1;
  ~Descriptor() {
    if (number >= 0) close(number);
  }
};

// `size` is what the file had when it was opened; one that grows meanwhile is read on.
Result<std::string> ReadDescriptor(int file, size_t size, size_t limit) {
  std::string text(size + 1, '\0');
  size_t filled = 0;
  while (true) {
    const ssize_t got = read(file, text.data() + filled, text.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error::Unavailable(std::string("cannot be read: ") + std::strerror(errno));
    if (got == 0) break;
    filled += static_cast<size_t>(got);
    if (filled > limit) return TooLarge(limit);
    if (filled == text.size()) text.resize(text.size() * 2);
  }
  text.resize(filled);
  return text;
}

// `files`, and what the kustomizations among them generate from, in order of path. Settings of a
// Secret stay out, unless the user named them.
void AddFiles(const std::vector<std::string>& files, const std::set<std::string>& named,
              const std::vector<std::string>& exclude, std::vector<ScanInput>& inputs) {
  const auto first = static_cast<ptrdiff_t>(inputs.size());
  std::set<std::string> done(files.begin(), files.end());
  std::set<std::string> of_secrets;
  for (const std::string& path : files) {
    if (!IsKustomization(path)) continue;
    GeneratorFiles generated = FindGeneratorFiles(path);
    of_secrets.insert(generated.secrets.begin(), generated.secrets.end());
    for (std::string& file : generated.config_maps) {
      const std::string name = fs::path(file).filename().string();
      if (Matches(exclude, name, file) || !done.insert(file).second) continue;
      inputs.push_back({std::move(file), {}, {}, true});
    }
  }
  for (const std::string& path : files) {
    const bool settings = IsSettingsName(path);
    if (settings && of_secrets.contains(path) && !named.contains(path)) continue;
    inputs.push_back({path, {}, {}, settings || (!IsManifestName(path) && IsChartFile(path))});
  }
  std::sort(inputs.begin() + first, inputs.end(),
            [](const ScanInput& a, const ScanInput& b) { return a.path < b.path; });
}

}  // namespace

bool IsTemplateName(const std::string& path) {
  return path.ends_with(".tpl") || fs::path(path).filename() == "NOTES.txt";
}

bool IsSettingsName(const std::string& path) {
  if (path.ends_with(".env") || path.ends_with(".properties")) return true;
  const std::string name = fs::path(path).filename().string();
  if (!name.starts_with(".env.")) return false;
  constexpr std::string_view kForms[] = {"example", "sample", "template", "dist", "tpl"};
  const std::string_view end = std::string_view(name).substr(name.rfind('.') + 1);
  return std::find(std::begin(kForms), std::end(kForms), end) == std::end(kForms);
}

bool IsChartFile(const std::string& path) {
  constexpr std::string_view kFiles = "/files/";
  constexpr std::string_view kEndings[] = {".ini", ".conf", ".cfg", ".cnf", ".toml",  ".xml",
                                           ".hcl", ".sh",   ".py",  ".rb",  ".js",    ".php",
                                           ".sql", ".txt",  ".lua", ".cf",  ".config"};
  const auto ends = [&](std::string_view ending) { return path.ends_with(ending); };
  if (std::none_of(std::begin(kEndings), std::end(kEndings), ends)) return false;
  for (size_t at = path.find(kFiles); at != std::string::npos; at = path.find(kFiles, at + 1)) {
    std::error_code ignored;
    if (fs::exists(path.substr(0, at) + "/Chart.yaml", ignored)) return true;
  }
  return false;
}

bool IsManifestName(const std::string& path) {
  return path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".json") ||
         IsTemplateName(path);
}

bool IsLeftOut(const std::string& path, const std::vector<std::string>& exclude) {
  const fs::path whole(path);
  if (Matches(exclude, whole.filename().string(), path)) return true;
  fs::path folder;
  for (const fs::path& part : whole.parent_path()) {
    folder /= part;
    if (IsForeignFolder(part.string()) || Matches(exclude, part.string(), folder.string())) {
      return true;
    }
  }
  return false;
}

Result<std::string> ReadFile(const std::string& path, size_t limit) {
  // Not blocking, so that opening a pipe does not wait for whoever writes into it.
  const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.number < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return Error::NotFound("no such file");
    return Error::PermissionDenied(std::string("cannot be opened: ") + std::strerror(errno));
  }
  struct stat status = {};
  if (fstat(file.number, &status) != 0 || !S_ISREG(status.st_mode)) {
    return Error::InvalidArgument("not a regular file");
  }
  const auto size = static_cast<size_t>(status.st_size);
  if (size > limit) return TooLarge(limit);
  return ReadDescriptor(file.number, size, limit);
}

ScanInputs FindInputs(const std::vector<std::string>& paths,
                      const std::vector<std::string>& exclude, std::istream& in) {
  ScanInputs inputs;
  std::vector<std::string> files;
  FolderWalk walk(exclude, files, inputs.errors);
  std::set<std::string> named;
  bool stdin_wanted = false;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (path == "-") {  // never the name of a file
      stdin_wanted = true;
    } else if (fs::is_directory(path, ignored)) {
      walk.Walk(path);
    } else {
      files.push_back(path);
      named.insert(fs::path(path).lexically_normal().string());
    }
  }
  if (stdin_wanted) {
    Result<std::string> text = ReadStream(in, kLargestStream);
    if (text) {
      inputs.inputs.push_back({"-", *std::move(text), std::nullopt});
    } else {
      inputs.errors.push_back({"-", text.error().message});
    }
  }
  // "./a.yaml" and "a.yaml" are one file, and what reads our reports knows the second.
  for (std::string& file : files) file = fs::path(file).lexically_normal().string();
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  AddFiles(files, named, exclude, inputs.inputs);
  return inputs;
}

}  // namespace keysteward::cli
