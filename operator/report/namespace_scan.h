// NamespaceScan: judges what stands in one namespace, as if it were submitted now.
//
// What Kubernetes' controllers make of a template is left out: its owner is judged. Memory is
// bounded: a page of objects, and the first findings of the namespace. Blocks.
//
//   const NamespaceFindings found = ScanNamespace(read, context, space, 250);
#pragma once

#include <string>
#include <vector>

#include "operator/report/object_pages.h"
#include "policy/judge.h"

namespace keysteward::op {

// The longest list of findings that is kept; all are counted.
inline constexpr size_t kMostFindings = 500;

struct ReportedFinding {
  std::string api_version;
  std::string kind;
  std::string name;
  policy::Action action = policy::Action::kAllow;
  std::string rule;
  std::string fingerprint;
  std::string message;    // path, rule and why; never a value
  std::string exception;  // name of the exception that covers it
};

struct FindingCounts {
  size_t deny = 0;
  size_t warn = 0;
  size_t audit = 0;
  size_t waived = 0;  // covered by an exception

  void Add(const FindingCounts& other);
};

struct NamespaceFindings {
  std::string namespace_name;
  size_t objects = 0;  // judged
  FindingCounts counts;
  std::vector<ReportedFinding> findings;  // at most kMostFindings
  std::vector<std::string> errors;        // kinds that could not be looked at, and why
};

// A namespace as admission sees it.
struct ScannedNamespace {
  std::string name;
  policy::Labels labels;
};

NamespaceFindings ScanNamespace(const ReadPath& read, const policy::JudgeContext& context,
                                const ScannedNamespace& space, size_t page);

}  // namespace keysteward::op
