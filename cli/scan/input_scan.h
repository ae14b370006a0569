// InputScan: one input on its way through a scan: read, judged, and what was found in it.
//
// Used by one thread at a time.
//
//   InputScan scan(std::move(input));
//   scan.Read(reader);            // learns what Secrets it creates
//   scan.Judge(…, Part::kNow);    // what needs no Secret
//   scan.Judge(…, Part::kLater);  // the rest, when all Secrets are known
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/scan/inline_exceptions.h"
#include "cli/scan/scan_inputs.h"
#include "cli/scan/scanned_secrets.h"
#include "cli/scan/scanner.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::cli {

class InputScan {
 public:
  enum class Part : uint8_t { kNow, kLater };

  InputScan(ScanInput input, bool live) : input_(std::move(input)), live_(live) {}

  // What cannot be read is in error() afterwards.
  void Read(detection::ManifestReader& reader);
  void Judge(Part part, const ScanSetting& setting, const policy::SecretLookup& secrets,
             detection::Scratch& scratch, detection::ManifestReader& reader);
  // Frees the text and the tree; not before the last Judge.
  void LetGo();

  bool waits() const { return !later_.empty(); }
  const std::string& path() const { return input_.path; }
  const std::optional<InputError>& error() const { return error_; }
  std::vector<ScanFinding>& findings() { return findings_; }
  ScannedSecrets& secrets() { return secrets_; }
  size_t documents() const { return documents_; }
  size_t bytes() const { return bytes_; }

 private:
  struct Object {
    const detection::Node* node;
    uint32_t document;
  };
  void JudgeObject(const Object& object, const policy::JudgeContext& context,
                   const ScanSetting& setting);
  void DropRepeated();
  void Take(const Object& object, policy::Verdict verdict, const ScanSetting& setting);

  ScanInput input_;
  bool live_;
  std::string text_;
  detection::ManifestFile manifest_;
  std::map<uint32_t, InlineException> exceptions_;
  std::vector<Object> now_;
  std::vector<Object> later_;
  ScannedSecrets secrets_;
  std::optional<InputError> error_;
  std::vector<ScanFinding> findings_;
  size_t documents_ = 0;
  size_t bytes_ = 0;
  bool folds_ = false;   // the text may hold folded scalars
  size_t unfolded_ = 0;  // findings whose place was looked for in one
};

}  // namespace keysteward::cli
