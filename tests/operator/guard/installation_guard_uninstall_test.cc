// An uninstall wins, in whatever order it deletes.
#include "tests/operator/guard/installation_guard_fixture.h"

namespace keysteward::op {
namespace {

using nlohmann::json;
using testing::IsEmpty;
using namespace std::chrono_literals;  // NOLINT: test durations

// The parts of a release, in the order that the chart renders them.
struct Part {
  const api::Resource* resource;
  const char* name;
};
const std::vector<Part>& Release() {
  static constexpr api::Resource kRoles{"rbac.authorization.k8s.io", "v1", "clusterroles",
                                        "ClusterRole", false};
  static const std::vector<Part> parts = {
      {&api::KindOf<api::core::ConfigMap>::resource, "keysteward-wanted"},
      {&kRoles, "keysteward-operator"},
      {&kServices, "keysteward-webhook"},
      {&api::KindOf<api::core::Deployment>::resource, "keysteward-operator"},
      {&kMutatingConfigurations, kName},
      {&kValidatingConfigurations, kName}};
  return parts;
}

TEST_F(InstallationGuardTest, AnUninstallWinsInWhateverOrderItDeletesEvenIfThisOperatorLivesOn) {
  std::vector<Part> order = Release();
  std::sort(order.begin(), order.end(),
            [](const Part& a, const Part& b) { return std::less<>()(a.resource, b.resource); });
  int orders = 0;
  do {
    FakeRandom other_random;
    kube::FakeApiServer other{clock, other_random};
    for (const Part& part : order) {
      const json object = std::string_view(part.name) == "keysteward-wanted"
                              ? WantedConfigMap()
                              : StandingObject(*part.resource, part.name, WantedRegistration());
      ASSERT_TRUE(other.Create(*part.resource, object, {}, {}));
    }
    ASSERT_TRUE(other.Create(kNamespaces, StandingObject(kNamespaces, kOurs), {}, {}));
    const kube::Runtime there{other, clock, other_random, log, metrics};
    InstallationGuard uninstalled{there, {.namespace_name = kOurs}, true, record};
    uninstalled.Look({});
    for (const Part& part : order) {
      const std::string space = part.resource->namespaced ? kOurs : "";
      // The garbage collector may have been faster.
      const auto deleted = other.Delete(*part.resource, {space, part.name}, {}, {});
      ASSERT_TRUE(deleted || deleted.error().code == ErrorCode::kNotFound);
      clock.Advance(std::min<Duration>(900ms, uninstalled.Look({})));
    }
    for (int i = 0; i < 6; ++i) clock.Advance(uninstalled.Look({}));
    ASSERT_FALSE(other.Get(kValidatingConfigurations, {"", kName}, {})) << orders;
    ASSERT_FALSE(other.Get(kMutatingConfigurations, {"", kName}, {})) << orders;
    ++orders;
  } while (std::next_permutation(order.begin(), order.end(), [](const Part& a, const Part& b) {
    return std::less<>()(a.resource, b.resource);
  }));
  EXPECT_EQ(orders, 720);
  EXPECT_THAT(Reasons(), testing::Not(testing::Contains("RegistrationRestored")));
}

TEST_F(InstallationGuardTest, AnUninstallThatTakesItsTimeWinsBecauseTheClusterRoleIsTheOwner) {
  Remove(kValidatingConfigurations, kName);
  Watch(20s);
  ASSERT_TRUE(Registered()) << "nothing else goes yet";
  Remove(kDeployments, "keysteward-operator");
  Remove(kConfigMaps, "keysteward-wanted");
  Remove(kClusterRoles, "keysteward-operator");
  EXPECT_FALSE(Registered()) << "the garbage collector sees to it, without this operator";
}

TEST_F(InstallationGuardTest, NothingIsMadeAgainWhileAnyPartOfTheReleaseIsGoing) {
  const Part parts[] = {{&kConfigMaps, "keysteward-wanted"},
                        {&kDeployments, "keysteward-operator"},
                        {&kClusterRoles, "keysteward-operator"}};
  for (const Part& part : parts) {
    Change(*part.resource, part.name, "/metadata/finalizers", {"example.com/hold"});
    Remove(*part.resource, part.name);
    Remove(kValidatingConfigurations, kName);
    Watch(60s);
    EXPECT_FALSE(Registered()) << part.name;
    Change(*part.resource, part.name, "/metadata/finalizers", json::array());
    Make(*part.resource, part.resource == &kConfigMaps ? WantedConfigMap()
                                                       : StandingObject(*part.resource, part.name));
    Make(kValidatingConfigurations,
         StandingObject(kValidatingConfigurations, kName, WantedRegistration()));
    Watch(10s);
  }
  EXPECT_THAT(Reasons(), testing::Not(testing::Contains("RegistrationRestored")));
}

TEST_F(InstallationGuardTest, NothingIsMadeAgainInANamespaceThatIsGoing) {
  Remove(kValidatingConfigurations, kName);
  json space = Get(kNamespaces, kOurs);
  server.OnCall([&](const kube::CallRecord& call, kube::CallPhase phase) -> Result<void> {
    if (phase == kube::CallPhase::kBefore && call.verb == "get" && call.resource == "namespaces") {
      return Error::NotFound("namespaces \"keysteward-system\" not found");
    }
    return {};
  });
  Watch(60s);
  EXPECT_FALSE(Registered());
  EXPECT_EQ(log.Count("registration left alone"), 1) << "told once";
  EXPECT_EQ(Difference("validating"), 1);
  EXPECT_THAT(events, IsEmpty());
}

}  // namespace
}  // namespace keysteward::op
