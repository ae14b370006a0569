#include "detection/engine/engine.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <tuple>

#include "common/digest.h"
#include "common/strings.h"
#include "detection/engine/lazy_pattern.h"
#include "detection/engine/leaf_search.h"
#include "detection/engine/vectorscan_database.h"
#include "detection/fields/command_reader.h"
#include "detection/fields/field_walker.h"
#include "detection/rules/rule_table.h"

namespace keysteward::detection {
namespace {

class EngineScratch final : public Scratch {
 public:
  explicit EngineScratch(std::unique_ptr<LeafSearch::Scratch> scratch) : own(std::move(scratch)) {}

  std::unique_ptr<LeafSearch::Scratch> own;
};

bool Overlap(std::string_view a, std::string_view b) {
  return a.data() < b.data() + b.size() && b.data() < a.data() + a.size();
}

// Which of two suspicions of the same bytes tells more.
bool Better(const Suspicion& a, const Suspicion& b) {
  const auto rank = [](const Suspicion& s) {
    return s.live ? 3 : s.rule == nullptr ? 0 : s.rule->by_name() ? 1 : 2;
  };
  if (rank(a) != rank(b)) return rank(a) > rank(b);
  if (a.confidence != b.confidence) return a.confidence > b.confidence;
  if (a.value.size() != b.value.size()) return a.value.size() > b.value.size();
  if (a.rule == nullptr || b.rule == nullptr || a.rule == b.rule) return false;
  // The provider's format tells more than the place in a URL; else any order that is always the
  // same.
  const bool a_place = a.rule->validator == Validator::kUrlPassword;
  const bool b_place = b.rule->validator == Validator::kUrlPassword;
  return a_place != b_place ? b_place : a.rule->id < b.rule->id;
}

// The leaf of the object that a leaf was cut or decoded from, or itself.
size_t FieldOf(const LeafList& leaves, size_t leaf) {
  while (leaves[leaf].origin >= 0) leaf = static_cast<size_t>(leaves[leaf].origin);
  return leaf;
}

// One suspicion for each stretch of bytes of a field: the provider's format with the name's
// evidence added. An alias puts the same bytes into two fields, and those are two places.
std::vector<Suspicion> MergeOverlaps(std::vector<Suspicion> found, const LeafList& leaves) {
  const auto order = [&](const Suspicion& s) {
    return std::pair(FieldOf(leaves, s.leaf), s.value.data());
  };
  std::stable_sort(found.begin(), found.end(),
                   [&](const Suspicion& a, const Suspicion& b) { return order(a) < order(b); });
  std::vector<Suspicion> merged;
  for (const Suspicion& next : found) {
    if (merged.empty() || !Overlap(merged.back().value, next.value) ||
        FieldOf(leaves, merged.back().leaf) != FieldOf(leaves, next.leaf)) {
      merged.push_back(next);
      continue;
    }
    Suspicion& kept = merged.back();
    const Suspicion& other = Better(kept, next) ? next : kept;
    Suspicion best = Better(kept, next) ? kept : next;
    best.named |= other.named;
    best.confidence = std::max(best.confidence, other.confidence);
    // The leaf with a name tells the place more closely than the text around it.
    if (other.leaf > best.leaf) best.leaf = other.leaf;
    kept = best;
  }
  return merged;
}

// Line breaks before a place of a text. Places asked for in their order cost one pass over the
// text; a text of nothing but credentials asks for thousands.
class BreakCount {
 public:
  uint32_t Before(std::string_view text, size_t place) {
    if (text.data() != text_ || place < place_) {
      text_ = text.data();
      place_ = 0;
      breaks_ = 0;
    }
    const std::string_view next = text.substr(place_, place - place_);
    breaks_ += static_cast<uint32_t>(std::count(next.begin(), next.end(), '\n'));
    place_ = place;
    return breaks_;
  }

