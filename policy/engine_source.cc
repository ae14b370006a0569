#include "policy/engine_source.h"

#include <utility>

#include "policy/custom_rules.h"

namespace keysteward::policy {

using detection::Engine;
using detection::Rule;

namespace {

constexpr Duration kLongWait = std::chrono::hours(1);

}  // namespace

EngineSource::EngineSource(std::shared_ptr<const Engine> built_in, const Clock& clock,
                           detection::EngineOptions options)
    : built_in_(std::move(built_in)), clock_(clock), options_(options), current_(built_in_) {}

std::shared_ptr<const Engine> EngineSource::Current() const {
  MutexLock lock(mutex_);
  return current_;
}

void EngineSource::Want(std::vector<Rule> rules) {
  {
    MutexLock lock(mutex_);
    // What every process starts with.
    if (rules.empty() && !wanted_ && current_ == built_in_) return;
    wanted_ = std::move(rules);
  }
  wanted_changed_.notify_all();
}

std::optional<std::vector<Rule>> EngineSource::TakeWanted() {
  MutexLock lock(mutex_);
  return std::exchange(wanted_, std::nullopt);
}

bool EngineSource::Build(const Report& report) {
  std::optional<std::vector<Rule>> rules = TakeWanted();
  if (!rules) return false;
  Built built;
  std::vector<Rule> good;
  for (Rule& rule : *rules) {
    std::string problem = ProblemOf(rule);
    if (problem.empty()) {
      good.push_back(std::move(rule));
    } else {
      built.refused.push_back({rule.scope, rule.id, std::move(problem)});
    }
  }
  built.used = good.size();
  std::shared_ptr<const Engine> engine = built_in_;
  if (!good.empty()) {
    Result<std::unique_ptr<Engine>> made = Engine::CreateDefault(options_, std::move(good));
    if (made) {
      engine = *std::move(made);
    } else {
      built.used = 0;
      built.failure = made.error().message;
    }
  }
  if (built.failure.empty()) {
    MutexLock lock(mutex_);
    current_.swap(engine);
  }
  report(built);
  return true;
}

void EngineSource::Run(const std::stop_token& stop, const Report& report) {
  while (!stop.stop_requested()) {
    if (Build(report)) continue;
    MutexLock lock(mutex_);
    if (wanted_) continue;
    clock_.WaitUntil(wanted_changed_, mutex_, stop, clock_.MonoNow() + kLongWait);
  }
}

}  // namespace keysteward::policy
