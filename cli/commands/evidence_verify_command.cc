#include "cli/commands/evidence_verify_command.h"

#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/exit_codes.h"
#include "cli/output/table.h"
#include "cli/scan/scan_inputs.h"
#include "evidence/verifier.h"

namespace keysteward::cli {

using evidence::Bundle;
using evidence::Report;
using evidence::RotationFinding;
using nlohmann::json;

namespace {

constexpr size_t kLargestBundle = 64 * 1024 * 1024;
constexpr size_t kLargestKey = 64 * 1024;

Result<std::string> ReadNamed(const std::string& path, size_t limit) {
  Result<std::string> text = ReadFile(path, limit);
  if (!text) return Error::InvalidArgument(path + ": " + text.error().message);
  return text;
}

// One byte more than the limit, so that ParseBundle sees that it is too large.
std::string ReadStream(std::istream& in, size_t limit) {
  std::string text;
  char buffer[1 << 16];
  while (text.size() <= limit && (in.read(buffer, sizeof buffer) || in.gcount() > 0)) {
    text.append(buffer, static_cast<size_t>(in.gcount()));
  }
  return text;
}

Result<Bundle> ReadBundle(const std::string& file, std::istream& in) {
  std::string text;
  if (file == "-") {
    text = ReadStream(in, kLargestBundle);
  } else {
    KS_ASSIGN_OR_RETURN(text, ReadNamed(file, kLargestBundle));
  }
  Result<Bundle> bundle = evidence::ParseBundle(text);
  if (!bundle) return std::move(bundle).error().WithContext(file);
  return bundle;
}

int StatusOf(const Report& report) {
  if (!report.ok()) return kExitNo;
  return report.pinned ? kExitOk : kExitOpen;
}

void PrintRotation(const RotationFinding& finding, std::ostream& out) {
  out << "Rotation " << Clean(finding.name) << " (" << Clean(finding.cause) << ", entries "
      << finding.first_seq << " to " << finding.last_seq
      << "): " << (finding.result.empty() ? "running" : Clean(finding.result)) << '\n';
  for (const std::string& claim : finding.proven) out << "  proven      " << Clean(claim) << '\n';
  for (const std::string& claim : finding.not_proven) {
    out << "  not proven  " << Clean(claim) << '\n';
  }
}

std::string Entries(int64_t count) {
  return std::to_string(count) + (count == 1 ? " entry holds" : " entries hold");
}

void PrintVerdict(const Bundle& bundle, const Report& report, std::ostream& out) {
  if (!report.ok()) {
    out << "BROKEN: " << Clean(report.broken) << '\n'
        << "  Before it " << Entries(report.verified) << "; nothing from there on is proven.\n";
  } else {
    out << "Whole: " << Entries(report.verified) << ", up to entry " << report.last_seq
        << ", which is where " << Clean(bundle.credential_name) << " stood at export.\n";
  }
  if (report.pinned) {
    out << "Checked with the pinned key " << report.fingerprint << ".\n";
    return;
  }
  out << "NOT PINNED: the key came with the file, so anybody may have written both.\n"
      << "  Compare with a fingerprint you got another way: --fingerprint " << report.fingerprint
      << '\n';
}

void PrintReport(const Bundle& bundle, const Report& report, std::ostream& out) {
  out << "Evidence of " << Clean(bundle.credential_namespace) << '/'
      << Clean(bundle.credential_name) << ", installation " << Clean(bundle.installation) << "\n\n";
  for (const std::string& range : report.pruned) {
    out << "Pruned: " << range << "; what they say is no longer shown\n";
  }
  for (const RotationFinding& finding : report.rotations) PrintRotation(finding, out);
  out << '\n';
  PrintVerdict(bundle, report, out);
}

json ToJson(const Bundle& bundle, const Report& report) {
  json rotations = json::array();
  for (const RotationFinding& finding : report.rotations) {
    rotations.push_back({{"name", finding.name},
                         {"cause", finding.cause},
                         {"result", finding.result},
                         {"firstEntry", finding.first_seq},
                         {"lastEntry", finding.last_seq},
                         {"proven", finding.proven},
                         {"notProven", finding.not_proven}});
  }
  return {{"installation", bundle.installation},
          {"credential",
           {{"namespace", bundle.credential_namespace},
            {"name", bundle.credential_name},
            {"uid", bundle.credential_uid}}},
          {"whole", report.ok()},
          {"broken", report.broken},
          {"pinned", report.pinned},
          {"fingerprint", report.fingerprint},
          {"verifiedEntries", report.verified},
          {"pruned", report.pruned},
          {"rotations", std::move(rotations)}};
}

}  // namespace

Result<int> RunEvidenceVerify(const EvidenceVerifyOptions& options, std::istream& in,
                              std::ostream& out) {
  KS_ASSIGN_OR_RETURN(const Bundle bundle, ReadBundle(options.file, in));
  evidence::Pin pin{.public_key_pem = {}, .fingerprint = options.fingerprint};
  if (!options.key_file.empty()) {
    KS_ASSIGN_OR_RETURN(pin.public_key_pem, ReadNamed(options.key_file, kLargestKey));
  }
  Result<Report> report = evidence::Verify(bundle, pin);
  if (!report && report.error().code == ErrorCode::kPermissionDenied) {
    out << "WRONG KEY: " << Clean(report.error().message) << '\n';
    return kExitNo;
  }
  if (!report) return std::move(report).error();
  if (IsStructured(options.output)) {
    PrintJson(ToJson(bundle, *report), options.output, out);
  } else {
    PrintReport(bundle, *report, out);
  }
  return StatusOf(*report);
}

}  // namespace keysteward::cli
