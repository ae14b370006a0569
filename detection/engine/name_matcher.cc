#include "detection/engine/name_matcher.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "common/strings.h"
#include "detection/engine/clearing.h"
#include "detection/engine/format_matcher.h"
#include "detection/engine/statistics.h"
#include "detection/engine/validators.h"

namespace keysteward::detection {
namespace {

// One of these is in every name that ClassifyName calls weak or strong.
const std::array<std::string, 25>& Stems() {
  static const std::array<std::string, 25> stems = {
      "pass",   "pwd",   "pw",  "secret", "token",  "key",    "auth",      "cred",
      "salt",   "seed",  "jwt", "pat",    "psk",    "dsn",    "cookie",    "session",
      "sid",    "nonce", "pin", "hmac",   "bearer", "pepper", "signature", "connectionstring",
      "license"};
  return stems;
}

constexpr size_t kLongestValue = 4096;
// Values of one object; pairs inside pairs could otherwise multiply its text.
constexpr size_t kJudgedBytes = 2u << 20;

struct Opinion {
  Confidence confidence = Confidence::kLow;
  std::string_view reason;
};

bool IsLaunch(Place place) {
  return place == Place::kEnv || place == Place::kArgument || place == Place::kHeader;
}

Opinion JudgePassword(Place place, const ValueStatistics& s, bool random) {
  if (random) return {Confidence::kHigh, "the value reads like random characters"};
  if (LooksLikePassword(s)) return {Confidence::kHigh, "the value has the form of a password"};
  if (s.blanks > 0) return {Confidence::kMedium, "a literal value"};
  if (IsLaunch(place) || place == Place::kConfig || place == Place::kParameter) {
    return {Confidence::kHigh, "a literal value, though a weak one"};
  }
  return {Confidence::kMedium, "a literal value, though a weak one"};
}

bool IsCommonPassword(std::string_view value) {
  if (value.find_first_of("-._") != std::string_view::npos) return false;  // admin-password: a name
  const std::string lower = ToLower(value);
  for (const std::string_view common :
       {"passw", "secret", "letmein", "qwerty", "admin1", "welcome1", "hunter2", "changeit", "s3cr",
        "iloveyou", "trustno1", "p@ss"}) {
    if (lower.find(common) != std::string::npos) return true;
  }
  return false;
}

// db-credentials-v2, regcred-2: a name with a version.
bool IsVersionedName(std::string_view value) {
  const size_t dash = value.rfind('-');
  if (dash == std::string_view::npos || value.size() - dash > 4) return false;
  const std::string_view before = value.substr(0, dash);
  return before.find_first_of("0123456789") == std::string_view::npos;
}

// SECRET: db-credentials names a Secret more often than it is one; API_TOKEN: hunter2-prod is one.
Opinion JudgeNameLike(NameKind kind, Place place, std::string_view value,
                      const ValueStatistics& s) {
  constexpr std::string_view kReason = "the value has the form of a weak password";
  const bool launch = place == Place::kEnv || place == Place::kArgument;
  if (kind != NameKind::kSecret && IsCommonPassword(value)) {
    return {launch ? Confidence::kHigh : Confidence::kMedium, kReason};
  }
  if (s.digits == 0 || s.length < 8 || IsVersionedName(value)) {
    return {Confidence::kLow, "the value reads like a name"};
  }
  const bool high = launch && kind != NameKind::kSecret;
  return {high ? Confidence::kHigh : Confidence::kMedium, kReason};
}

Opinion JudgeToken(NameKind kind, Place place, std::string_view value, const ValueStatistics& s) {
  if (LooksLikeName(value, s)) return JudgeNameLike(kind, place, value, s);
  if (!LooksLikePassword(s) || s.length < 8) return {Confidence::kLow, "a short or plain value"};
  if (place == Place::kEnv || place == Place::kArgument) {
    return {Confidence::kHigh, "the value has the form of a password"};
  }
  return {Confidence::kMedium, "the value has the form of a password"};
}

// Authorization: Bearer abc
std::string_view WithoutScheme(std::string_view value) {
  for (const std::string_view scheme :
       {"Bearer ", "bearer ", "Basic ", "basic ", "Token ", "token ", "ApiKey ", "Digest "}) {
    if (value.starts_with(scheme)) return Trim(value.substr(scheme.size()));
  }
  return value;
}

}  // namespace

NameMatcher::NameMatcher(const RuleSet& rules, std::vector<std::string> words,
                         std::vector<std::vector<uint32_t>> rules_of_word)
    : rules_(rules),
      words_(std::move(words)),
      rule_words_(words_),
      stems_(Stems()),
      rules_of_word_(std::move(rules_of_word)),
      patterns_(rules) {}
NameMatcher::~NameMatcher() = default;

Result<std::unique_ptr<NameMatcher>> NameMatcher::Create(const RuleSet& rules) {
  std::vector<std::string> words;
  std::vector<std::vector<uint32_t>> rules_of_word;
  for (size_t i = 0; i < rules.rules.size(); ++i) {
    const Rule& rule = rules.rules[i];
    if (!rule.by_name()) continue;
    for (const std::string& word : rule.names) {
      const auto found = std::find(words.begin(), words.end(), word);
      const size_t index = found - words.begin();
      if (found == words.end()) {
        words.push_back(word);
        rules_of_word.emplace_back();
      }
      rules_of_word[index].push_back(static_cast<uint32_t>(i));
    }
  }
  return std::unique_ptr<NameMatcher>(
      new NameMatcher(rules, std::move(words), std::move(rules_of_word)));
}

NameClass NameMatcher::Classify(std::string_view name) const {
  bool promising = false;
  stems_.Find(name, [&](size_t, size_t) { promising = true; });
  return promising ? ClassifyName(name) : NameClass{};
}

bool NameMatcher::SaysCredential(std::string_view name) const {
  return Classify(name).strength == NameStrength::kStrong;
}

NameFacts NameMatcher::ReadName(std::string_view name) const {
  NameFacts facts;
  if (name.size() < 2) return facts;
  facts.name_class = Classify(name);
  std::string room;
  rule_words_.Find(SquashName(name, room), [&](size_t word, size_t) {
    facts.rules.insert(facts.rules.end(), rules_of_word_[word].begin(), rules_of_word_[word].end());
  });
  return facts;
}

bool NameMatcher::Match(const LeafList& leaves, std::span<const uint32_t> named,
                        std::vector<Suspicion>& found) const {
  size_t work = 0;
  NameFacts read;
  for (const uint32_t i : named) {
    const Leaf& leaf = leaves[i];
    const NameFacts* facts = leaf.facts;
    if (leaf.reference || leaf.text.size() > kLongestValue || leaf.text.size() < 4) continue;
    if (facts == nullptr) {
      read = ReadName(leaf.name);
      facts = &read;
    }
    if (MatchRules(leaves, i, *facts, found)) continue;
    if (facts->name_class.strength == NameStrength::kNone) continue;
    work += leaf.text.size();
    if (work > kJudgedBytes) return false;
    MatchName(leaves, i, facts->name_class, found);
  }
  return true;
}

bool NameMatcher::MatchRules(const LeafList& leaves, size_t index, const NameFacts& facts,
                             std::vector<Suspicion>& found) const {
  if (facts.rules.empty()) return false;
  const std::string_view value = WithoutScheme(Trim(leaves[index].text));
  for (const uint32_t r : facts.rules) {
    if (!re2::RE2::FullMatch(re2::StringPiece(value.data(), value.size()), patterns_.At(r)))
      continue;
    const Rule& rule = rules_.rules[r];
    const Validation check = Validate(rule, value);
    if (check.proof == Proof::kRefuted || ClearedBecause(value, Claim::kFormat)) continue;
    if (patterns_.Excluded(r, value)) continue;
    found.push_back({index, &rule, value, rule.confidence, check.reason, false});
    return true;
  }
  return false;
}

void NameMatcher::MatchName(const LeafList& leaves, size_t index, NameClass name,
                            std::vector<Suspicion>& found) const {
  const Leaf& leaf = leaves[index];
  const std::string_view value = WithoutScheme(Trim(leaf.text));
  if (value.find('\n') != std::string_view::npos) return;
  const bool password = name.kind == NameKind::kPassword;
  if (ClearedBecause(value, password ? Claim::kPassword : Claim::kNamed)) return;
  const ValueStatistics s = Measure(value);
  const bool random = LooksRandom(s);
  Opinion opinion;
  if (name.strength == NameStrength::kWeak) {
    if (!random) return;
    const bool high = IsLaunch(leaf.place) && s.length >= 24 && s.digits > 0;
    opinion = {high ? Confidence::kHigh : Confidence::kMedium,
               "the value reads like random characters"};
  } else if (password) {
    opinion = JudgePassword(leaf.place, s, random);
  } else if (random) {
    opinion = {Confidence::kHigh, "the value reads like random characters"};
  } else {
    opinion = JudgeToken(name.kind, leaf.place, value, s);
  }
  // Only names inside Kubernetes' own fields are sure to be names.
  if (leaf.place == Place::kField && !random && opinion.confidence == Confidence::kHigh) {
    opinion.confidence = Confidence::kMedium;
  }
  found.push_back({index, nullptr, value, opinion.confidence, opinion.reason, true});
}

}  // namespace keysteward::detection
