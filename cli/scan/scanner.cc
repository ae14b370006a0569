#include "cli/scan/scanner.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <thread>
#include <tuple>

#include "cli/scan/input_scan.h"
#include "cli/scan/scanned_secrets.h"

namespace keysteward::cli {
namespace {

// Starting a thread and its buffers takes about as long as judging this many small files.
constexpr size_t kInputsForThread = 16;

// What a thread needs for itself.
struct Tools {
  explicit Tools(const detection::Engine& engine)
      : scratch(engine.NewScratch()), reader({.bytes = kLargestStream}) {}
  std::unique_ptr<detection::Scratch> scratch;
  detection::ManifestReader reader;
};

using Step = std::function<void(InputScan& scan, Tools& tools)>;

// Each scan once; which thread takes which does not matter.
void ForEach(std::vector<InputScan>& scans, std::deque<Tools>& tools, const Step& step) {
  std::atomic<size_t> next = 0;
  const auto work = [&](Tools& own) {
    for (size_t i = next++; i < scans.size(); i = next++) step(scans[i], own);
  };
  std::vector<std::jthread> threads;
  for (size_t i = 1; i < tools.size(); ++i) threads.emplace_back([&, i] { work(tools[i]); });
  work(tools.front());
}

void Collect(std::vector<InputScan>& scans, ScanReport& report) {
  for (InputScan& scan : scans) {
    if (scan.error()) {
      report.errors.push_back(*scan.error());
      std::move(scan.findings().begin(), scan.findings().end(),
                std::back_inserter(report.findings));
      continue;
    }
    ++report.files;
    report.documents += scan.documents();
    report.bytes += scan.bytes();
    report.file_names.push_back(scan.path());
    std::move(scan.findings().begin(), scan.findings().end(), std::back_inserter(report.findings));
  }
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const ScanFinding& a, const ScanFinding& b) {
                     const auto& left = a.judgement.finding.position;
                     const auto& right = b.judgement.finding.position;
                     return std::tie(a.file, left.line, left.column) <
                            std::tie(b.file, right.line, right.column);
                   });
}

}  // namespace

unsigned ChooseThreads(unsigned threads, size_t inputs) {
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  return static_cast<unsigned>(std::clamp<size_t>(inputs / kInputsForThread, 1, threads));
}

ScanReport ScanAll(ScanInputs inputs, const ScanSetting& setting) {
  std::vector<InputScan> scans;
  scans.reserve(inputs.inputs.size());
  for (ScanInput& input : inputs.inputs) {
    scans.emplace_back(std::move(input), inputs.live);
  }
  std::deque<Tools> tools;
  const unsigned threads = ChooseThreads(setting.threads, scans.size());
  for (unsigned i = 0; i < threads; ++i) tools.emplace_back(setting.engine);
  ScannedSecrets secrets(inputs.complete);
  ForEach(scans, tools, [&](InputScan& scan, Tools& own) {
    scan.Read(own.reader);
    scan.JudgeLiterals(setting, *own.scratch, own.reader);
  });
  for (InputScan& scan : scans) secrets.Take(std::move(scan.secrets()));
  const policy::SecretLookup& lookup = setting.secrets == nullptr ? secrets : *setting.secrets;
  ForEach(scans, tools, [&](InputScan& scan, Tools& own) {
    scan.JudgeReferences(setting, lookup, *own.scratch, own.reader);
  });
  ScanReport report;
  report.errors = std::move(inputs.errors);
  report.rules = &setting.engine.rules();
  report.rendered = setting.mapper != nullptr;
  report.now = setting.now;
  Collect(scans, report);
  return report;
}

}  // namespace keysteward::cli
