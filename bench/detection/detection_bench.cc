// Speed of detection: a corpus of manifests beside a bare libyaml parse of the same bytes, and the
// core beside Vectorscan with the same patterns over the same texts.
//
//   detection_bench [FOLDER…]      default: tests/data/{clean,deny}, repeated to 8 MB
#include <hs.h>
#include <yaml.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "detection/engine/engine.h"
#include "detection/engine/leaf_search.h"
#include "detection/engine/vectorscan_database.h"
#include "detection/fields/field_walker.h"
#include "detection/reader/manifest_reader.h"
#include "detection/rules/rule_table.h"
#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

namespace fs = std::filesystem;

constexpr size_t kCorpusBytes = 8u << 20;
constexpr int kRounds = 5;

std::vector<std::string> ReadCorpus(const std::vector<std::string>& folders) {
  std::vector<std::string> files;
  for (const std::string& folder : folders) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path());
      std::stringstream text;
      text << in.rdbuf();
      files.push_back(RenderSamples(text.str(), files.size()));
    }
  }
  return files;
}

size_t Bytes(const std::vector<std::string>& files) {
  size_t bytes = 0;
  for (const std::string& file : files) bytes += file.size();
  return bytes;
}

// CPU seconds of this thread: other work on the machine does not count.
double CpuNow() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// What reading the clock costs, which is as much as judging a short text.
double ClockCost() {
  double least = 1e9;
  for (int i = 0; i < 1000; ++i) {
    const double start = CpuNow();
    least = std::min(least, CpuNow() - start);
  }
  return least;
}

// The shortest of several runs.
template <typename Work>
double Best(Work work) {
  double best = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const double start = CpuNow();
    work();
    best = std::min(best, CpuNow() - start);
  }
  return best;
}

void ParseOnly(const std::string& text) {
  yaml_parser_t parser;
  yaml_parser_initialize(&parser);
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()),
                               text.size());
  yaml_event_t event;
  yaml_event_type_t type = YAML_NO_EVENT;
  do {
    if (yaml_parser_parse(&parser, &event) == 0) break;
    type = event.type;
    yaml_event_delete(&event);
  } while (type != YAML_STREAM_END_EVENT);
  yaml_parser_delete(&parser);
}

size_t ScanAll(const Engine& engine, Scratch& scratch, ManifestReader& reader,
               const std::vector<std::string>& files) {
  size_t findings = 0;
  for (const std::string& text : files) {
    const Result<ManifestFile> file = reader.Read(text);
    if (!file) continue;
    for (const Document& document : file->documents) {
      findings += engine.Scan(*document.root, scratch).findings.size();
    }
  }
  return findings;
}

// A figure beside its limit, which is a ratio to the peer.
bool Print(const char* name, double megabytes, double seconds, double peer_seconds,
           const char* peer, double limit) {
  const double ratio = peer_seconds / seconds;
  std::printf("%-22s %7.1f MB/s   %.2f x %s   limit %.2f  %s\n", name, megabytes / seconds, ratio,
              peer, limit, ratio >= limit ? "ok" : "missed");
  return ratio >= limit;
}

// --- detection alone beside Vectorscan -----------------------------------------------------------

// The texts of some documents, few enough to stay in the processor's cache: in a scan they were
// read a moment ago.
struct Batch {
  std::vector<ManifestFile> files;
  std::vector<const Node*> roots;
  std::vector<std::string> texts;  // of each document, those inside its texts included; joined
  size_t bytes = 0;
};
constexpr size_t kBatchBytes = 128u << 10;

std::deque<Batch> Extract(const std::vector<std::string>& files, const LeafSearch& search) {
  std::deque<Batch> batches(1);
  ManifestReader reader;
  for (const std::string& text : files) {
    Result<ManifestFile> file = reader.Read(text);
    if (!file) continue;
    if (batches.back().bytes > kBatchBytes) batches.emplace_back();
    Batch& batch = batches.back();
    for (const Document& document : file->documents) {
      const auto scratch = search.NewScratch();  // a new one, which skips no text it has seen
      FieldWalker(scratch->leaves, scratch->names).WalkObject(*document.root);
      search.Extract(*scratch);
      std::string& joined = batch.texts.emplace_back();
      for (size_t i = 0; i < scratch->leaves.size(); ++i) {
        const Leaf& leaf = scratch->leaves[i];
        if (!leaf.slice && !leaf.replaced) joined.append(leaf.text) += '\n';
      }
      batch.bytes += joined.size();
      batch.roots.push_back(document.root);
    }
    batch.files.push_back(*std::move(file));
  }
  return batches;
}

int IgnoreMatch(unsigned, unsigned long long, unsigned long long, unsigned, void*) { return 0; }

// All patterns, those that we look for without an automaton included: the engine knows those by
// their text.
Database AllPatterns(RuleSet rules) {
  for (Rule& rule : rules.rules) rule.pattern = "(?:" + rule.pattern + ")";
  return CompileDatabase(rules).value();
}

