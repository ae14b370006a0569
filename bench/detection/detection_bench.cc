// Speed of detection: a corpus of manifests beside a bare libyaml parse of the same bytes, and the
// core beside Vectorscan with the same patterns over the same texts.
//
//   detection_bench [FOLDER…]      default: tests/data of the source tree, repeated to 8 MB
#include <hs.h>
#include <yaml.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
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

// --- detection alone beside Vectorscan -----------------------------------------------------------

// The texts of some documents, few enough to stay in the processor's cache: in a scan they were
// read a moment ago.
struct Batch {
  std::vector<ManifestFile> files;
  std::deque<LeafList> leaves;     // per document
  std::vector<std::string> texts;  // its texts, joined
  size_t bytes = 0;
};
constexpr size_t kBatchBytes = 128u << 10;

std::deque<Batch> Extract(const std::vector<std::string>& files, NameTable& names) {
  std::deque<Batch> batches(1);
  ManifestReader reader;
  for (const std::string& text : files) {
    Result<ManifestFile> file = reader.Read(text);
    if (!file) continue;
    if (batches.back().bytes > kBatchBytes) batches.emplace_back();
    Batch& batch = batches.back();
    for (const Document& document : file->documents) {
      LeafList& leaves = batch.leaves.emplace_back();
      FieldWalker(leaves, names).WalkObject(*document.root);
      std::string& joined = batch.texts.emplace_back();
      for (size_t i = 0; i < leaves.size(); ++i) joined.append(leaves[i].text) += '\n';
      batch.bytes += joined.size();
    }
    batch.files.push_back(*std::move(file));
  }
  return batches;
}

int IgnoreMatch(unsigned, unsigned long long, unsigned long long, unsigned, void*) { return 0; }

void BenchCore(const std::vector<std::string>& files) {
  const RuleSet rules = BuiltInRules().value();
  const auto search = LeafSearch::Create(rules, false, EmbeddedDatabase()).value();
  const auto scratch = search->NewScratch();
  const Database database = LoadDatabase(EmbeddedDatabase()).value();
  hs_scratch_t* raw_scratch = nullptr;
  if (hs_alloc_scratch(database.get(), &raw_scratch) != HS_SUCCESS) std::abort();
  double raw = 0;
  double copy = 0;
  double core = 0;
  double megabytes = 0;
  for (const Batch& batch : Extract(files, scratch->names)) {
    megabytes += static_cast<double>(batch.bytes) / 1e6;
    raw += Best([&] {
      for (const std::string& text : batch.texts) {
        hs_scan(database.get(), text.data(), static_cast<unsigned>(text.size()), 0, raw_scratch,
                IgnoreMatch, nullptr);
      }
    });
    copy += Best([&] {
      for (const LeafList& leaves : batch.leaves) scratch->leaves = leaves;
    });
    core += Best([&] {
      for (const LeafList& leaves : batch.leaves) {
        scratch->Clear();
        scratch->leaves = leaves;
        search->Search(*scratch);
      }
    });
  }
  hs_free_scratch(raw_scratch);
  core -= copy;
  std::printf(
      "detection core       %7.1f MB/s of %.1f MB in texts   %.2f x Vectorscan alone (%.0f)\n",
      megabytes / core, megabytes, raw / core, megabytes / raw);
}

int Run(const std::vector<std::string>& folders) {
  std::vector<std::string> once = ReadCorpus(folders);
  std::vector<std::string> files;
  while (Bytes(files) < kCorpusBytes) files.insert(files.end(), once.begin(), once.end());
  const double megabytes = static_cast<double>(Bytes(files)) / 1e6;
  std::printf("corpus: %zu files, %.1f MB\n", files.size(), megabytes);

  std::unique_ptr<Engine> engine;
  const double start = Best([&] { engine = Engine::CreateDefault().value_or(nullptr); });
  std::printf("engine ready in %.1f ms\n", start * 1e3);
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
  std::printf("bare libyaml parse   %7.1f MB/s\n", megabytes / parse);
  std::printf("read to tree         %7.1f MB/s   %.2f x libyaml\n", megabytes / read, parse / read);
  std::printf("scan end to end      %7.1f MB/s   %.2f x libyaml   %zu findings\n", megabytes / scan,
              parse / scan, findings);
  BenchCore(files);
  return 0;
}

}  // namespace
}  // namespace keysteward::detection

int main(int argc, char** argv) {
  std::vector<std::string> folders(argv + 1, argv + argc);
  if (folders.empty()) folders = {KEYSTEWARD_SOURCE_DIR "/tests/data"};
  return keysteward::detection::Run(folders);
}
