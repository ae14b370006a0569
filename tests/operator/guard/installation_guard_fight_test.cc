// The guard beside others who write the registration: upgrades, tools, the API server itself.
#include "tests/operator/guard/installation_guard_fixture.h"

namespace keysteward::op {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;  // NOLINT: test durations

TEST_F(InstallationGuardTest, FieldsThatWerePutBackAreNobodysSoThatHelmMeetsNoConflict) {
  Change(kValidatingConfigurations, kName, "/webhooks/0/failurePolicy", "Fail");
  Remove(kMutatingConfigurations, kName);
  Watch(15s);
  for (const api::Resource& resource : {kValidatingConfigurations, kMutatingConfigurations}) {
    json declared = StandingObject(resource, kName, WantedRegistration());
    for (json& webhook : declared["webhooks"]) webhook["timeoutSeconds"] = 7;
    const auto applied = server.Patch(resource, {"", kName}, kube::PatchType::kApply, declared,
                                      {.field_manager = "helm"}, {});
    // What Helm itself wrote by an update at first is the fixture's doing.
    const std::string why = applied ? "" : applied.error().message;
    EXPECT_THAT(why, testing::Not(HasSubstr("keysteward-restore")));
  }
}

TEST_F(InstallationGuardTest, ADeclarationOfWrongTypesIsNoDangerToTheOperator) {
  const std::vector<json> wrong = {
      nullptr, 7, "text", json::array({"text"}), json::array({nullptr}), json::object()};
  const char* pointers[] = {"",
                            "/metadata",
                            "/metadata/name",
                            "/metadata/labels",
                            "/webhooks",
                            "/webhooks/0",
                            "/webhooks/0/name",
                            "/webhooks/0/clientConfig",
                            "/webhooks/0/clientConfig/service",
                            "/webhooks/0/clientConfig/service/port",
                            "/webhooks/0/rules",
                            "/webhooks/0/rules/0",
                            "/webhooks/0/rules/0/scope",
                            "/webhooks/0/timeoutSeconds",
                            "/spec",
                            "/spec/selector",
                            "/spec/ports",
                            "/spec/ports/0",
                            "/spec/ports/0/port",
                            "/spec/type"};
  for (const char* pointer : pointers) {
    for (const json& value : wrong) {
      json map = Get(kConfigMaps, "keysteward-wanted");
      for (const char* entry : {"validating", "service"}) {
        json object = std::string(entry) == "service" ? WantedService() : WantedRegistration();
        object[json::json_pointer(pointer)] = value;
        map["data"][entry] = object.dump();
      }
      ASSERT_TRUE(server.Update(kConfigMaps, map, {}, {}));
      Watch(6s);
    }
  }
  for (const kube::Event& event : events) EXPECT_FALSE(event.regarding.name.empty());
}

TEST_F(InstallationGuardTest, AnUpgradeWinsInWhateverOrderItWrites) {
  json declared = WantedRegistration();
  declared["webhooks"][0]["failurePolicy"] = "Fail";
  // The registration first, the declaration 4 s later.
  Change(kValidatingConfigurations, kName, "/webhooks/0/failurePolicy", "Fail");
  Watch(4s);
  Change(kConfigMaps, "keysteward-wanted", "/data/validating", declared.dump());
  Watch(60s);
  // And the other way round.
  Change(kConfigMaps, "keysteward-wanted", "/data/validating", WantedRegistration().dump());
  Watch(4s);
  Change(kValidatingConfigurations, kName, "/webhooks/0/failurePolicy", "Ignore");
  const int64_t before = server.revision();
  Watch(60s);
  EXPECT_EQ(server.revision(), before);
  EXPECT_THAT(events, IsEmpty());
}

// An API server that adds a selector of its own to every registration that is written, as managed
// clusters do.
class Enforcer final : public kube::Client {
 public:
  using Json = nlohmann::json;
  explicit Enforcer(kube::Client& server) : server_(server) {}

