#include "cli/scan/apply_fixes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <ostream>

#include "cli/output/table.h"
#include "cli/scan/node_at.h"
#include "common/digest.h"
#include "detection/fields/object_identity.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;

Error Failed(const std::string& what) {
  return Error::FailedPrecondition(what + ": " + std::strerror(errno));
}

// A new file in a folder, removed unless it was given a name.
class NewFile {
 public:
  explicit NewFile(std::string pattern) : path_(std::move(pattern)) {
    file_ = mkostemp(path_.data(), O_CLOEXEC);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (file_ < 0) return;
    close(file_);
    if (!kept_) unlink(path_.c_str());
  }

  Result<void> Fill(std::string_view text, const struct stat& like) {
    if (file_ < 0) return Failed("no new file beside it");
    while (!text.empty()) {
      const ssize_t written = write(file_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return Failed("cannot be written");
      text.remove_prefix(static_cast<size_t>(written));
    }
    // Owner first, since changing it may take bits of the mode away; only root can, and need.
    if (geteuid() == 0 && fchown(file_, like.st_uid, like.st_gid) != 0) return Failed("owner");
    if (fchmod(file_, like.st_mode & 07777) != 0) return Failed("mode");
    return fsync(file_) == 0 ? Result<void>() : Failed("cannot be written");
  }
  Result<void> TakeNameOf(const std::string& path) {
    if (rename(path_.c_str(), path.c_str()) != 0) return Failed("cannot be replaced");
    kept_ = true;
    return {};
  }

 private:
  std::string path_;
  int file_ = -1;
  bool kept_ = false;
};

using ByFile = std::map<std::string, std::vector<const ScanFinding*>>;

ByFile FindingsByFile(const ScanReport& report) {
  ByFile files;
  for (const ScanFinding& finding : report.findings) {
    const bool literal = !finding.judgement.finding.rule.starts_with("secret-");
    if (literal && finding.judgement.action >= policy::Action::kWarn) {
      files[finding.mend_file()].push_back(&finding);
    }
  }
  return files;
}

// Whether the variable has a reference where it had a value.
bool HasReference(const detection::ManifestFile& manifest, const RenderedReference& expected) {
  constexpr std::string_view kValue = ".value";
  if (!expected.path.ends_with(kValue)) return false;
  const std::string entry = expected.path.substr(0, expected.path.size() - kValue.size());
  for (const detection::Document& document : manifest.documents) {
    for (const detection::Node* object : detection::ObjectsOf(*document.root)) {
      if (detection::IdentityOf(*object) != expected.object) continue;
      const detection::Node* variable = NodeAt(*object, entry);
      const detection::Node* from = NodeAt(*object, entry + ".valueFrom.secretKeyRef");
      if (variable == nullptr || from == nullptr || variable->Find("value") != nullptr) continue;
      if (from->String("name") == expected.secret && from->String("key") == expected.key) {
        return true;
      }
    }
  }
  return false;
}

class Fixer {
 public:
  Fixer(FixMode mode, bool rendered, std::ostream& out)
      : mode_(mode), rendered_(rendered), out_(out) {}

  void Fix(const std::string& path, const std::vector<const ScanFinding*>& findings) {
    if (rendered_ && !findings.front()->source) {
      return Leave(path, findings.size(), "where it comes from is not known");
    }
    const Result<std::string> text = ReadFile(path, kLargestFile);
    if (!text || Sha256(*text) != findings.front()->text_digest) {
      return Leave(path, findings.size(), text ? "changed while it was scanned" : "cannot be read");
    }
    CredentialNames names = names_;
    const Result<FixedText> fixed = FixEnv(*text, findings, names);
    if (!fixed) return Leave(path, findings.size(), fixed.error().message);
    if (mode_ == FixMode::kWrite && !fixed->text.empty()) {
      const Result<void> written = ReplaceFile(path, *text, fixed->text);
      if (!written) return Leave(path, findings.size(), written.error().message);
      summary_.written.push_back({path, *text, fixed->text});
    }
    names_ = std::move(names);
    Print(path, *fixed);
  }

  const FixSummary& summary() const { return summary_; }

 private:
  void Leave(const std::string& path, size_t findings, const std::string& why) {
    summary_.left += findings;
    out_ << Clean(path) << ": left as it is: " << why << '\n';
  }
  void Print(const std::string& path, const FixedText& fixed) {
    for (const std::string& line : fixed.lines) out_ << Clean(path) << ":" << line << '\n';
    for (const std::string& line : fixed.advice) out_ << Clean(path) << ":" << line << '\n';
    if (mode_ == FixMode::kWrite && !fixed.text.empty()) {
      out_ << Clean(path) << ": written";
      if (fixed.appended) {
        out_ << ", with " << fixed.credentials.size()
             << " ManagedCredentials at its end: choose their owners and issuers";
      } else if (!fixed.credentials.empty()) {
        out_ << "; choose owners and issuers of these ManagedCredentials and add them yourself";
      }
      out_ << '\n';
    }
    if (mode_ == FixMode::kPrint || !fixed.appended) {
      for (const std::string& credential : fixed.credentials) out_ << credential;
    }
    summary_.replaced += fixed.lines.size();
    summary_.left += fixed.advice.size();
    summary_.rendered.insert(summary_.rendered.end(), fixed.rendered.begin(), fixed.rendered.end());
  }

  const FixMode mode_;
  const bool rendered_;
  std::ostream& out_;
  CredentialNames names_;
  FixSummary summary_;
};

}  // namespace

FixSummary ApplyFixes(const ScanReport& report, FixMode mode, std::ostream& out) {
  Fixer fixer(mode, report.rendered, out);
  for (const auto& [path, findings] : FindingsByFile(report)) fixer.Fix(path, findings);
  return fixer.summary();
}

std::string WrongReference(std::string_view rendered,
                           const std::vector<RenderedReference>& expected) {
  const Result<detection::ManifestFile> manifest =
      detection::ManifestReader({.bytes = rendered.size() + 1}).Read(rendered);
  if (!manifest) return "what it renders to cannot be read: " + manifest.error().message;
  for (const RenderedReference& each : expected) {
    if (!HasReference(*manifest, each)) {
      return each.object.kind + " " + each.object.name + ", " + each.path +
             ": does not read Secret " + each.secret + " now";
    }
  }
  return "";
}

void TakeBack(const std::vector<WrittenFile>& written, std::ostream& out) {
  for (const WrittenFile& file : written) {
    const Result<void> done = ReplaceFile(file.path, file.after, file.before);
    out << Clean(file.path) << ": "
        << (done ? "as it was before" : "stays mended: " + done.error().message) << '\n';
  }
}

Result<void> ReplaceFile(const std::string& path, std::string_view expected,
                         std::string_view text) {
  std::error_code error;
  const fs::path target = fs::canonical(path, error);
  if (error) return Error::NotFound("cannot be found: " + error.message());
  struct stat status = {};
  if (stat(target.c_str(), &status) != 0) return Failed("cannot be found");
  NewFile file((target.parent_path() / ".keysteward-fix-XXXXXX").string());
  KS_RETURN_IF_ERROR(file.Fill(text, status));
  // As late as can be: what somebody writes meanwhile must not be lost.
  const Result<std::string> now = ReadFile(target.string(), kLargestFile);
  if (!now || *now != expected) return Error::Conflict("it has changed meanwhile");
  return file.TakeNameOf(target.string());
}

}  // namespace keysteward::cli
