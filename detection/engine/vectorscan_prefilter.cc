#include <hs.h>

#include "detection/engine/prefilter.h"
#include "detection/engine/vectorscan_database.h"

namespace keysteward::detection {
namespace {

class VectorscanScratch final : public PrefilterScratch {
 public:
  explicit VectorscanScratch(const hs_database_t* database) {
    if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) scratch = nullptr;
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
  VectorscanPrefilter(Database database, size_t rules)
      : database_(std::move(database)), rules_(rules) {}

  std::unique_ptr<PrefilterScratch> NewScratch() const override {
    return std::make_unique<VectorscanScratch>(database_.get());
  }

  Result<void> Find(std::string_view text, PrefilterScratch& scratch,
                    std::vector<Hit>& hits) const override {
    auto& own = static_cast<VectorscanScratch&>(scratch);
    own.last_hit.resize(rules_, -1);
    const size_t before = hits.size();
    Collector collector{hits, own.last_hit};
    const hs_error_t code =
        hs_scan(database_.get(), text.data(), static_cast<unsigned>(text.size()), 0, own.scratch,
                OnMatch, &collector);
    // Few rules have hits: setting those back is quicker than setting all.
    for (size_t i = before; i < hits.size(); ++i) own.last_hit[hits[i].rule] = -1;
    if (code != HS_SUCCESS) {
      return Error::Internal("Vectorscan failed with code " + std::to_string(code));
    }
    return {};
  }

 private:
  Database database_;
  size_t rules_;
};

}  // namespace

Result<std::unique_ptr<Prefilter>> NewVectorscanPrefilter(const RuleSet& rules,
                                                          std::span<const char> serialized) {
  if (hs_valid_platform() != HS_SUCCESS) {
    return Error::Unavailable("this processor cannot run Vectorscan");
  }
  Result<Database> database =
      serialized.empty() ? CompileDatabase(rules) : LoadDatabase(serialized);
  if (!database) return std::move(database).error();
  return std::unique_ptr<Prefilter>(
      std::make_unique<VectorscanPrefilter>(*std::move(database), rules.rules.size()));
}

}  // namespace keysteward::detection
