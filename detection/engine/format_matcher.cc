#include "detection/engine/format_matcher.h"

#include <re2/re2.h>

#include <algorithm>

#include "common/char_class.h"
#include "detection/engine/literal_start.h"
#include "detection/engine/validators.h"
#include "detection/fields/shapes.h"
#include "detection/values/clearing.h"
#include "detection/values/statistics.h"

namespace keysteward::detection {
namespace {

// Work limits of one object: a review must be answered.
constexpr size_t kConfirmedBytes = 32u << 20;
constexpr size_t kMostSuspicions = 2'000;
// What judging one match may cost, as bytes of the above: a token's parts are decoded and parsed.
constexpr size_t kJudgeCost = 16u << 10;
// A long token is followed to its end beyond the prefilter's reach.
constexpr size_t kLongestToken = 8192;

bool IsTokenChar(char c) { return kAlnum.Has(c) || c == '_' || c == '-'; }
bool IsLongTokenChar(char c) {
  return IsTokenChar(c) || c == '.' || c == '/' || c == '+' || c == '=';
}

size_t ExtendLeft(std::string_view text, size_t at) {
  const size_t limit = at > kLongestToken ? at - kLongestToken : 0;
  while (at > limit && IsLongTokenChar(text[at - 1])) --at;
  return at;
}
size_t ExtendRight(std::string_view text, size_t at) {
  const size_t limit = std::min(text.size(), at + kLongestToken);
  while (at < limit && IsLongTokenChar(text[at])) ++at;
  return at;
}

// ${TOKEN:-xoxb…}, ${TOKEN-xoxb…}: the dash is the shell's.
bool FollowsShellDefault(std::string_view text, size_t begin) {
  constexpr size_t kLongestName = 64;
  if (begin < 2 || text[begin - 1] != '-') return false;
  if (text[begin - 2] == ':') return true;
  size_t start = begin - 1;
  while (start > 0 && begin - start < kLongestName &&
         (kAlnum.Has(text[start - 1]) || text[start - 1] == '_'))
    --start;
  return start > 1 && text[start - 1] == '{' && text[start - 2] == '$';
}

// A match in the middle of a longer word is another word. A rule with a group says itself what
// stands before its credential.
bool AtBoundaries(std::string_view text, std::string_view value, bool free_start) {
  const size_t begin = value.data() - text.data();
  const size_t end = begin + value.size();
  if (value.empty()) return false;
  const bool left = free_start || begin == 0 || !IsTokenChar(text[begin]) ||
                    !IsTokenChar(text[begin - 1]) || FollowsShellDefault(text, begin);
  const bool right = end == text.size() || !IsTokenChar(text[end - 1]) || !IsTokenChar(text[end]);
  return left && right;
}

// From the banner to the end of the key: the part that differs from key to key.
std::string_view WholePem(std::string_view text, std::string_view banner) {
  const size_t begin = banner.data() - text.data();
  const size_t end = text.find("-----END", begin + banner.size());
  return text.substr(
      begin,
      std::min(end == std::string_view::npos ? text.size() : end, begin + kLongestToken) - begin);
}

bool Counts(const Rule& rule, std::span<const std::string> scopes) {
  return rule.scope.empty() || std::find(scopes.begin(), scopes.end(), rule.scope) != scopes.end();
}

// mongodb://user:password@host shows a form, and so does any plain word in a comment.
bool ShowsAForm(const Leaf& leaf, std::string_view password) {
  // of a schema: "must match the requirepass server option"
  const ValueStatistics s = Measure(password);
  if (leaf.name == "description" && (s.digits == 0 || !LooksLikePassword(s))) return true;
  if (leaf.place == Place::kComment || InComment(leaf.text, password)) {
    return !LooksLikePassword(Measure(password));
  }
  // https://kbot:token@<GIT_PROVIDER>.com
  const std::string_view after =
      leaf.text.substr(password.data() + password.size() - leaf.text.data());
  if (after.starts_with("@<") && !LooksLikePassword(Measure(password))) return true;
  // s3://access_key:secret_access_key@region/bucket
  for (const std::string_view form :
       {"secret_access_key", "secret_key", "client_secret", "clientsecret", "myclientsecret"}) {
    if (password == form) return true;
  }
  if (password != "password" && password != "pass" && password != "passwd") return false;
  const std::string_view before = leaf.text.substr(0, password.data() - leaf.text.data());
  return before.ends_with("/user:") || before.ends_with("/username:") ||
         before.ends_with("/userid:") || before.ends_with("/login:");
}

}  // namespace

FormatMatcher::FormatMatcher(const RuleSet& rules, std::unique_ptr<Prefilter> prefilter)
    : rules_(rules), prefilter_(std::move(prefilter)), patterns_(rules) {
  for (const Rule& rule : rules.rules) starts_.push_back(LiteralStart(rule.pattern));
}
FormatMatcher::~FormatMatcher() = default;

Result<std::unique_ptr<FormatMatcher>> FormatMatcher::Create(const RuleSet& rules, bool portable,
                                                             std::span<const char> database) {
  // Rules with a database were checked when it was made.
  if (database.empty()) KS_RETURN_IF_ERROR(CheckPatterns(rules));
  std::unique_ptr<Prefilter> prefilter;
  if (!portable) {
    Result<std::unique_ptr<Prefilter>> fast = NewVectorscanPrefilter(rules, database);
    if (!fast && fast.error().code != ErrorCode::kUnavailable) return std::move(fast).error();
    if (fast) prefilter = *std::move(fast);
  }
  if (prefilter == nullptr) prefilter = NewPortablePrefilter(rules);
  return std::unique_ptr<FormatMatcher>(new FormatMatcher(rules, std::move(prefilter)));
}

bool FormatMatcher::Match(const LeafList& leaves, Scratch& scratch,
                          std::vector<Suspicion>& found) const {
  if (scratch.joined_.size() < kShortestFormat) return true;
  if (!prefilter_->Find(scratch.joined_, *scratch.prefilter_, scratch.hits_)) return false;
  FindStretches(leaves, scratch);
  const std::vector<Stretch>& stretches = scratch.stretches_;
  size_t work = 0;
  for (size_t i = 0; i < stretches.size();) {
    Stretch whole = stretches[i];
    const std::string_view text = leaves[whole.leaf].text;
    whole.begin = ExtendLeft(text, whole.begin);
    whole.end = ExtendRight(text, whole.end);
    // One token may have many: it is searched once.
    for (++i; i < stretches.size() && whole.Reaches(stretches[i]); ++i) {
      whole.end = ExtendRight(text, std::max(whole.end, stretches[i].end));
    }
    work += Confirm(leaves, whole, found);
    if (work > kConfirmedBytes || found.size() > kMostSuspicions) return false;
  }
  return true;
}

// What the hits say of each text, in order.
void FormatMatcher::FindStretches(const LeafList& leaves, Scratch& scratch) const {
  const auto& starts = scratch.starts_;
  for (const Hit& hit : scratch.hits_) {
    if (!Counts(rules_.rules[hit.rule], scratch.scopes_)) {
      scratch.left_out_ = true;
      continue;
    }
    // A hit may touch several short leaves.
    auto at = std::upper_bound(starts.begin(), starts.end(),
                               std::pair<uint32_t, uint32_t>(hit.begin, leaves.size()));
    if (at != starts.begin()) --at;
    for (; at != starts.end() && at->first < hit.end; ++at) {
      const size_t size = leaves[at->second].text.size();
      const size_t begin = hit.begin > at->first ? hit.begin - at->first : 0;
      const size_t end = std::min(hit.end - at->first, size);
      if (begin < end) scratch.stretches_.push_back({hit.rule, at->second, begin, end});
    }
  }
  std::sort(scratch.stretches_.begin(), scratch.stretches_.end());
}

// The first match at or after `at`.
bool FormatMatcher::Next(size_t rule, std::string_view text, size_t at, size_t end,
                         re2::StringPiece* match, int groups) const {
  const re2::RE2& pattern = patterns_.At(rule);
  const re2::StringPiece whole(text.data(), text.size());
  const std::string& literal = starts_[rule];
  if (literal.empty()) return pattern.Match(whole, at, end, re2::RE2::UNANCHORED, match, groups);
  // Each try may read far; a text made of beginnings is left to RE2, which reads it once.
  constexpr int kTries = 8;
  for (int tries = 0; tries < kTries; ++tries, ++at) {
    at = text.substr(0, end).find(literal, at);
    if (at == std::string_view::npos) return false;
    if (pattern.Match(whole, at, end, re2::RE2::ANCHOR_START, match, groups)) return true;
  }
  return pattern.Match(whole, at, end, re2::RE2::UNANCHORED, match, groups);
}

size_t FormatMatcher::Confirm(const LeafList& leaves, const Stretch& stretch,
                              std::vector<Suspicion>& found) const {
  const Rule& rule = rules_.rules[stretch.rule];
  const std::string_view text = leaves[stretch.leaf].text;
  const size_t end = stretch.end;
  const int groups = std::min(patterns_.At(stretch.rule).NumberOfCapturingGroups(), 1) + 1;
  re2::StringPiece match[2];
  size_t cost = end - stretch.begin;
  for (size_t at = stretch.begin;
       at < end && cost < kConfirmedBytes && Next(stretch.rule, text, at, end, match, groups);) {
    const size_t from = match[0].data() - text.data();
    const size_t to = from + match[0].size();
    const bool grouped = groups > 1 && match[1].data() != nullptr;
    const re2::StringPiece& piece = grouped ? match[1] : match[0];
    const std::string_view value(piece.data(), piece.size());
    if (AtBoundaries(text, value, rule.free_start || grouped)) {
      Judge(leaves, stretch.leaf, rule, value, found);
      cost += kJudgeCost;
      at = to;
    } else {
      at = from + 1;
    }
  }
  return cost;
}

void FormatMatcher::Judge(const LeafList& leaves, size_t leaf, const Rule& rule,
                          std::string_view value, std::vector<Suspicion>& found) const {
  const std::string_view text = leaves[leaf].text;
  const std::string_view after = text.substr(value.data() + value.size() - text.data());
  const Validation check = Validate(rule, value, after);
  if (check.proof == Proof::kRefuted) return;
  if (patterns_.Excluded(&rule - rules_.rules.data(), value)) return;
  if (rule.validator == Validator::kPem) value = WholePem(text, value);
  if (rule.validator != Validator::kPem && ClearedBecause(value, Claim::kFormat)) return;
  if (rule.validator == Validator::kUrlPassword && ShowsAForm(leaves[leaf], value)) return;
  Suspicion suspicion;
  suspicion.leaf = leaf;
  suspicion.rule = &rule;
  suspicion.value = value;
  suspicion.proof = check.reason;
  suspicion.confidence = rule.confidence;
  if (check.proof == Proof::kConfirmed && rule.confidence == Confidence::kMedium &&
      rule.validator != Validator::kRandom) {
    suspicion.confidence = Confidence::kHigh;
  }
  if (check.proof == Proof::kDoubtful) suspicion.confidence = Confidence::kMedium;
  found.push_back(suspicion);
}

}  // namespace keysteward::detection
