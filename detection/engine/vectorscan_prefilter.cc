#include <hs.h>

#include <algorithm>

#include "detection/engine/prefilter.h"
#include "detection/engine/user_info.h"
#include "detection/engine/vectorscan_database.h"

namespace keysteward::detection {
namespace {

class VectorscanScratch final : public PrefilterScratch {
 public:
  // One is enough for all, of the size of the largest.
  explicit VectorscanScratch(const std::vector<Database>& databases) {
    for (const Database& database : databases) {
      if (hs_alloc_scratch(database.get(), &scratch) != HS_SUCCESS) return;
    }
  }
  VectorscanScratch(const VectorscanScratch&) = delete;
  VectorscanScratch& operator=(const VectorscanScratch&) = delete;
  ~VectorscanScratch() override { hs_free_scratch(scratch); }

  hs_scratch_t* scratch = nullptr;
  std::vector<int64_t> last_hit;  // per rule: index of its newest hit, -1 for none
};

// Only the end of a match is known, so that no pattern is too large; rules match less than this.
constexpr size_t kReach = 512;

struct Collector {
  std::vector<Hit>& hits;
  std::vector<int64_t>& last_hit;
};

int OnMatch(unsigned id, unsigned long long, unsigned long long to, unsigned, void* context) {
  auto& collector = *static_cast<Collector*>(context);
  const size_t end = to;
  const size_t begin = end > kReach ? end - kReach : 0;
  const int64_t last = collector.last_hit[id];
  if (last >= 0 && begin <= collector.hits[last].end) {
    collector.hits[last].end = end;
    return 0;
  }
  collector.last_hit[id] = static_cast<int64_t>(collector.hits.size());
  collector.hits.push_back({id, begin, end});
  return 0;
}

class VectorscanPrefilter final : public Prefilter {
 public:
  VectorscanPrefilter(std::vector<Database> databases, const RuleSet& set)
      : databases_(std::move(databases)), rules_(set.rules.size()) {
    for (size_t i = 0; i < set.rules.size(); ++i) {
      if (IsForUserInfo(set.rules[i].pattern)) with_user_info_.push_back(i);
    }
  }

  std::unique_ptr<PrefilterScratch> NewScratch() const override {
    return std::make_unique<VectorscanScratch>(databases_);
  }

  Result<void> Find(std::string_view text, PrefilterScratch& scratch,
                    std::vector<Hit>& hits) const override {
    auto& own = static_cast<VectorscanScratch&>(scratch);
    own.last_hit.resize(rules_, -1);
    const size_t before = hits.size();
    Collector collector{hits, own.last_hit};
    hs_error_t code = HS_SUCCESS;
    for (const Database& database : databases_) {
      code = hs_scan(database.get(), text.data(), static_cast<unsigned>(text.size()), 0,
                     own.scratch, OnMatch, &collector);
      if (code != HS_SUCCESS) break;
    }
    // Few rules have hits: setting those back is quicker than setting all.
    for (size_t i = before; i < hits.size(); ++i) own.last_hit[hits[i].rule] = -1;
    if (code != HS_SUCCESS) {
      return Error::Internal("Vectorscan failed with code " + std::to_string(code));
    }
    AddUserInfos(text, hits);
    return {};
  }

 private:
  void AddUserInfos(std::string_view text, std::vector<Hit>& hits) const {
    if (with_user_info_.empty()) return;
    for (UserInfo found = FindUserInfo(text, 0); found.begin != std::string_view::npos;
         found = FindUserInfo(text, found.at + 1)) {
      const size_t end = std::min(text.size(), found.at + 2);  // the host's first character as well
      for (const uint32_t rule : with_user_info_) hits.push_back({rule, found.begin, end});
    }
  }

  std::vector<Database> databases_;  // of different rules
  size_t rules_;
  std::vector<uint32_t> with_user_info_;  // rules that are in no database
};

}  // namespace

Result<std::unique_ptr<Prefilter>> NewVectorscanPrefilter(const RuleSet& rules,
                                                          std::span<const char> serialized) {
  if (hs_valid_platform() != HS_SUCCESS) {
    return Error::Unavailable("this processor cannot run Vectorscan");
  }
  std::vector<Database> databases;
  if (!serialized.empty()) {
    KS_ASSIGN_OR_RETURN(databases.emplace_back(), LoadDatabase(serialized));
  }
  const Share rest = serialized.empty() ? Share::kAll : Share::kScoped;
  if (HasPatterns(rules, rest)) {
    KS_ASSIGN_OR_RETURN(databases.emplace_back(), CompileDatabase(rules, rest));
  }
  return std::unique_ptr<Prefilter>(
      std::make_unique<VectorscanPrefilter>(std::move(databases), rules));
}

}  // namespace keysteward::detection
