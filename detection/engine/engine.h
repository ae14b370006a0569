// Engine: finds literal credentials in an object.
//
// walk with field meaning → decode nested texts → prefilter → confirm → clear → Findings. The
// engine is immutable and shared by threads; each thread owns a Scratch. Same object, same rules →
// same findings, whichever prefilter runs.
//
//   KS_ASSIGN_OR_RETURN(auto engine, Engine::Create(rules));
//   auto scratch = engine->NewScratch();
//   for (const Finding& finding : engine->Scan(root, *scratch).findings) …
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "detection/engine/finding.h"
#include "detection/engine/tripwire.h"
#include "detection/rules/rule.h"

namespace keysteward::detection {

class Scratch;

struct EngineOptions {
  bool portable = false;  // without Vectorscan
};

struct ScanResult {
  std::vector<Finding> findings;  // by path
  size_t bytes = 0;               // text looked at, decoded texts included
};

// What counts in one scan besides the rules without a scope.
struct ScanScope {
  std::span<const std::string> rules;  // scopes whose rules count
  const Tripwire* tripwire = nullptr;  // this installation's live keys
};

class Engine {
 public:
  // Rules of detection/rules/ and `more`, which need a scope and are found by form. A processor
  // without Vectorscan gets the portable prefilter. Errors: as Create, about `more`.
  static Result<std::unique_ptr<Engine>> CreateDefault(EngineOptions options = {},
                                                       std::vector<Rule> more = {});
  // Errors: kInvalidArgument naming the rule that does not compile.
  static Result<std::unique_ptr<Engine>> Create(RuleSet rules, EngineOptions options = {});
  ~Engine();

  std::unique_ptr<Scratch> NewScratch() const;
  // A Kubernetes object, or any structured document.
  ScanResult Scan(const Node& object, Scratch& scratch, const ScanScope& scope = {}) const;
  // Unstructured text, such as a template before rendering; at most Medium confidence. Names in
  // comments accuse random values alone.
  ScanResult ScanText(std::string_view text, Scratch& scratch, const ScanScope& scope = {},
                      Place place = Place::kText) const;

  const RuleSet& rules() const;

 private:
  struct Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  static Result<std::unique_ptr<Engine>> CreateWith(RuleSet rules, EngineOptions options,
                                                    std::span<const char> database);
  std::unique_ptr<Impl> impl_;
};

// Buffers of one thread, reused from scan to scan.
class Scratch {
 public:
  virtual ~Scratch() = default;
};

// Rules that are code rather than data.
inline constexpr std::string_view kNamedCredentialRule = "named-credential";
inline constexpr std::string_view kBudgetRule = "scan-budget";
inline constexpr std::string_view kLiveKeyRule = "live-managed-key";

}  // namespace keysteward::detection
