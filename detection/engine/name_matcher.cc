#include "detection/engine/name_matcher.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "common/char_class.h"
#include "common/strings.h"
#include "detection/engine/format_matcher.h"
#include "detection/engine/validators.h"
#include "detection/fields/accounts.h"
#include "detection/fields/shell_commands.h"
#include "detection/values/clearing.h"
#include "detection/values/clearing_forms.h"
#include "detection/values/logins.h"
#include "detection/values/names.h"
#include "detection/values/opinion.h"
#include "detection/values/statistics.h"

namespace keysteward::detection {
namespace {

// One of these is in every name that ClassifyName calls weak or strong.
const std::array<std::string, 40>& Stems() {
  static const std::array<std::string, 40> stems = {
      "pass",    "pwd",   "pw",         "secret",    "token",      "key",
      "auth",    "cred",  "salt",       "seed",      "jwt",        "pat",
      "psk",     "dsn",   "cookie",     "session",   "sid",        "nonce",
      "pin",     "hmac",  "bearer",     "pepper",    "signature",  "connectionstring",
      "license", "users", "logins",     "kennwort",  "wachtwoord", "contrase",
      "senha",   "haslo", "heslo",      "losenord",  "salasana",   "secreta",
      "info",    "user",  "clear-text", "clear_text"};
  return stems;
}

constexpr NameClass kPasswordName{NameStrength::kStrong, NameKind::kPassword};
constexpr size_t kLongestValue = 4096;
// Values of one object; pairs inside pairs could otherwise multiply its text.
constexpr size_t kJudgedBytes = 2u << 20;
// Findings of one object that a person hears of: each costs a path, a digest and a line to read.
constexpr size_t kMostAccused = 2'000;

// Authorization: Bearer abc
std::string_view WithoutScheme(std::string_view value) {
  constexpr CharClass kFirst("BbTtAD");  // of these: most values are told by their first letter
  if (value.empty() || !kFirst.Has(value[0])) return value;
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
  std::unordered_map<std::string_view, size_t> index_of;
  std::unordered_map<std::string, std::vector<uint32_t>> whole_names;
  for (size_t i = 0; i < rules.rules.size(); ++i) {
    const Rule& rule = rules.rules[i];
    if (!rule.by_name()) continue;
    for (const std::string& word : rule.names) {
      if (word.starts_with('=')) {
        whole_names[word.substr(1)].push_back(static_cast<uint32_t>(i));
        continue;
      }
      const auto [entry, is_new] = index_of.emplace(word, words.size());
      if (is_new) {
        words.push_back(word);
        rules_of_word.emplace_back();
      }
      rules_of_word[entry->second].push_back(static_cast<uint32_t>(i));
    }
  }
  std::unique_ptr<NameMatcher> matcher(
      new NameMatcher(rules, std::move(words), std::move(rules_of_word)));
  matcher->whole_names_ = std::move(whole_names);
  return matcher;
}

NameClass NameMatcher::Classify(std::string_view name) const {
  bool promising = false;
  stems_.Find(name, [&](size_t, size_t) { promising = true; });
  return promising ? ClassifyName(name) : NameClass{};
}

bool NameMatcher::SaysCredential(std::string_view name) const {
  return Classify(name).strength == NameStrength::kStrong;
}

bool NameMatcher::RepeatsItsName(const Leaf& leaf) {
  constexpr size_t kLongest = 48;
  if (leaf.place == Place::kEnv || leaf.place == Place::kArgument) return false;
  // base64EncodedPrivateKey: ingress.tls.base64EncodedPrivateKey: where it is
  const std::string_view path = leaf.text;
  if (path.size() > leaf.name.size() + 1 && path.ends_with(leaf.name) &&
      path[path.size() - leaf.name.size() - 1] == '.' && leaf.name.size() > 3) {
    return true;
  }
  const std::string_view label = WithoutScheme(Trim(leaf.text));
  if (label.empty() || label.size() > kLongest || !forms::IsAlpha(label[0])) return false;
  if (label.size() > 2 * leaf.name.size()) return false;
  if (std::any_of(label.begin(), label.end(), forms::IsDigit)) return false;
  const bool title = forms::IsUpper(label[0]);
  if (!title && label.size() + 1 < leaf.name.size()) return false;
  const std::vector<std::string> said = NameWords(label);
  const std::vector<std::string> named = NameWords(leaf.name);
  if (!title) return said.size() > 2 && said == named;
  return said.size() > 1 && std::all_of(said.begin(), said.end(), [&](const std::string& word) {
           return std::find(named.begin(), named.end(), word) != named.end();
         });
}

NameFacts NameMatcher::ReadName(std::string_view name) const {
  NameFacts facts;
  std::string room;
  const std::string_view squashed = SquashName(name, room);
  const auto whole = whole_names_.find(std::string(squashed));
  if (whole != whole_names_.end()) facts.rules = whole->second;
  facts.reads_text = IsScriptName(name) || ListsAccounts(name);
  if (name.size() < 2) return facts;
  facts.name_class = Classify(name);
  rule_words_.Find(squashed, [&](size_t word, size_t) {
    facts.rules.insert(facts.rules.end(), rules_of_word_[word].begin(), rules_of_word_[word].end());
  });
  return facts;
}

bool NameMatcher::Match(const LeafList& leaves, std::span<const uint32_t> named,
                        std::vector<Suspicion>& found) const {
  size_t work = 0;
  size_t accused = 0;
  NameFacts read;
  for (const uint32_t i : named) {
    const Leaf& leaf = leaves[i];
    const NameFacts* facts = leaf.facts;
    if (leaf.reference || leaf.text.size() > kLongestValue || leaf.text.size() < 4) continue;
    if (facts == nullptr) {
      read = ReadName(leaf.name);
      facts = &read;
    }
    const size_t before = found.size();
    if (!MatchRules(leaves, i, *facts, found) && !leaf.decoded &&
        facts->name_class.strength != NameStrength::kNone) {
      work += leaf.text.size();
      if (work > kJudgedBytes) return false;
      MatchName(leaves, i, facts->name_class, found);
    }
    accused += found.size() > before && found.back().confidence != Confidence::kLow;
    if (accused > kMostAccused) return false;
  }
  return true;
}

bool NameMatcher::MatchRules(const LeafList& leaves, size_t index, const NameFacts& facts,
                             std::vector<Suspicion>& found) const {
  if (facts.rules.empty()) return false;
  const std::string_view text = WithoutScheme(Trim(leaves[index].text));
  for (const uint32_t r : facts.rules) {
    const re2::RE2& pattern = patterns_.At(r);
    // A group is the credential, what stands around it is none.
    const int groups = std::min(pattern.NumberOfCapturingGroups(), 1) + 1;
    re2::StringPiece match[2];
    if (!pattern.Match(re2::StringPiece(text.data(), text.size()), 0, text.size(),
                       re2::RE2::ANCHOR_BOTH, match, groups)) {
      continue;
    }
    const re2::StringPiece& piece = match[groups - 1];
    const std::string_view value(piece.data(), piece.size());
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
  const std::string_view whole = Trim(leaf.text);
  const std::string_view value = WithoutScheme(whole);
  // What Basic carries is a login, which has a rule of its own.
  const bool basic = whole.starts_with("Basic ") || whole.starts_with("basic ");
  if (basic && EncodedLogin(value)) return;
  // Authorization says little; "Bearer" in front of the value says the rest.
  if (value.size() < whole.size()) name.strength = NameStrength::kStrong;
  if (value.find('\n') != std::string_view::npos) return;
  if (const std::string_view password = PasswordOfLogin(value, name.kind); !password.empty()) {
    std::optional<Opinion> login = JudgeNamed(kPasswordName, leaf.place, password);
    if (!login) return;
    const bool sure =
        !leaf.commented && (name.kind != NameKind::kUsers || LooksRandom(Measure(password)));
    if (!sure) login->confidence = std::min(login->confidence, Confidence::kMedium);
    found.push_back({index, nullptr, password, login->confidence, login->reason, true});
    return;
  }
  if (name.kind == NameKind::kUsers) return;  // their names alone
  const bool password = name.kind == NameKind::kPassword;
  const bool uuid =
      name.strength == NameStrength::kStrong && forms::IsUuid(value) && !forms::IsDummyUuid(value);
  if (!uuid && ClearedBecause(value, password ? Claim::kPassword : Claim::kNamed)) return;
  if (RepeatsItsName(leaf)) return;
  std::optional<Opinion> opinion = JudgeNamed(name, leaf.place, value);
  if (!opinion) return;
  // # password = x: what is left out may be an example, or what was used until today.
  if (leaf.commented) opinion->confidence = std::min(opinion->confidence, Confidence::kMedium);
  found.push_back({index, nullptr, value, opinion->confidence, opinion->reason, true});
}

}  // namespace keysteward::detection
