// InputScan: one input on its way through a scan: read, judged, and what was found in it.
//
// Used by one thread at a time.
//
//   InputScan scan(std::move(input), live);
//   scan.Read(reader);           // learns what Secrets it creates
//   scan.JudgeLiterals(…);       // then text and tree are gone: a scan holds few of them at a time
//   scan.JudgeReferences(…);     // when all Secrets are known
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/scan/inline_exceptions.h"
#include "cli/scan/scan_inputs.h"
#include "cli/scan/scanned_secrets.h"
#include "cli/scan/scanner.h"
#include "detection/fields/secret_references.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::cli {

class InputScan {
 public:
  InputScan(ScanInput input, bool live) : input_(std::move(input)), live_(live) {}

  // What cannot be read is in error() afterwards.
  void Read(detection::ManifestReader& reader);
  void JudgeLiterals(const ScanSetting& setting, detection::Scratch& scratch,
                     detection::ManifestReader& reader);
  void JudgeReferences(const ScanSetting& setting, const policy::SecretLookup& secrets,
                       detection::Scratch& scratch, detection::ManifestReader& reader);

  const std::string& path() const { return input_.path; }
  const std::optional<InputError>& error() const { return error_; }
  std::vector<ScanFinding>& findings() { return findings_; }
  ScannedSecrets& secrets() { return secrets_; }
  size_t documents() const { return documents_; }
  size_t bytes() const { return bytes_; }

 private:
  struct Object {
    const detection::Node* node = nullptr;  // nullptr: loose text, or the tree is gone
    uint32_t document = 0;
    detection::ObjectIdentity identity = {};
    std::vector<detection::SecretReference> uses = {};
  };
  void JudgeObject(const Object& object, const policy::JudgeContext& context,
                   const ScanSetting& setting);
  void Take(const Object& object, policy::Verdict verdict, const ScanSetting& setting);
  detection::Position PlaceOf(const Object& object, const detection::Finding& finding);
  void CompareFrom(size_t first, const policy::JudgeContext& context,
                   detection::ManifestReader& reader);
  void DropRepeated();
  void LetGo();

  ScanInput input_;
  bool live_;
  std::string text_;
  detection::ManifestFile manifest_;
  std::map<uint32_t, InlineException> exceptions_;
  std::vector<Object> objects_;  // once literals are judged, those that use Secrets
  ScannedSecrets secrets_;
  std::optional<InputError> error_;
  std::array<uint8_t, 32> digest_{};  // of the text, when it is asked for
  std::vector<ScanFinding> findings_;
  size_t documents_ = 0;
  size_t bytes_ = 0;
  bool folds_ = false;   // the text may hold folded scalars
  size_t unfolded_ = 0;  // findings whose place was looked for in one
};

}  // namespace keysteward::cli