  Result<Json> Get(const kube::Resource& resource, const kube::ObjectKey& key,
                   const kube::Call& call) override {
    return server_.Get(resource, key, call);
  }
  Result<kube::ObjectList> List(const kube::Resource& resource, const kube::ListOptions& options,
                                const kube::Call& call) override {
    return server_.List(resource, options, call);
  }
  Result<Json> Create(const kube::Resource& resource, const Json& object,
                      const kube::WriteOptions& options, const kube::Call& call) override {
    return server_.Create(resource, Enforced(object), options, call);
  }
  Result<Json> Update(const kube::Resource& resource, const Json& object,
                      const kube::WriteOptions& options, const kube::Call& call) override {
    return server_.Update(resource, Enforced(object), options, call);
  }
  Result<Json> Patch(const kube::Resource& resource, const kube::ObjectKey& key,
                     kube::PatchType type, const Json& patch, const kube::PatchOptions& options,
                     const kube::Call& call) override {
    return server_.Patch(resource, key, type, Enforced(patch), options, call);
  }
  Result<void> Delete(const kube::Resource& resource, const kube::ObjectKey& key,
                      const kube::DeleteOptions& options, const kube::Call& call) override {
    return server_.Delete(resource, key, options, call);
  }
  Result<void> Watch(const kube::Resource& resource, const kube::WatchOptions& options,
                     const kube::WatchSink& sink, std::stop_token stop) override {
    return server_.Watch(resource, options, sink, std::move(stop));
  }
  Result<std::string> GetRaw(std::string_view path, const kube::Call& call) override {
    return server_.GetRaw(path, call);
  }

 private:
  static Json Enforced(Json object) {
    if (!object.contains("webhooks")) return object;
    for (Json& webhook : object["webhooks"]) {
      webhook["namespaceSelector"]["matchLabels"]["control-plane"] = "no";
    }
    return object;
  }
  kube::Client& server_;
};

TEST_F(InstallationGuardTest, WhatTheApiServerChangesItselfIsPutBackOnceAndNoFightBegins) {
  Enforcer enforcer(server);
  const kube::Runtime managed{enforcer, clock, random, log, metrics};
  InstallationGuard there{managed, {.namespace_name = kOurs}, true, record};
  const auto watch = [&](int looks) {
    for (int i = 0; i < looks; ++i) clock.Advance(there.Look({}));
  };
  Remove(kValidatingConfigurations, kName);
  watch(100);
  ASSERT_THAT(Reasons(), ElementsAre("RegistrationRestored"));
  EXPECT_THAT(events[0].note, HasSubstr("of which the API server changed: webhook "
                                        "pods.keysteward.dev: namespaceSelector"));
  EXPECT_EQ(Difference("validating"), 0);
  Change(kValidatingConfigurations, kName, "/webhooks/0/failurePolicy", "Fail");
  watch(100);
  EXPECT_EQ(events.size(), 2u) << "what somebody else changes is put back all the same";
  EXPECT_EQ(Get(kValidatingConfigurations, kName)["webhooks"][0]["failurePolicy"], "Ignore");
}

TEST_F(InstallationGuardTest, AFightIsNeverAHotLoop) {
  int changes = 0;
  for (const MonoTime end = clock.MonoNow() + 30min; clock.MonoNow() < end;) {
    if (Get(kValidatingConfigurations, kName)["webhooks"][0]["failurePolicy"] == "Ignore") {
      Change(kValidatingConfigurations, kName, "/webhooks/0/failurePolicy", "Fail");
      ++changes;
    }
    clock.Advance(guard.Look({}));
  }
  EXPECT_GT(changes, 5);
  EXPECT_LT(changes, 18);
}

TEST_F(InstallationGuardTest, WhatTheServerRefusesIsToldOnceAndTriedAgainLessAndLess) {
  server.OnCall([](const kube::CallRecord& call, kube::CallPhase phase) -> Result<void> {
    if (phase == kube::CallPhase::kBefore && call.verb == "create") {
      return Error::PermissionDenied("may not create");
    }
    return {};
  });
  Remove(kValidatingConfigurations, kName);
  server.ForgetCalls();
  Watch(30min);
  const size_t tries =
      server.CallCount("create", "validatingwebhookconfigurations.admissionregistration.k8s.io");
  EXPECT_GT(tries, 5u);
  EXPECT_LT(tries, 18u);
  ASSERT_THAT(Reasons(), ElementsAre("RegistrationChanged"));
  EXPECT_THAT(events[0].note, HasSubstr("cannot be put back: may not create"));
  EXPECT_EQ(metrics.Value(kRegistrationsRestored, {{"object", "validating"}, {"result", "error"}}),
            static_cast<double>(tries));
}

}  // namespace
}  // namespace keysteward::op