 private:
  const char* text_ = nullptr;
  size_t place_ = 0;
  uint32_t breaks_ = 0;
};

// Where in its text a slice begins, as line and column.
Position PositionOf(const LeafList& leaves, size_t index, std::string_view value,
                    BreakCount& counted) {
  const Leaf* leaf = &leaves[index];
  while (leaf->slice && leaf->origin >= 0) leaf = &leaves[static_cast<size_t>(leaf->origin)];
  if (leaf->position.line == 0) return {};
  const std::string_view text = leaf->text;
  const bool inside = value.data() >= text.data() && value.data() <= text.data() + text.size();
  // What a part of a text says decoded stands where that part does.
  if (leaf->opaque && leaf->origin >= 0 && leaves[static_cast<size_t>(leaf->origin)].slice) {
    const auto part = static_cast<size_t>(leaf->origin);
    return PositionOf(leaves, part, leaves[part].text, counted);
  }
  if (!inside || leaf->opaque) return leaf->position;
  const std::string_view before = text.substr(0, value.data() - text.data());
  const uint32_t breaks = counted.Before(text, before.size());
  const auto column = static_cast<uint32_t>(before.size() - (before.rfind('\n') + 1) + 1);
  if (!leaf->block && breaks == 0) {
    return {leaf->position.line,
            leaf->position.column + (before.empty() ? 0 : column - 1 + leaf->quoted)};
  }
  if (!leaf->block && leaf->quoted) return leaf->position;  // breaks that escapes made
  return {leaf->position.line + breaks + (leaf->block ? 1 : 0), column + leaf->indent};
}

bool InLastApplied(const LeafList& leaves, size_t index) {
  for (int32_t at = static_cast<int32_t>(index); at >= 0; at = leaves[at].origin) {
    if (leaves[at].name == kLastApplied) return true;
  }
  return false;
}

// The same value seen in a text and in what was decoded from it, or in the object and in its
// last-applied copy, is one finding: the closest place is kept. So is a login that a rule knows in
// its encoding and that its name accuses when decoded. One pass over the findings, since a text of
// nothing but credentials has thousands.
class Repetitions {
 public:
  Repetitions(const LeafList& leaves, const std::vector<std::pair<Finding, size_t>>& all)
      : leaves_(leaves) {
    for (const auto& [finding, leaf] : all) {
      for (int32_t at = leaves[leaf].origin; at >= 0; at = leaves[at].origin) {
        closer_.emplace(finding.value_digest, static_cast<size_t>(at));
      }
      if (!finding.in_last_applied) in_object_.insert(finding.value_digest);
      if (finding.rule != kNamedCredentialRule) known_.insert(leaf);
    }
  }

  bool Contains(const Finding& finding, size_t leaf) const {
    const Leaf& place = leaves_[leaf];
    return closer_.contains({finding.value_digest, leaf}) ||
           (finding.in_last_applied && in_object_.contains(finding.value_digest)) ||
           (finding.rule == kNamedCredentialRule && place.opaque && place.origin >= 0 &&
            known_.contains(static_cast<size_t>(place.origin)));
  }

 private:
  using Digest = decltype(Finding::value_digest);
  const LeafList& leaves_;
  std::set<std::pair<Digest, size_t>> closer_;  // a value, and a leaf it was found below of
  std::set<Digest> in_object_;                  // values found outside of last-applied
  std::set<size_t> known_;                      // leaves in which a rule found its credential
};

Result<void> CheckAdded(const RuleSet& added) {
  for (const Rule& rule : added.rules) {
    if (rule.scope.empty() || rule.by_name()) {
      return Error::InvalidArgument("rule " + rule.id + ": needs a scope and no names");
    }
  }
  return CheckPatterns(added);
}

// Rules without a provider say what they find: "a private key".
std::string FormReason(std::string_view provider) {
  const bool thing = provider.starts_with("a ") || provider.starts_with("an ");
  return "it has the form of " + std::string(thing ? "" : "a credential of ") +
         std::string(provider);
}

std::string NameReason(std::string_view name, const std::string& label) {
  if (name == kCommandCredential) return "the program takes it as a password";
  if (name == kUserCredential) return "a user's value in a list of users";
  return "the name " + label + " says credential";
}

std::string SafeLabel(std::string_view name) { return Printable(name, 64); }

}  // namespace

struct Engine::Impl {
  RuleSet rules;
  std::unique_ptr<LeafSearch> search;

