// InformerTest: an informer of Secrets over a collection of the test, and what its handlers heard.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/core/secret_types.h"
#include "kube/cache/informer.h"
#include "tests/fakes/eventually.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_logger.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/fakes/fake_random.h"
#include "tests/fakes/watched_collection.h"

namespace keysteward::kube {

inline nlohmann::json SecretJson(const std::string& name, const std::string& type = "Opaque") {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"metadata", {{"namespace", "payments"}, {"name", name}, {"uid", "uid-" + name}}},
          {"type", type}};
}

class InformerTest : public ::testing::Test {
 protected:
  // Every change as "add a", "update a", "delete a", with "*" when it was in the first listing.
  void Record(Informer<api::core::Secret>& informer) {
    informer.AddEventHandler(
        [this](const Store<api::core::Secret>::Change& change, bool first_listing) {
          const std::string verb = !change.before ? "add " : change.after ? "update " : "delete ";
          const auto& object = change.after ? change.after : change.before;
          MutexLock lock(mutex_);
          heard_.push_back(verb + object->metadata.name + (first_listing ? "*" : ""));
        });
  }
  std::vector<std::string> Heard() {
    MutexLock lock(mutex_);
    return heard_;
  }
  bool Hears(const std::vector<std::string>& expected) {
    return Eventually([&] {
      clock_.Advance(std::chrono::seconds(1));  // past any back-off
      return Heard() == expected;
    });
  }
  void StartAndSync(InformerBase& informer) {
    informer.Start();
    ASSERT_TRUE(Eventually([&] {
      clock_.Advance(std::chrono::seconds(1));
      return informer.HasSynced();
    }));
  }

  FakeClock clock_;
  FakeRandom random_;
  FakeLogger log_;
  FakeMetrics metrics_;
  ScriptedClient client_;
  WatchedCollection server_{client_};
  const Runtime runtime_{client_, clock_, random_, log_, metrics_};
  Mutex mutex_;
  std::vector<std::string> heard_ GUARDED_BY(mutex_);
};

}  // namespace keysteward::kube
