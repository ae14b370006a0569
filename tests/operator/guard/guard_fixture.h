// GuardFixture: a cluster in which the release stands as the chart made it, a clock, and what was
// told.
//
//   class InstallationGuardTest : public GuardFixture {};
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "api/core/config_map_types.h"
#include "api/core/namespace_types.h"
#include "api/core/workload_types.h"
#include "kube/events/event.h"
#include "kube/runtime.h"
#include "observability/metric_names.h"
#include "operator/guard/reasons.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_logger.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/fakes/fake_random.h"
#include "tests/operator/guard/wanted_objects.h"

namespace keysteward::op {

class GuardFixture : public testing::Test {
 protected:
  static constexpr const api::Resource& kConfigMaps = api::KindOf<api::core::ConfigMap>::resource;
  static constexpr const api::Resource& kDeployments = api::KindOf<api::core::Deployment>::resource;
  static constexpr const api::Resource& kNamespaces = api::KindOf<api::core::Namespace>::resource;
  static constexpr api::Resource kClusterRoles{"rbac.authorization.k8s.io", "v1", "clusterroles",
                                               "ClusterRole", false};

  GuardFixture() {
    Make(kNamespaces, StandingObject(kNamespaces, kOurs));
    Make(kConfigMaps, WantedConfigMap());
    Make(kDeployments, StandingObject(kDeployments, "keysteward-operator"));
    Make(kClusterRoles, StandingObject(kClusterRoles, "keysteward-operator"));
    Make(kServices, StandingObject(kServices, "keysteward-webhook", WantedService()));
    for (const api::Resource& resource : {kValidatingConfigurations, kMutatingConfigurations}) {
      Make(resource, StandingObject(resource, "keysteward", WantedRegistration()));
    }
  }

  void Make(const api::Resource& resource, const nlohmann::json& object) {
    const auto made = server.Create(resource, object, {.field_manager = "helm"}, {});
    ASSERT_TRUE(made) << made.error().ToString();
  }
  void Remove(const api::Resource& resource, const std::string& name) {
    ASSERT_TRUE(server.Delete(resource, {resource.namespaced ? kOurs : "", name}, {}, {}));
  }
  // Null when it is not there.
  nlohmann::json Get(const api::Resource& resource, const std::string& name) {
    return server.Get(resource, {resource.namespaced ? kOurs : "", name}, {})
        .value_or(nlohmann::json());
  }
  void Change(const api::Resource& resource, const std::string& name, const char* pointer,
              const nlohmann::json& value) {
    nlohmann::json object = Get(resource, name);
    object[nlohmann::json::json_pointer(pointer)] = value;
    const auto done = server.Update(resource, object, {.field_manager = "mallory"}, {});
    ASSERT_TRUE(done) << done.error().ToString();
  }
  std::vector<std::string> Reasons() const {
    std::vector<std::string> reasons;
    for (const kube::Event& event : events) reasons.push_back(event.reason);
    return reasons;
  }

  FakeClock clock;
  FakeRandom random;
  FakeMetrics metrics;
  FakeLogger log;
  kube::FakeApiServer server{clock, random};
  const kube::Runtime runtime{server, clock, random, log, metrics};
  std::vector<kube::Event> events;
  const RecordEvent record = [this](kube::Event event) { events.push_back(std::move(event)); };
};

}  // namespace keysteward::op