  ScanResult Conclude(LeafSearch::Scratch& scratch, const ObjectIdentity& object, bool complete,
                      Confidence highest) const;
  Finding MakeFinding(const LeafList& leaves, const Suspicion& suspicion,
                      const ObjectIdentity& object, BreakCount& counted) const;
};

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;
const RuleSet& Engine::rules() const { return impl_->rules; }

Result<std::unique_ptr<Engine>> Engine::CreateDefault(EngineOptions options,
                                                      std::vector<Rule> more) {
  KS_ASSIGN_OR_RETURN(RuleSet rules, BuiltInRules());
  RuleSet added{std::move(more)};
  // The built-in ones were checked when the project was built.
  KS_RETURN_IF_ERROR(CheckAdded(added));
  std::move(added.rules.begin(), added.rules.end(), std::back_inserter(rules.rules));
  return CreateWith(std::move(rules), options, EmbeddedDatabase());
}

Result<std::unique_ptr<Engine>> Engine::Create(RuleSet rules, EngineOptions options) {
  return CreateWith(std::move(rules), options, {});
}

Result<std::unique_ptr<Engine>> Engine::CreateWith(RuleSet rules, EngineOptions options,
                                                   std::span<const char> database) {
  auto impl = std::make_unique<Impl>();
  impl->rules = std::move(rules);
  KS_ASSIGN_OR_RETURN(impl->search, LeafSearch::Create(impl->rules, options.portable, database));
  return std::unique_ptr<Engine>(new Engine(std::move(impl)));
}

std::unique_ptr<Scratch> Engine::NewScratch() const {
  return std::make_unique<EngineScratch>(impl_->search->NewScratch());
}

ScanResult Engine::Scan(const Node& object, Scratch& scratch, const ScanScope& scope) const {
  LeafSearch::Scratch& own = *static_cast<EngineScratch&>(scratch).own;
  own.Clear();
  own.format.Choose(scope.rules);
  own.leaves.Reserve(object.weight);
  FieldWalker(own.leaves, own.names).WalkObject(object);
  const bool complete = impl_->search->Search(own, scope.tripwire);
  ScanResult result{{}, own.format.bytes()};
  if (!own.found.empty() || !complete) {
    result = impl_->Conclude(own, IdentityOf(object), complete, Confidence::kHigh);
  }
  own.Shrink();
  return result;
}

ScanResult Engine::ScanText(std::string_view text, Scratch& scratch, const ScanScope& scope,
                            Place place) const {
  LeafSearch::Scratch& own = *static_cast<EngineScratch&>(scratch).own;
  own.Clear();
  own.format.Choose(scope.rules);
  Leaf leaf;
  leaf.text = text;
  leaf.position = {1, 1};
  leaf.place = place;
  leaf.depth = 3;  // lines only: a template is no document
  own.leaves.Add(leaf);
  const bool complete = impl_->search->Search(own);
  return impl_->Conclude(own, {}, complete, Confidence::kMedium);
}

Finding Engine::Impl::MakeFinding(const LeafList& leaves, const Suspicion& suspicion,
                                  const ObjectIdentity& object, BreakCount& counted) const {
  const Leaf& leaf = leaves[suspicion.leaf];
  Finding finding;
  finding.rule = suspicion.rule == nullptr ? std::string(kNamedCredentialRule) : suspicion.rule->id;
  finding.confidence = suspicion.confidence;
  finding.path = leaves.PathOf(leaf);
  finding.stable_path = leaves.StablePathOf(leaf);
  finding.name = SafeLabel(leaf.name == kLastApplied ? std::string_view() : leaf.name);
  finding.position = PositionOf(leaves, suspicion.leaf, suspicion.value, counted);
  finding.fingerprint = Fingerprint(object, finding.rule, finding.path);
  finding.value_digest = Sha256(suspicion.value);
  finding.place = leaf.place;
  finding.in_last_applied = InLastApplied(leaves, suspicion.leaf);
  const size_t length = suspicion.value.size();
  finding.length = length < 16   ? LengthClass::kShort
                   : length < 64 ? LengthClass::kMedium
                                 : LengthClass::kLong;
  if (suspicion.rule != nullptr) {
    finding.provider = suspicion.rule->provider;
    finding.fix = suspicion.rule->remediation;
  }
  if (suspicion.rule != nullptr && !suspicion.live) {
    finding.reasons.push_back(FormReason(finding.provider));
  }
  if (suspicion.named) {
    finding.reasons.push_back(NameReason(leaf.name, finding.name));
  } else if (suspicion.rule != nullptr && suspicion.rule->by_name()) {
    finding.reasons.push_back("the name " + finding.name + " says so");
  }
  if (!suspicion.proof.empty()) finding.reasons.emplace_back(suspicion.proof);
  finding.reasons.push_back("in " + std::string(PlaceName(leaf.place)));
  return finding;
}

ScanResult Engine::Impl::Conclude(LeafSearch::Scratch& scratch, const ObjectIdentity& object,
                                  bool complete, Confidence highest) const {
  const LeafList& leaves = scratch.leaves;
  std::vector<Suspicion> merged = MergeOverlaps(std::move(scratch.found), leaves);
  scratch.found = {};
  for (Suspicion& suspicion : merged) {
    const bool format_named = suspicion.rule != nullptr && !suspicion.rule->by_name() &&
                              !suspicion.live &&
                              search->names().SaysCredential(leaves[suspicion.leaf].name);
    if (!format_named) continue;
    suspicion.named = true;
    if (suspicion.confidence == Confidence::kMedium) suspicion.confidence = Confidence::kHigh;
  }
  ScanResult result;
  result.bytes = scratch.format.bytes();
  std::vector<std::pair<Finding, size_t>> all;
  BreakCount counted;
  for (const Suspicion& suspicion : merged) {
    all.emplace_back(MakeFinding(leaves, suspicion, object, counted), suspicion.leaf);
  }
  const Repetitions repeated(leaves, all);
  for (const auto& [finding, leaf] : all) {
    if (repeated.Contains(finding, leaf)) continue;
    result.findings.push_back(finding);
    result.findings.back().confidence = std::min(finding.confidence, highest);
  }
  if (!complete) {
    Finding budget;
    budget.rule = kBudgetRule;
    budget.confidence = Confidence::kHigh;
    budget.reasons = {scratch.expander.bomb()
                          ? "it holds compressed text that unpacks to far more than its size"
                          : "it holds more key-like or encoded text than can be judged in time"};
    budget.fix = "Split the object or move the encoded payload out of it.";
    budget.fingerprint = Fingerprint(object, kBudgetRule, "");
    result.findings.push_back(std::move(budget));
  }
  // By what they say alone: decoded texts lie where the heap put them.
  const auto order = [](const Finding& f) {
    return std::tie(f.path, f.position.line, f.position.column, f.rule, f.value_digest);
  };
  std::stable_sort(result.findings.begin(), result.findings.end(),
                   [&](const Finding& a, const Finding& b) { return order(a) < order(b); });
  return result;
}

}  // namespace keysteward::detection
