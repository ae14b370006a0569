// Speed of detection over a corpus of manifests, as ratios to a bare libyaml parse of the same
// bytes and to the prefilter alone.
//
//   detection_bench [FOLDER…]      default: tests/data of the source tree, repeated to 8 MB
#include <yaml.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "detection/engine/engine.h"
#include "detection/reader/manifest_reader.h"
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

// A Deployment of about 14 kB in JSON, as an admission review carries it.
std::string ReviewObject() {
  std::string json =
      R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"api","namespace":"shop"},)"
      R"("spec":{"replicas":3,"template":{"spec":{"containers":[)";
  for (int c = 0; c < 4; ++c) {
    json += (c > 0 ? "," : "") + std::string(R"({"name":"c)") + std::to_string(c) +
            R"(","image":"registry.example.com/shop/api:1.4.2","env":[)";
    for (int e = 0; e < 40; ++e) {
      json += (e > 0 ? "," : "") + std::string(R"({"name":"SETTING_)") + std::to_string(e) +
              R"(","value":"https://service-)" + std::to_string(e) + R"(.shop.svc:8080/v1"})";
    }
    json += "]}";
  }
  return json + "]}}}}";
}

void Percentiles(const char* name, std::vector<double> micros) {
  std::sort(micros.begin(), micros.end());
  std::printf("%-34s p50 %7.1f us   p99 %7.1f us\n", name, micros[micros.size() / 2],
              micros[micros.size() * 99 / 100]);
}

void BenchObject(const Engine& engine, const char* name) {
  const std::string json = ReviewObject();
  ManifestReader reader;
  const auto scratch = engine.NewScratch();
  std::vector<double> micros;
  for (int i = 0; i < 4000; ++i) {
    const double start = CpuNow();
    const Result<ManifestFile> file = reader.ReadJson(json);
    if (!file) std::abort();
    if (!engine.Scan(*file->documents[0].root, *scratch).findings.empty()) std::abort();
    micros.push_back((CpuNow() - start) * 1e6);
  }
  std::printf("object of %zu bytes: ", json.size());
  Percentiles(name, std::move(micros));
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
  std::printf("detection alone      %7.1f MB/s\n", megabytes / (scan - read));
  BenchObject(*engine, "read and scan");
  return 0;
}

}  // namespace
}  // namespace keysteward::detection

int main(int argc, char** argv) {
  std::vector<std::string> folders(argv + 1, argv + argc);
  if (folders.empty()) folders = {KEYSTEWARD_SOURCE_DIR "/tests/data"};
  return keysteward::detection::Run(folders);
}
