// An uninstall wins, in whatever order it deletes.
#include "tests/operator/guard/installation_guard_fixture.h"

namespace keysteward::op {
namespace {

using nlohmann::json;
using testing::IsEmpty;
using namespace std::chrono_literals;  // NOLINT: test durations

// A part of a release that the guard looks at.
struct Part {
  const api::Resource* resource;
  const char* name;

  friend bool operator<(const Part& a, const Part& b) {
    return std::less<>()(a.resource, b.resource);
  }
};

class UninstallOrderTest : public InstallationGuardTest {
 protected:
  UninstallOrderTest() { std::sort(order.begin(), order.end()); }

  // Installs a release anew and deletes it part by part; the operator looks all the while.
  void Uninstall(Duration between) {
    FakeRandom other_random;
    kube::FakeApiServer other{clock, other_random};
    ASSERT_TRUE(other.Create(kNamespaces, StandingObject(kNamespaces, kOurs), {}, {}));
    for (const Part& part : order) {
      const json object = part.resource == &kConfigMaps
                              ? WantedConfigMap()
                              : StandingObject(*part.resource, part.name, WantedRegistration());
      ASSERT_TRUE(other.Create(*part.resource, object, {}, {}));
    }
    const kube::Runtime there{other, clock, other_random, log, metrics};
    InstallationGuard survivor{there, {.namespace_name = kOurs}, true, record};
    const auto watch = [&](Duration time) {
      for (const MonoTime end = clock.MonoNow() + time; clock.MonoNow() < end;) {
        clock.Advance(std::min<Duration>(survivor.Look({}), end - clock.MonoNow()));
      }
    };
    watch(1s);
    for (const Part& part : order) {
      const std::string space = part.resource->namespaced ? kOurs : "";
      // The garbage collector may have been faster.
      const auto deleted = other.Delete(*part.resource, {space, part.name}, {}, {});
      ASSERT_TRUE(deleted || deleted.error().code == ErrorCode::kNotFound);
      watch(between);
    }
    watch(15s);
    for (const api::Resource& resource : {kValidatingConfigurations, kMutatingConfigurations}) {
      ASSERT_FALSE(other.Get(resource, {"", kName}, {}));
    }
  }
  int InEveryOrder(Duration between) {
    int orders = 0;
    do {
      Uninstall(between);
      ++orders;
    } while (!HasFatalFailure() && std::next_permutation(order.begin(), order.end()));
    return orders;
  }

  std::vector<Part> order = {{&kConfigMaps, "keysteward-wanted"},
                             {&kClusterRoles, "keysteward-operator"},
                             {&kDeployments, "keysteward-operator"},
                             {&kMutatingConfigurations, kName},
                             {&kValidatingConfigurations, kName}};
};

TEST_F(UninstallOrderTest, AnUninstallWinsInWhateverOrderItDeletesAlthoughThisOperatorLivesOn) {
  EXPECT_EQ(InEveryOrder(900ms), 120);
  EXPECT_THAT(Reasons(), testing::Not(testing::Contains("RegistrationRestored")));
}

TEST_F(UninstallOrderTest, OneThatTakesItsTimeWinsBecauseTheClusterRoleIsTheOwner) {
  EXPECT_EQ(InEveryOrder(20s), 120);
  EXPECT_THAT(Reasons(), testing::Contains("RegistrationRestored")) << "while the rest stood";
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
