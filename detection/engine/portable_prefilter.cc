#include <algorithm>

#include "common/aho_corasick.h"
#include "detection/engine/prefilter.h"

namespace keysteward::detection {
namespace {

// A match holds a keyword of its rule and is shorter than this.
constexpr size_t kReach = 512;

struct Keywords {
  std::vector<std::string> words;
  std::vector<std::vector<uint32_t>> rules;  // per word
};

Keywords Collect(const RuleSet& set) {
  Keywords all;
  for (size_t i = 0; i < set.rules.size(); ++i) {
    for (const std::string& keyword : set.rules[i].keywords) {
      const auto found = std::find(all.words.begin(), all.words.end(), keyword);
      const size_t index = found - all.words.begin();
      if (found == all.words.end()) {
        all.words.push_back(keyword);
        all.rules.emplace_back();
      }
      all.rules[index].push_back(static_cast<uint32_t>(i));
    }
  }
  return all;
}

class PortableScratch final : public PrefilterScratch {
 public:
  std::vector<int64_t> last_hit;
};

class PortablePrefilter final : public Prefilter {
 public:
  PortablePrefilter(Keywords keywords, size_t rules)
      : keywords_(std::move(keywords)), automaton_(keywords_.words), rules_(rules) {}

  std::unique_ptr<PrefilterScratch> NewScratch() const override {
    return std::make_unique<PortableScratch>();
  }

  Result<void> Find(std::string_view text, PrefilterScratch& scratch,
                    std::vector<Hit>& hits) const override {
    auto& last_hit = static_cast<PortableScratch&>(scratch).last_hit;
    last_hit.resize(rules_, -1);
    const size_t before = hits.size();
    automaton_.Find(text, [&](size_t word, size_t at) {
      const size_t begin = at > kReach ? at - kReach : 0;
      const size_t end = std::min(text.size(), at + kReach);
      for (const uint32_t rule : keywords_.rules[word]) {
        if (last_hit[rule] >= 0 && begin <= hits[last_hit[rule]].end) {
          hits[last_hit[rule]].end = end;
          continue;
        }
        last_hit[rule] = static_cast<int64_t>(hits.size());
        hits.push_back({rule, begin, end});
      }
    });
    for (size_t i = before; i < hits.size(); ++i) last_hit[hits[i].rule] = -1;
    return {};
  }

 private:
  Keywords keywords_;
  AhoCorasick automaton_;
  size_t rules_;
};

}  // namespace

std::unique_ptr<Prefilter> NewPortablePrefilter(const RuleSet& rules) {
  return std::make_unique<PortablePrefilter>(Collect(rules), rules.rules.size());
}

}  // namespace keysteward::detection