// Matching, confirming and judging the texts of documents, beside Vectorscan with the same patterns
// over the same texts. Walking and decoding come before both, so that both find the caches of the
// processor as a scan leaves them; they are measured with the whole scan.
bool BenchCore(const std::vector<std::string>& files) {
  const RuleSet rules = BuiltInRules().value();
  const auto search = LeafSearch::Create(rules, false, EmbeddedDatabase()).value();
  const auto scratch = search->NewScratch();
  const Database database = AllPatterns(rules);
  hs_scratch_t* raw_scratch = nullptr;
  if (hs_alloc_scratch(database.get(), &raw_scratch) != HS_SUCCESS) std::abort();
  double raw = 0;
  double extract = 0;
  double core = 0;
  double megabytes = 0;
  const double reading = ClockCost();
  const auto scan_alone = [&](const std::string& text) {
    hs_scan(database.get(), text.data(), static_cast<unsigned>(text.size()), 0, raw_scratch,
            IgnoreMatch, nullptr);
  };
  for (const Batch& batch : Extract(files, *search)) {
    megabytes += static_cast<double>(batch.bytes) / 1e6;
    double least_raw = 1e9;
    double least_core = 1e9;
    double least_extract = 1e9;
    for (int round = 0; round < 2 * kRounds; ++round) {
      const bool ours = round % 2 == 0;
      double judged = 0;
      double extracted = 0;
      for (size_t i = 0; i < batch.roots.size(); ++i) {
        const double start = CpuNow();
        scratch->Clear();
        FieldWalker(scratch->leaves, scratch->names).WalkObject(*batch.roots[i]);
        search->Extract(*scratch);
        const double middle = CpuNow();
        ours ? (void)search->Judge(*scratch, nullptr) : scan_alone(batch.texts[i]);
        const double end = CpuNow();
        if (ours) search->Remember(*scratch);
        extracted += middle - start - reading;
        judged += end - middle - reading;
      }
      double& least = ours ? least_core : least_raw;
      least = std::min(least, judged);
      least_extract = std::min(least_extract, extracted);
    }
    raw += least_raw;
    core += least_core;
    extract += least_extract;
  }
  hs_free_scratch(raw_scratch);
  std::printf("walk and decode        %7.1f MB/s of texts, %.1f MB\n", megabytes / extract,
              megabytes);
  return Print("match and judge", megabytes, core, raw, "Vectorscan alone", 0.8);
}

// The same files on two threads, each with half of them; wall time.
double ScanOnTwo(const Engine& engine, const std::vector<std::string>& files) {
  const size_t half = files.size() / 2;
  const std::vector<std::string> parts[2] = {{files.begin(), files.begin() + half},
                                             {files.begin() + half, files.end()}};
  double best = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    {
      std::vector<std::jthread> threads;
      for (const std::vector<std::string>& part : parts) {
        threads.emplace_back([&engine, &part] {
          ManifestReader reader;
          const auto scratch = engine.NewScratch();
          ScanAll(engine, *scratch, reader, part);
        });
      }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count());
  }
  return best;
}

int Run(const std::vector<std::string>& folders) {
  const std::vector<std::string> once = ReadCorpus(folders);
  std::vector<std::string> files;
  while (Bytes(files) < kCorpusBytes) files.insert(files.end(), once.begin(), once.end());
  const double megabytes = static_cast<double>(Bytes(files)) / 1e6;
  std::printf("corpus: %zu files, %.1f MB\n", files.size(), megabytes);

  std::unique_ptr<Engine> engine;
  const double start = Best([&] { engine = Engine::CreateDefault().value_or(nullptr); });
  constexpr double kLongestStart = 0.010;
  std::printf("engine ready in %.1f ms   limit %.0f  %s\n", start * 1e3, kLongestStart * 1e3,
              start <= kLongestStart ? "ok" : "missed");
  const double parse = Best([&] {
    for (const std::string& text : files) ParseOnly(text);
  });
  ManifestReader reader;
  const double read = Best([&] {
    for (const std::string& text : files) (void)reader.Read(text);
  });
  const auto scratch = engine->NewScratch();
  size_t findings = 0;
  const double scan = Best([&] { findings = ScanAll(*engine, *scratch, reader, files); });
  std::printf("bare libyaml parse     %7.1f MB/s\n", megabytes / parse);
  bool ok = start <= kLongestStart;
  ok &= Print("read to tree", megabytes, read, parse, "libyaml", 1);
  ok &= Print("scan end to end", megabytes, scan, parse, "libyaml", 1);
  Print("scan on two threads", megabytes, ScanOnTwo(*engine, files), scan, "one thread", 1.85);
  ok &= BenchCore(files);
  std::printf("%zu findings\n", findings);
  return ok ? 0 : 1;
}

}  // namespace
}  // namespace keysteward::detection

int main(int argc, char** argv) {
  std::vector<std::string> folders(argv + 1, argv + argc);
  if (folders.empty()) {
    folders = {KEYSTEWARD_SOURCE_DIR "/tests/data/clean", KEYSTEWARD_SOURCE_DIR "/tests/data/deny"};
  }
  return keysteward::detection::Run(folders);
}
