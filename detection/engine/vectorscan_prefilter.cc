#include <hs.h>

#include <deque>
#include <string>

#include "detection/engine/prefilter.h"

namespace keysteward::detection {
namespace {

struct DatabaseDeleter {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};
using Database = std::unique_ptr<hs_database_t, DatabaseDeleter>;

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

// A long counted repeat costs states and compile time; its first characters are enough to suspect.
// "[a-z]{64}" → "[a-z]{24}", "[a-z]{64}-x" → "[a-z]{24,}-x".
std::string Loosen(std::string_view pattern) {
  constexpr unsigned kEnough = 24;
  std::string loose;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const size_t close = pattern[i] == '{' ? pattern.find('}', i) : std::string_view::npos;
    unsigned least = 0;
    size_t digits = i + 1;
    for (; close != std::string_view::npos && pattern[digits] >= '0' && pattern[digits] <= '9';
         ++digits) {
      least = least * 10 + static_cast<unsigned>(pattern[digits] - '0');
    }
    if (digits == i + 1 || close == std::string_view::npos || least <= kEnough) {
      loose += pattern[i];
      continue;
    }
    loose += close + 1 == pattern.size() ? "{24}" : "{24,}";
    i = close;
  }
  return loose;
}

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
    own.last_hit.assign(rules_, -1);
    Collector collector{hits, own.last_hit};
    const hs_error_t code = hs_scan(database_.get(), text.data(), static_cast<unsigned>(text.size()),
                                    0, own.scratch, OnMatch, &collector);
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

Result<std::unique_ptr<Prefilter>> NewVectorscanPrefilter(const RuleSet& rules) {
  if (hs_valid_platform() != HS_SUCCESS) {
    return Error::Unavailable("this processor cannot run Vectorscan");
  }
  std::deque<std::string> loose;
  std::vector<const char*> patterns;
  std::vector<unsigned> flags;
  std::vector<unsigned> ids;
  for (size_t i = 0; i < rules.rules.size(); ++i) {
    if (rules.rules[i].by_name()) continue;
    loose.push_back(Loosen(rules.rules[i].pattern));
    patterns.push_back(loose.back().c_str());
    flags.push_back(0);
    ids.push_back(static_cast<unsigned>(i));
  }
  hs_platform_info_t any_processor{};  // no feature assumed: the database runs anywhere
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t code = hs_compile_multi(patterns.data(), flags.data(), ids.data(),
                                           static_cast<unsigned>(patterns.size()), HS_MODE_BLOCK,
                                           &any_processor, &database, &error);
  if (code != HS_SUCCESS) {
    std::string message = error->message;
    if (error->expression >= 0) {
      message = "rule " + rules.rules[ids[error->expression]].id + ": " + message;
    }
    hs_free_compile_error(error);
    return Error::InvalidArgument(std::move(message));
  }
  return std::unique_ptr<Prefilter>(
      std::make_unique<VectorscanPrefilter>(Database(database), rules.rules.size()));
}

}  // namespace keysteward::detection
