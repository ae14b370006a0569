#include "tests/conformance/api_server/server_under_test.h"

#include <cstdlib>

#include "kube/config/connection.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_metrics.h"

namespace keysteward::kube {

using nlohmann::json;

namespace {

class FakeServer final : public ServerUnderTest {
 public:
  Client& client() override { return server_; }
  std::string ForgottenVersion() override {
    server_.Compact();
    return "1";
  }

 private:
  SystemClock clock_;
  SystemRandom random_;
  FakeApiServer server_{clock_, random_, {.strict_namespaces = true}};
};

class RealServer final : public ServerUnderTest {
 public:
  Client& client() override { return connection_->client(); }
  // Before our kinds were installed, which is when its watch cache of them begins.
  std::string ForgottenVersion() override { return "1"; }

  Result<void> Connect(const std::string& kubeconfig) {
    const Environment none = [](const std::string&) { return std::string(); };
    KS_ASSIGN_OR_RETURN(RestConfig config,
                        LoadKubeconfig({.kubeconfig = kubeconfig}, none, clock_));
    KS_ASSIGN_OR_RETURN(connection_, Connection::Create(std::move(config), clock_, metrics_,
                                                        {.user_agent = "keysteward-conformance",
                                                         .requests_per_second = 500,
                                                         .burst = 500}));
    const Result<std::string> ready = client().GetRaw("/readyz", {});
    return ready ? Result<void>() : ready.error();
  }

 private:
  SystemClock clock_;
  FakeMetrics metrics_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace

std::unique_ptr<ServerUnderTest> ServerUnderTest::Create(ServerKind kind, std::string& why) {
  if (kind == ServerKind::kFake) return std::make_unique<FakeServer>();
  const char* kubeconfig = std::getenv("KEYSTEWARD_TEST_KUBECONFIG");
  if (kubeconfig == nullptr) {
    why = "KEYSTEWARD_TEST_KUBECONFIG is not set";
    return nullptr;
  }
  auto server = std::make_unique<RealServer>();
  if (const Result<void> connected = server->Connect(kubeconfig); !connected) {
    ADD_FAILURE() << "the real server cannot be used: " << connected.error().ToString();
    return nullptr;
  }
  return server;
}

std::string NameOfServer(const testing::TestParamInfo<ServerKind>& info) {
  return info.param == ServerKind::kFake ? "Fake" : "Real";
}

json Identity(const Resource& resource, const std::string& name) {
  return {{"apiVersion", resource.api_version()},
          {"kind", resource.kind},
          {"metadata", {{"name", name}}}};
}

std::string VersionOf(const json& object) { return object["metadata"]["resourceVersion"]; }

std::string UidOf(const json& object) { return object["metadata"]["uid"]; }

void ApiServerCase::SetUp() {
  std::string why;
  server_ = ServerUnderTest::Create(GetParam(), why);
  if (!server_) GTEST_SKIP() << why;
  const json created = MustCreate(kNamespaces, {{"apiVersion", "v1"},
                                                {"kind", "Namespace"},
                                                {"metadata", {{"generateName", "conformance-"}}}});
  if (HasFatalFailure() || created.is_null()) return;
  namespace_ = created["metadata"]["name"];
}

void ApiServerCase::TearDown() {
  if (!namespace_.empty()) (void)client().Delete(kNamespaces, {"", namespace_}, {}, {});
}

json ApiServerCase::Secret(const std::string& name) const {
  json secret = Identity(kSecrets, name);
  secret["metadata"]["namespace"] = namespace_;
  secret["data"] = {{"a", "YQ=="}, {"b", "Yg=="}};
  return secret;
}

json ApiServerCase::Deployment(const std::string& name) const {
  json deployment = Identity(kDeployments, name);
  deployment["metadata"]["namespace"] = namespace_;
  deployment["spec"] = {
      {"replicas", 0},
      {"selector", {{"matchLabels", {{"app", name}}}}},
      {"template",
       {{"metadata", {{"labels", {{"app", name}}}}},
        {"spec", {{"containers", {{{"name", "web"}, {"image", "example.invalid/web:1"}}}}}}}}};
  return deployment;
}

json ApiServerCase::Lease(const std::string& name) const {
  json lease = Identity(kLeases, name);
  lease["metadata"]["namespace"] = namespace_;
  lease["spec"] = {{"holderIdentity", "a"}, {"leaseDurationSeconds", 15}};
  return lease;
}

json ApiServerCase::Credential(const std::string& name) const {
  json credential = Identity(kManagedCredentials, name);
  credential["metadata"]["namespace"] = namespace_;
  credential["spec"] = {{"owner", {{"team", "payments"}, {"contact", "oncall@example.com"}}},
                        {"purpose", "Charge customers in the conformance run"},
                        {"issuerRef", {{"kind", "CredentialIssuer"}, {"name", "generated"}}},
                        {"lifetime", "720h"},
                        {"delivery", {{"secretName", name}}}};
  return credential;
}

json ApiServerCase::MustCreate(const Resource& resource, const json& object,
                               const WriteOptions& options) {
  const Result<json> created = client().Create(resource, object, options, {});
  EXPECT_TRUE(created) << created.error().ToString();
  return created.value_or(json());
}

json ApiServerCase::MustGet(const Resource& resource, const std::string& name) {
  const Result<json> found = client().Get(resource, {resource.namespaced ? ns() : "", name}, {});
  EXPECT_TRUE(found) << found.error().ToString();
  return found.value_or(json());
}

Result<json> ApiServerCase::Apply(const Resource& resource, const std::string& name,
                                  const json& configuration, const std::string& manager,
                                  bool force) {
  return client().Patch(resource, Key(name), PatchType::kApply, configuration,
                        {.field_manager = manager, .force = force}, {});
}

json ApiServerCase::MustApply(const Resource& resource, const std::string& name,
                              const json& configuration, const std::string& manager, bool force) {
  const Result<json> applied = Apply(resource, name, configuration, manager, force);
  EXPECT_TRUE(applied) << applied.error().ToString();
  return applied.value_or(json());
}

bool ApiServerCase::Gone(const Resource& resource, const ObjectKey& key) {
  const Result<json> found = client().Get(resource, key, {});
  return !found && found.error().code == ErrorCode::kNotFound;
}

}  // namespace keysteward::kube
