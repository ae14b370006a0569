// EngineSource: the engine to judge with, while the custom rules of policies come and go.
//
// Want says which custom rules count from now on and returns at once; Run builds an engine of the
// built-in rules and those, and swaps it in. Until then the last good engine answers. A rule that
// is no good is left out and reported; an engine that cannot be built leaves the last one in place.
// Thread-safe; Run and Build on one thread.
//
//   source.Want(rules);                    // whenever a policy changed
//   const auto engine = source.Current();  // keep it while a review is judged
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/mutex.h"
#include "detection/engine/engine.h"

namespace keysteward::policy {

class EngineSource {
 public:
  struct Built {
    struct Refused {
      std::string policy;
      std::string rule;
      std::string problem;
    };
    size_t used = 0;  // custom rules that count from now on
    std::vector<Refused> refused;
    std::string failure;  // why the engine before is still in place; empty: it is not
  };
  using Report = std::function<void(const Built&)>;

  EngineSource(std::shared_ptr<const detection::Engine> built_in, const Clock& clock,
               detection::EngineOptions options = {});

  std::shared_ptr<const detection::Engine> Current() const;
  void Want(std::vector<detection::Rule> rules);
  // Builds whatever is wanted, until stopped.
  void Run(const std::stop_token& stop, const Report& report);
  // One turn of Run: false when nothing new is wanted.
  bool Build(const Report& report);

 private:
  std::optional<std::vector<detection::Rule>> TakeWanted();

  const std::shared_ptr<const detection::Engine> built_in_;
  const Clock& clock_;
  const detection::EngineOptions options_;
  mutable Mutex mutex_;
  CondVar wanted_changed_;
  std::shared_ptr<const detection::Engine> current_ GUARDED_BY(mutex_);
  std::optional<std::vector<detection::Rule>> wanted_ GUARDED_BY(mutex_);
};

}  // namespace keysteward::policy
