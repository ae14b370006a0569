// NameMatcher: credentials known by the name beside them: rules by name, and any value that stands
// where a name says password, secret, token or key.
//
// Immutable, safe for any number of threads.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/aho_corasick.h"
#include "common/result.h"
#include "detection/engine/lazy_pattern.h"
#include "detection/engine/suspicion.h"
#include "detection/fields/name_table.h"
#include "detection/values/names.h"

namespace keysteward::detection {

class NameMatcher final : public NameReader {
 public:
  // `rules` outlives the matcher; their patterns are checked.
  static Result<std::unique_ptr<NameMatcher>> Create(const RuleSet& rules);
  ~NameMatcher() override;

  // What a name promises; Match asks for it where a leaf does not say it.
  NameFacts ReadName(std::string_view name) const override;
  // False when an object holds so many values under such names, or so many findings, that the work
  // was cut short.
  // `named`: the leaves whose name may promise something.
  bool Match(const LeafList& leaves, std::span<const uint32_t> named,
             std::vector<Suspicion>& found) const;
  // confirmPassword: Confirm-Password, the name as a translation gives it; appDatabasePassword:
  // app_database_password, the entry of a Secret. All else is judged alike beside every name of a
  // kind.
  static bool RepeatsItsName(const Leaf& leaf);
  // Whether the name beside a leaf says credential.
  bool SaysCredential(std::string_view name) const;

 private:
  NameMatcher(const RuleSet& rules, std::vector<std::string> words,
              std::vector<std::vector<uint32_t>> rules_of_word);
  NameClass Classify(std::string_view name) const;
  bool MatchRules(const LeafList& leaves, size_t leaf, const NameFacts& facts,
                  std::vector<Suspicion>& found) const;
  void MatchName(const LeafList& leaves, size_t leaf, NameClass name,
                 std::vector<Suspicion>& found) const;

  const RuleSet& rules_;
  std::vector<std::string> words_;
  AhoCorasick rule_words_;
  AhoCorasick stems_;
  std::vector<std::vector<uint32_t>> rules_of_word_;
  std::unordered_map<std::string, std::vector<uint32_t>> whole_names_;  // to rules
  LazyPatterns patterns_;
};

}  // namespace keysteward::detection
